//! A list of whatever comes near, page by page as callers of the API see it, on every engine.

use serde_json::{Value, json};

use crate::support::gateway::Gateway;

const DOCUMENT: &str =
    "query ($first: Int!, $after: String) { products(query: \"red chiar\", first: $first, after: $after) {
    didYouMean totalCount report { searches } pageInfo { hasNextPage endCursor } nodes { id } } }";

fn rows() -> Vec<Value> {
    let names = ["Red chair", "Red lamp", "Oak chair", "Chair", "Red rug", "Red mug and red cup", "Blue chair", "Jug"];
    let row = |(number, name): (usize, &&str)| {
        json!({ "id": format!("p{number}"), "name": name, "description": "Something to buy in a shop.", "price": 10,
            "category": "test", "brand": "Brand" })
    };
    names.iter().enumerate().map(row).collect()
}

async fn page(gateway: &Gateway, first: usize, after: Option<&Value>) -> Value {
    let answer = gateway.ask_with(DOCUMENT, json!({ "first": first, "after": after })).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"]["products"].clone()
}

fn ids(page: &Value) -> Vec<String> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// The pages of two, each by the cursor of the one before.
async fn pages(gateway: &Gateway) -> Vec<Value> {
    let mut pages = vec![page(gateway, 2, None).await];
    while let Some(last) = pages.last().filter(|page| page["pageInfo"]["hasNextPage"] == true) {
        let cursor = last["pageInfo"]["endCursor"].clone();
        pages.push(page(gateway, 2, Some(&cursor)).await);
        assert!(pages.len() <= 8, "{pages:#?}");
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_decides_how_far_a_search_goes_and_all_pages_are_one_list() {
    for gateway in Gateway::everywhere("relaxed-pages", &rows()).await {
        let whole = page(&gateway, 100, None).await;
        assert_eq!((ids(&whole).len(), &ids(&whole)[0]), (7, &"p0".to_owned()), "{whole:#}");
        let pages = pages(&gateway).await;
        let searches: Vec<&Value> = pages.iter().map(|page| &page["report"]["searches"]).collect();
        assert_eq!(searches, [2, 1, 1, 1], "later pages go on with what the first one decided");
        for page in &pages {
            assert_eq!((&page["didYouMean"], &page["totalCount"]), (&json!("red chair"), &json!(7)));
        }
        assert_eq!(pages.iter().flat_map(ids).collect::<Vec<_>>(), ids(&whole));
    }
}
