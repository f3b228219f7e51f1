//! A word that some product has, in whatever form, is never taken for another; the same on every engine.

use std::sync::Arc;

use aisle::{
    catalog::{Catalog, CatalogSettings},
    product::{FieldSet, Product, ProductField, RandomIds, SystemClock},
    search::{FilterDraft, SearchAnswer, SearchDraft, Stage, ValuesDraft, Wants},
};

use crate::support::{
    engines::{self, TestEngine},
    shelf::made,
    writes::Writes as _,
};

/// Few ponies and many phones; what is spelt like the second is never the first.
fn stables() -> Vec<Product> {
    let phone = |number: usize| made(&format!("p{number:02}"), &format!("Red phones {number}"), |_| {});
    let pony = made("q01", "Pony", |draft| "Gallop".clone_into(&mut draft.brand));
    let others =
        [("q02", "Barriers"), ("q03", "Berry bowl"), ("q04", "Running belt"), ("q05", "Rug"), ("q06", "Decorations")];
    let others = others.into_iter().map(|(id, name)| made(id, name, |_| {}));
    (0..12).map(phone).chain([pony]).chain(others).collect()
}

async fn catalogs(name: &str, products: &[Product]) -> Vec<(Catalog, TestEngine)> {
    let mut catalogs = Vec::new();
    for engine in engines::all(name).await {
        engine.import(products.to_vec()).await.unwrap();
        engine.publish().await.unwrap();
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds::default()));
        catalogs.push((Catalog::new(Arc::clone(&engine), CatalogSettings::default(), clock, ids), engine));
    }
    catalogs
}

async fn ask(catalog: &Catalog, query: &str, brand: Option<&str>) -> SearchAnswer {
    let hits = Some(FieldSet::empty().with(ProductField::Name));
    let wants = Wants { hits, total: true, did_you_mean: true, ..Wants::default() };
    let brand = brand.map(|brand| ValuesDraft { eq: Some(brand.to_owned()), ..ValuesDraft::default() });
    let filter = Some(FilterDraft { brand, ..FilterDraft::default() });
    let draft = SearchDraft { query: Some(query.to_owned()), filter, wants, ..SearchDraft::default() };
    let search = catalog.check(draft).unwrap();
    catalog.search(&[search]).await.remove(0).unwrap()
}

fn corrected(answer: &SearchAnswer) -> Vec<&str> {
    answer.stage.corrections().iter().map(|correction| correction.spelling.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_word_in_another_form_is_not_corrected_whatever_else_is_asked_for() {
    for (catalog, engine) in catalogs("right", &stables()).await {
        let name = engine.name();
        for (query, brand) in [
            ("ponies", Some("nobody")),
            ("red ponies", None),
            ("berries", Some("Gallop")),
            ("red berries", None),
            ("run red", None),
        ] {
            let answer = ask(&catalog, query, brand).await;
            assert_eq!((corrected(&answer), answer.did_you_mean.as_deref()), (vec![], None), "{name}: {query}");
        }
        let phones = ask(&catalog, "ponies", Some("nobody")).await;
        assert_eq!(phones.results.total, Some(0), "{name}");
        let found = ask(&catalog, "red ponies", None).await;
        assert_eq!(found.results.total, Some(13), "{name}: one word of both suffices");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_no_product_has_in_any_form_is_corrected() {
    let products: Vec<Product> = stables().into_iter().filter(|product| product.content.name != "Pony").collect();
    for (catalog, engine) in catalogs("wrong", &products).await {
        let name = engine.name();
        for (query, right) in [("ponies", "phones"), ("runninh", "running"), ("decoratoins", "decorations")] {
            let answer = ask(&catalog, query, None).await;
            assert_eq!(corrected(&answer), [right], "{name}: {query}");
            assert_eq!(answer.did_you_mean.as_deref(), Some(right), "{name}: {query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_is_corrected_of_a_query_that_finds_anything_as_it_is() {
    let mut products = stables();
    products.push(made("r01", "Key board", |_| {}));
    products.push(made("r02", "Keybird", |_| {}));
    for (catalog, engine) in catalogs("enough", &products).await {
        // No product has the word, but one has it as two.
        let answer = ask(&catalog, "keyboard", None).await;
        assert_eq!((&answer.stage, answer.did_you_mean.as_deref()), (&Stage::Exact, None), "{}", engine.name());
        assert_eq!((answer.results.total, answer.results.searches), (Some(1), 1), "{}", engine.name());
    }
}
