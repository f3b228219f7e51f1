//! What shoppers notice, on every engine: the best match first, and lists that go on as far as they reach.

use std::sync::Arc;

use aisle::{
    backend::Engine,
    catalog::{Catalog, CatalogSettings},
    graphql::{Api, ApiRequest, ApiSettings, DocumentSource},
    product::{FieldSet, Product, ProductField, ProductId, RandomIds, SystemClock},
    search::{Search, SearchDraft, SearchLimits, SearchResults, SortDraft, SortField, Stage, Wants, WindowDraft},
};

use crate::support::{
    engines::{self, TestEngine},
    generator,
    node::{self, TestIndices},
    oracle::Oracle,
    plans::plan,
    recording_proxy::RecordingProxy,
    writes::Writes,
};

/// Products more than a page number can reach.
const BEYOND_PAGES: usize = 10_150;

async fn fill(engine: &dyn Engine, products: &[Product]) {
    for chunk in products.chunks(1_000) {
        engine.import(chunk.to_vec()).await.unwrap();
    }
    engine.publish().await.unwrap();
}

async fn engines_with(name: &str, products: &[Product]) -> Vec<TestEngine> {
    let engines = engines::all(name).await;
    for engine in &engines {
        fill(engine.as_ref(), products).await;
    }
    engines
}

fn checked(draft: SearchDraft) -> Search {
    let wants = Wants { hits: Some(FieldSet::empty().with(ProductField::Name)), total: true, ..Wants::default() };
    SearchDraft { wants, ..draft }.check(&SearchLimits::default()).unwrap()
}

async fn answer(engine: &dyn Engine, search: &Search) -> SearchResults {
    engine.search(&[plan(search)]).await.unwrap().remove(0).unwrap()
}

async fn names(engine: &dyn Engine, query: &str) -> Vec<String> {
    let search = checked(SearchDraft { query: Some(query.to_owned()), ..SearchDraft::default() });
    answer(engine, &search).await.hits.into_iter().map(|hit| hit.product.name.unwrap()).collect()
}

