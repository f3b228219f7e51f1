//! Why products were found, as a page shows it.

use aisle::{
    catalog::Tuning,
    search::{SynonymLimits, Synonyms},
};
use serde_json::{Value, json};

use crate::support::gateway::Gateway;

fn product(id: &str, name: &str, description: &str) -> Value {
    json!({ "id": id, "name": name, "description": description, "price": 10, "category": "test", "brand": "Brand" })
}

async fn highlights(gateway: &Gateway, query: &str) -> Value {
    let document =
        "query ($query: String) { products(query: $query) { edges { node { id } highlights { field fragments } } } }";
    let answer = gateway.ask_with(document, json!({ "query": query })).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    let edges = answer["data"]["products"]["edges"].as_array().unwrap().clone();
    edges
        .into_iter()
        .map(|edge| (edge["node"]["id"].as_str().unwrap().to_owned(), edge["highlights"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn matches_are_marked_and_everything_else_is_escaped() {
    let gateway = Gateway::of(&[
        product("a", "Running Shoes <b>\"Fast\"</b>", "Shoes & socks for runners, <script>alert('x')</script>"),
        product("b", "Socks", "Warm running socks that fit every shoe."),
    ])
    .await;
    let found = highlights(&gateway, "run shoes").await;
    assert_eq!(
        found["a"],
        json!([
            { "field": "name", "fragments": ["<em>Running</em> <em>Shoes</em> &lt;b&gt;&quot;Fast&quot;&lt;/b&gt;"] },
            { "field": "description", "fragments":
                ["<em>Shoes</em> &amp; socks for runners, &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"] },
        ])
    );
    assert_eq!(
        found["b"],
        json!([{ "field": "description", "fragments": ["Warm <em>running</em> socks that fit every <em>shoe</em>."] }])
    );
}

#[tokio::test]
async fn without_words_there_is_nothing_to_highlight() {
    let gateway = Gateway::of(&[product("a", "Running Shoes", "Shoes for everybody.")]).await;
    for query in ["", "  ", "*"] {
        assert_eq!(highlights(&gateway, query).await, json!({ "a": [] }));
    }
}

#[tokio::test]
async fn a_product_found_by_its_brand_alone_has_no_highlights() {
    let gateway = Gateway::of(&[product("a", "Running Shoes", "Shoes for everybody.")]).await;
    assert_eq!(highlights(&gateway, "brand").await, json!({ "a": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_found_as_one_corrected_words_and_synonyms_are_marked_on_every_engine() {
    let rows = [
        product("a", "E cloth duster", "An e cloth for everybody."),
        product("b", "Ecloth", "Dusts by itself."),
        product("c", "Kettle", "Boils water."),
    ];
    for gateway in Gateway::everywhere("highlights", &rows).await {
        for query in ["ecloth", "e cloth"] {
            let found = highlights(&gateway, query).await;
            let name = |html: &str| json!({ "field": "name", "fragments": [html] });
            assert_eq!(found["a"][0], name("<em>E</em> <em>cloth</em> duster"), "{query}");
            assert_eq!(found["b"], json!([name("<em>Ecloth</em>")]), "{query}");
        }
        assert_eq!(highlights(&gateway, "ecloth").await["a"].as_array().unwrap().len(), 1, "found by the name alone");
        let kettle = json!({ "c": [{ "field": "name", "fragments": ["<em>Kettle</em>"] }] });
        assert_eq!(highlights(&gateway, "ketle").await, kettle);
        assert_eq!(highlights(&gateway, "samovar").await, json!({}));
        let synonyms = Synonyms::parse(b"samovar => kettle", SynonymLimits::default()).unwrap();
        gateway.catalog.tune(Tuning { synonyms: synonyms.into(), ..Tuning::default() });
        assert_eq!(highlights(&gateway, "samovar").await, kettle);
    }
}
