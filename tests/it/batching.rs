//! How many requests one operation costs the engine, and what they ask for.

use aisle::{
    product::{FieldSet, ProductField},
    search::Counting,
};

use crate::support::gateway::{Gateway, joined};

#[tokio::test]
async fn all_look_ups_of_an_operation_are_one_request_however_they_are_asked() {
    let gateway = Gateway::start().await;
    let by_id = joined((0..50).map(|n| format!(r#"p{n}: product(id: "p{:02}") {{ name }} "#, n % 13)));
    let document = format!(
        r#"{{ {by_id} productBySku(sku: "SKU-02") {{ price }} productByName(name: "Desk Lamp 03") {{ brand }}
            nodes(ids: ["p01", "p04"]) {{ id }} productsByIds(ids: ["p05", "p01"]) {{ tags }} node(id: "p06") {{ id }} }}"#
    );
    let data = gateway.data(&document).await;
    assert_eq!(data["p1"]["name"], "Desk Lamp 01");
    assert!(data["p0"].is_null());
    assert_eq!(data["productsByIds"][0]["tags"][0], "light");
    let requests = gateway.engine.look_ups();
    assert_eq!(requests.len(), 1);
    let (look_ups, fields) = &requests[0];
    assert_eq!(look_ups.len(), 15, "each product once: 13 ids, a sku, a name");
    let selected = [ProductField::Id, ProductField::Name, ProductField::Price, ProductField::Brand, ProductField::Tags];
    assert_eq!(*fields, selected.into_iter().collect());
    assert!(gateway.engine.searches().is_empty());
}

#[tokio::test]
async fn all_searches_of_an_operation_are_one_request_and_equal_ones_are_sent_once() {
    let gateway = Gateway::start().await;
    let document = r#"{
        one: products(query: "lamp") { nodes { id } }
        two: products(filter: { brand: { eq: "Nox" } }) { totalCount }
        three: products(first: 3) { nodes { name } }
        again: products(query: "lamp") { nodes { id } }
        hopeless: products(filter: { or: [] }) { totalCount nodes { id } }
    }"#;
    let data = gateway.data(document).await;
    assert_eq!(data["two"]["totalCount"], 6);
    assert_eq!(data["hopeless"]["totalCount"], 0);
    assert_eq!(data["one"], data["again"]);
    let requests = gateway.engine.searches();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].len(), 3);
}

#[tokio::test]
async fn three_full_pages_and_many_look_ups_fit_into_one_operation() {
    let gateway = Gateway::start().await;
    let fields = "id sku name description price currency category brand inStock tags attributes { name value }
        imageUrl createdAt updatedAt version";
    let page = format!(
        "{{ edges {{ cursor score node {{ {fields} }} }} nodes {{ {fields} }} totalCount
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor page pageSize pageCount }} report {{ tookMs complete }} }}"
    );
    let searches = joined((1..=3).map(|n| format!("s{n}: products(first: 100, page: {n}) {page} ")));
    gateway.data(&format!("{{ {searches} }}")).await;
    assert_eq!(gateway.engine.searches().len(), 1);
    let look_ups = joined((0..50).map(|n| format!(r#"p{n}: product(id: "p{n:02}") {{ {fields} }} "#)));
    gateway.data(&format!("{{ {look_ups} }}")).await;
    assert_eq!(gateway.engine.look_ups().len(), 1);
}

async fn wants(document: &str) -> (Option<FieldSet>, bool) {
    let gateway = Gateway::start().await;
    gateway.data(document).await;
    let asked = gateway.engine.searches()[0][0].clone();
    (asked.hits.map(|hits| hits.fields), asked.counting == Counting::Exact)
}

fn fields(fields: &[ProductField]) -> FieldSet {
    fields.iter().copied().collect()
}

#[tokio::test]
async fn nothing_is_read_that_was_not_selected() {
    assert_eq!(wants("{ products { totalCount } }").await, (None, true));
    assert_eq!(wants("{ products { pageInfo { pageCount pageSize page } } }").await, (None, true));
    assert_eq!(wants("{ products { report { complete } __typename } }").await, (None, false));
    assert_eq!(wants("{ products { pageInfo { endCursor } } }").await, (Some(fields(&[])), false));
    assert_eq!(wants("{ products { edges { cursor } } }").await, (Some(fields(&[])), false));
    assert_eq!(
        wants("{ products { nodes { name, n: name, currency } } }").await,
        (Some(fields(&[ProductField::Name])), false)
    );
    let version = fields(&[ProductField::Id, ProductField::CreatedAt, ProductField::Version]);
    assert_eq!(wants("{ products { nodes { version } } }").await, (Some(version), false));
}

#[tokio::test]
async fn a_selection_is_seen_through_fragments_and_directives() {
    let document = "query ($no: Boolean = false) { products { ...Page, totalCount @include(if: $no) } }
        fragment Page on ProductConnection { edges { node { ...Short ... on Node { id } tags @skip(if: true) } } nodes { sku } }
        fragment Short on Product { name ... { price } }";
    let selected = fields(&[ProductField::Id, ProductField::Sku, ProductField::Name, ProductField::Price]);
    assert_eq!(wants(document).await, (Some(selected), false));
}