/// Products of these names, whose other texts say nothing.
fn named(names: &[&str]) -> Vec<Product> {
    let mut products = generator::products(21, names.len());
    for (product, name) in products.iter_mut().zip(names) {
        product.content.name = String::from(*name);
        product.content.sku = None;
        product.content.brand = String::from("Unnamed");
        product.content.description = String::from("Nothing to say about this.");
    }
    products
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_words_find_products_with_the_word_and_none_with_a_word_like_it() {
    let products = named(&["Lamb", "Lamp", "Clamp", "Camp lamps", "Champ"]);
    for engine in engines_with("exact-first", &products).await {
        assert_eq!(names(engine.as_ref(), "lamp").await, ["Lamp", "Camp lamps"], "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_name_or_sku_comes_before_every_other_match() {
    let mut products = named(&["Red chair red chair red chair", "Chair, red", "Red Chair", "Sofa", "Chair"]);
    products[3].content.sku = Some("Red Chair".to_owned());
    products[4].content.brand = "Red Chair Red Chair".to_owned();
    for engine in engines_with("whole-first", &products).await {
        let mut first = names(engine.as_ref(), "red  CHAIR").await;
        first.truncate(2);
        first.sort();
        assert_eq!(first, ["Red Chair", "Sofa"], "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_lead_beyond_what_page_numbers_reach() {
    let products = generator::products(22, BEYOND_PAGES);
    let sort = [SortDraft { field: SortField::Price, direction: None }];
    let list = Oracle::new(&products).list(None, None, &sort);
    let draft = |window| SearchDraft { sort: Some(sort.to_vec()), window, ..SearchDraft::default() };
    for engine in engines_with("deep", &products).await {
        let last_page = checked(draft(WindowDraft { first: Some(100), page: Some(100), ..WindowDraft::default() }));
        let results = answer(engine.as_ref(), &last_page).await;
        assert!(results.has_more && results.total == Some(BEYOND_PAGES as u64), "{}", engine.name());
        let after = results.hits.last().map(|hit| last_page.cursor(&Stage::Exact, hit.position.clone()).to_string());
        let next = checked(draft(WindowDraft { first: Some(100), after, ..WindowDraft::default() }));
        let found: Vec<String> =
            answer(engine.as_ref(), &next).await.hits.iter().map(|hit| hit.product.id.to_string()).collect();
        assert_eq!(found, list[10_000..10_100], "{}", engine.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_of_a_product_that_is_gone_is_still_a_place() {
    let products = generator::products(23, 60);
    for engine in engines_with("gone", &products).await {
        let whole = checked(SearchDraft {
            window: WindowDraft { first: Some(60), ..WindowDraft::default() },
            ..SearchDraft::default()
        });
        let hits = answer(engine.as_ref(), &whole).await.hits;
        let mut gone = hits[30].position.clone();
        // Right behind a product, where there is none.
        gone.id = ProductId::parse(&format!("{}0", gone.id)).unwrap();
        let cursor = Some(whole.cursor(&Stage::Exact, gone).to_string());
        let after = WindowDraft { first: Some(5), after: cursor.clone(), ..WindowDraft::default() };
        let before = WindowDraft { last: Some(5), before: cursor, ..WindowDraft::default() };
        for (window, expected) in [(after, &hits[31..36]), (before, &hits[26..31])] {
            let search = checked(SearchDraft { window, ..SearchDraft::default() });
            assert_eq!(answer(engine.as_ref(), &search).await.hits, expected, "{}", engine.name());
        }
    }
}

/// What a node was asked by one operation.
async fn asked(indices: &TestIndices, proxy: &RecordingProxy, api: &Api, document: &str) -> Vec<(String, String)> {
    proxy.take_requests();
    let request = ApiRequest {
        document: DocumentSource::Text(document.to_owned()),
        request_id: "test".to_owned(),
        ..ApiRequest::default()
    };
    let answer = String::from_utf8(api.execute(request).await.body).unwrap();
    assert!(!answer.contains("\"errors\""), "{answer}");
    let path = |path: &str| path.split('?').next().unwrap().replace(&indices.prefix, "aisle");
    proxy.take_requests().into_iter().map(|request| (path(&request.path), request.body)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_as_few_requests_to_a_node_as_can_be() {
    for node in node::all() {
        let indices = node.indices("pushdown");
        fill(indices.engine().await.as_ref(), &generator::products(24, 30)).await;
        let proxy = RecordingProxy::start(&node.url);
        let engine = aisle::engine::elastic::ElasticEngine::new(indices.settings(&[proxy.url()])).unwrap();
        engine.probe().await;
        let catalog =
            Catalog::new(engine, CatalogSettings::default(), Arc::new(SystemClock), Arc::new(RandomIds::default()));
        let api = Api::new(Arc::new(catalog), ApiSettings::default()).unwrap();

        let fifty: Vec<String> =
            (0..50).map(|number| format!("p{number}: product(id: \"p-{number}\") {{ price }} ")).collect();
        let requests = asked(&indices, &proxy, &api, &format!("{{ {} }}", fifty.join(" "))).await;
        assert_eq!(requests.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["/aisle-products/_mget"]);

        let three = "{ a: products(query: \"mug\") { nodes { name } } b: products(sort: {by: NAME}) { nodes { name } } \
                     c: products(filter: {inStock: true}) { totalCount } }";
        let requests = asked(&indices, &proxy, &api, three).await;
        assert_eq!(requests.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["/_msearch"]);

        let [(path, body)] = asked(&indices, &proxy, &api, "{ products { totalCount } }").await.try_into().unwrap();
        assert_eq!(path, "/_msearch");
        assert!(body.contains("\"size\":0") && !body.contains("_source"), "{body}");

        let nothing = "{ products(filter: {brand: {in: []}}) { totalCount nodes { name } } }";
        assert_eq!(asked(&indices, &proxy, &api, nothing).await, [], "what cannot match is not sent");
    }
}
