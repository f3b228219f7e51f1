//! What nodes answer to plans: facets, near words and scores, on one shard and on three.

use std::{collections::BTreeSet, sync::Arc};

use aisle::{
    backend::ProductReader as _,
    engine::elastic::{ElasticEngine, ElasticSettings},
    product::{Attribute, FieldSet, Price, Product, ProductContent, ProductField, ProductId, Timestamp},
    search::{
        Clause, Condition, Counting, Facet, FacetCounts, FacetPlan, FacetProblem, Factor, Filter, HitsPlan, KeyColumn,
        Place, Relevance, SearchPlan, SearchResults, SortField, SortKey, SpellingPlan, TextColumn, Window,
        facet::{
            AttributesFacet, FacetOrder, OwnAttribute, PriceBand, PriceBuckets, PriceFacet, StockCounts, ValueField,
            ValuePattern, ValuesFacet,
        },
    },
};

use crate::support::{
    node::{self, Node, TestIndices},
    recording_proxy::RecordingProxy,
    writes::Writes as _,
};

/// Sku, name, brand, price in cents, whether it is in stock, tags, colours.
type Row = (&'static str, &'static str, &'static str, i64, bool, &'static [&'static str], &'static [&'static str]);

const SHELF: [Row; 8] = [
    ("S1", "Red running shoe", "Acme", 4_999, true, &["new", "run"], &["red", "white"]),
    ("S2", "Blue running shoe", "Acme", 5_999, false, &["run"], &["blue"]),
    ("S3", "Red leather shoe", "Brass & Co", 9_950, true, &["new"], &["red"]),
    ("S4", "Shoe cabinet", "Élan", 19_900, true, &[], &["white"]),
    ("S5", "Wireless keyboard", "Élan", 4_999, true, &["new", "office"], &[]),
    ("S6", "Keyboard cover", "brass.co", 1, false, &["office"], &["black"]),
    ("S7", "Desk lamp", "Acme", 2_500, true, &["a.b", "office"], &["black", "red"]),
    ("S8", "Lamp shade", "\"quoted\"", 2_499, true, &["a-b"], &["red"]),
];

fn product((sku, name, brand, price, in_stock, tags, colours): Row) -> Product {
    let attribute = |name: &str, value: &str| Attribute { name: name.to_owned(), value: value.to_owned() };
    let mut attributes: Vec<Attribute> = colours.iter().map(|colour| attribute("colour", colour)).collect();
    attributes.push(attribute("size [cm]", &sku[1..]));
    Product {
        id: ProductId::parse(&sku.to_lowercase()).unwrap(),
        content: ProductContent {
            sku: Some(sku.to_owned()),
            name: name.to_owned(),
            description: "Good.".to_owned(),
            price: Price::from_minor(price).unwrap(),
            category: if name.contains("hoe") { "shoes" } else { "home" }.to_owned(),
            brand: brand.to_owned(),
            in_stock,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            attributes,
            image_url: None,
        },
        image: None,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
        version: 1,
    }
}

struct Shelf {
    engine: Arc<ElasticEngine>,
    proxy: RecordingProxy,
    place: String,
    _indices: TestIndices,
}

impl Shelf {
    async fn on(node: &Node, shards: u32) -> Self {
        let indices = node.indices("plans");
        let proxy = RecordingProxy::start(&indices.node.url);
        let settings = ElasticSettings { shards, ..indices.settings(&[proxy.url()]) };
        let engine = ElasticEngine::new(settings).unwrap();
        engine.probe().await;
        engine.import(SHELF.map(product).to_vec()).await.unwrap();
        aisle::backend::ProductWriter::publish(&*engine).await.unwrap();
        proxy.take_requests();
        Self { engine, proxy, place: format!("{}, {shards} shards", node.flavour), _indices: indices }
    }

    async fn ask(&self, plan: SearchPlan) -> SearchResults {
        self.engine.search(&[plan]).await.unwrap().remove(0).unwrap()
    }

    async fn count(&self, facets: Vec<FacetPlan>) -> SearchResults {
        self.ask(SearchPlan { facets, ..SearchPlan::everything() }).await
    }
}

async fn shelves() -> Vec<Shelf> {
    let mut shelves = Vec::new();
    for node in node::all() {
        for shards in [1, 3] {
            shelves.push(Shelf::on(node, shards).await);
        }
    }
    shelves
}

fn texts(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn plan(facet: Facet, filter: Filter, selected: &[&str]) -> FacetPlan {
    FacetPlan { facet, filter, selected: texts(selected), own: Vec::new() }
}

fn values(field: ValueField, size: u32, order: FacetOrder, matching: Option<&str>) -> Facet {
    let either = |letter: char| letter.to_lowercase().chain(letter.to_uppercase()).collect();
    let matching = matching.map(|text| ValuePattern { characters: text.chars().map(either).collect() });
    Facet::Values(ValuesFacet { field, size, order, matching })
}

fn price(buckets: PriceBuckets) -> Facet {
    Facet::Price(PriceFacet { buckets })
}

fn attributes(names: Option<&[&str]>, values: u32) -> Facet {
    let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    Facet::Attributes(AttributesFacet { names, size: 10, values })
}

fn in_stock() -> Filter {
    Filter::Is(Condition::InStock(true))
}

/// What a facet lists, as `value count`, with a star where it is selected.
fn listed(results: &SearchResults, place: usize) -> Vec<String> {
    match results.facets[place].as_ref().unwrap() {
        FacetCounts::Values(values) => values
            .iter()
            .map(|value| format!("{} {}{}", value.value, value.count, if value.selected { "*" } else { "" }))
            .collect(),
        FacetCounts::Attributes(attributes) => attributes
            .iter()
            .map(|attribute| {
                let values = attribute
                    .values
                    .iter()
                    .map(|value| format!("{} {}{}", value.value, value.count, if value.selected { "*" } else { "" }));
                format!("{} {}: {}", attribute.name, attribute.count, values.collect::<Vec<_>>().join(", "))
            })
            .collect(),
        FacetCounts::Price(prices) => prices
            .buckets
            .iter()
            .map(|bucket| format!("{:?}-{:?} {}", bucket.from.unwrap_or(-1), bucket.to.unwrap_or(-1), bucket.count))
            .collect(),
        FacetCounts::Stock(StockCounts { in_stock, out_of_stock }) => vec![format!("{in_stock}/{out_of_stock}")],
    }
}

#[tokio::test]
async fn values_are_counted_in_order_with_what_is_selected() {
    for shelf in shelves().await {
        let results = shelf
            .count(vec![
                plan(values(ValueField::Brand, 2, FacetOrder::Count, None), Filter::All, &["brass.co", "none", "Acme"]),
                plan(values(ValueField::Brand, 9, FacetOrder::Value, None), in_stock(), &[]),
                plan(values(ValueField::Tags, 9, FacetOrder::Count, Some("A.B")), Filter::All, &["run"]),
                plan(values(ValueField::Brand, 9, FacetOrder::Count, Some("É")), Filter::All, &[]),
                plan(values(ValueField::Brand, 9, FacetOrder::Count, Some("\"")), Filter::All, &[]),
                plan(values(ValueField::Category, 1, FacetOrder::Value, Some(".*")), Filter::All, &[]),
                plan(values(ValueField::Tags, 1, FacetOrder::Value, None), Filter::Nothing, &["new"]),
                plan(Facet::Stock, Filter::All, &[]),
            ])
            .await;
        let expected: [&[&str]; 8] = [
            &["Acme 3*", "Élan 2", "brass.co 1*", "none 0*"],
            &["\"quoted\" 1", "Acme 2", "Brass & Co 1", "Élan 2"],
            &["a.b 1", "run 2*"],
            &["Élan 2"],
            &["\"quoted\" 1"],
            &[],
            &["new 0*"],
            &["6/2"],
        ];
        for (place, expected) in expected.into_iter().enumerate() {
            assert_eq!(listed(&results, place), expected, "{}: facet {place}", shelf.place);
        }
        assert_eq!((results.exact_counts, results.searches, results.hits.len()), (true, 1, 0), "{}", shelf.place);
    }
}

#[tokio::test]
async fn prices_are_counted_in_bands_and_in_buckets_of_a_width() {
    let band = |from, to| PriceBand { from, to };
    for shelf in shelves().await {
        let bands = vec![band(Some(2_500), Some(5_000)), band(None, Some(2_500)), band(Some(2_500), Some(5_000))];
        let every = |width, most| price(PriceBuckets::Every { width, most });
        let results = shelf
            .count(vec![
                plan(price(PriceBuckets::Bands(bands)), Filter::All, &[]),
                plan(every(5_000, 4), Filter::All, &[]),
                plan(every(5_000, 3), Filter::All, &[]),
                plan(every(2_500, 8), in_stock(), &[]),
                plan(every(1, 1_000), Filter::All, &[]),
                plan(every(1, 1_000), Filter::Nothing, &[]),
            ])
            .await;
        assert_eq!(listed(&results, 0), ["2500-5000 3", "-1-2500 2", "2500-5000 3"], "{}", shelf.place);
        let FacetCounts::Price(prices) = results.facets[0].as_ref().unwrap() else { panic!("prices") };
        assert_eq!((prices.min, prices.max, prices.sum, prices.count), (Some(1), Some(19_900), 50_847, 8));
        assert_eq!(listed(&results, 1), ["0-5000 5", "5000-10000 2", "10000-15000 0", "15000-20000 1"]);
        assert_eq!(results.facets[2], Err(FacetProblem::TooManyBuckets { most: 3 }), "{}", shelf.place);
        let narrow = ["0-2500 1", "2500-5000 3", "5000-7500 0", "7500-10000 1"];
        assert_eq!(listed(&results, 3)[..4], narrow, "{}", shelf.place);
        assert_eq!(results.facets[4], Err(FacetProblem::TooManyBuckets { most: 1_000 }));
        let FacetCounts::Price(prices) = results.facets[5].as_ref().unwrap() else { panic!("prices") };
        assert_eq!((prices.min, prices.sum, prices.count, prices.buckets.len()), (None, 0, 0, 0), "{}", shelf.place);
    }
}

#[tokio::test]
async fn attributes_are_discovered_and_counted_by_their_own_filters() {
    let own = |name: &str, selected: &[&str]| OwnAttribute {
        name: name.to_owned(),
        filter: Filter::All,
        selected: texts(selected),
    };
    for shelf in shelves().await {
        let filtered = FacetPlan {
            own: vec![own("size [cm]", &["1", "99"]), own("width", &["7"])],
            ..plan(attributes(None, 2), in_stock(), &[])
        };
        let asked = FacetPlan {
            own: vec![own("colour", &["blue"])],
            ..plan(attributes(Some(&["none", "colour"]), 1), in_stock(), &[])
        };
        let results = shelf.count(vec![plan(attributes(None, 2), Filter::All, &[]), filtered, asked]).await;
        let everything = ["size [cm] 8: 1 1, 2 1", "colour 7: red 4, black 2"];
        assert_eq!(listed(&results, 0), everything, "{}", shelf.place);
        let filtered = ["size [cm] 8: 1 1*, 2 1, 99 0*", "colour 5: red 4, white 2", "width 0: 7 0*"];
        assert_eq!(listed(&results, 1), filtered, "{}", shelf.place);
        assert_eq!(listed(&results, 2), ["none 0: ", "colour 7: red 4, blue 1*"], "{}", shelf.place);
        assert_eq!((results.searches, results.exact_counts), (1, true), "{}", shelf.place);
    }
}

#[tokio::test]
async fn attributes_that_others_crowd_out_are_counted_by_one_more_request() {
    for node in node::all() {
        let shelf = Shelf::on(node, 1).await;
        let mut products = Vec::new();
        for number in 0..300 {
            let mut product = product(SHELF[0]);
            product.id = ProductId::parse(&format!("more-{number}")).unwrap();
            (product.content.name, product.content.sku) = (format!("More {number}"), Some(format!("M{number}")));
            let pair = |name: &str, value: String| Attribute { name: name.to_owned(), value };
            let serials = (0..4).map(|other| pair("serial", format!("{other}{number}")));
            product.content.attributes = serials.chain([pair("model", format!("{:03}", number / 2))]).collect();
            products.push(product);
        }
        shelf.engine.import(products).await.unwrap();
        aisle::backend::ProductWriter::publish(&*shelf.engine).await.unwrap();
        shelf.proxy.take_requests();
        // Of 1,000 pairs 150 are models, and the bytes of serials come before those of sizes.
        let facets = vec![plan(attributes(None, 5), Filter::All, &[])];
        let plans = [SearchPlan { facets, ..SearchPlan::everything() }, SearchPlan::everything()];
        let answers = shelf.engine.search(&plans).await.unwrap();
        let results = answers[0].as_ref().unwrap();
        let FacetCounts::Attributes(counts) = results.facets[0].as_ref().unwrap() else { panic!("attributes") };
        let told: Vec<_> = counts.iter().map(|one| (one.name.as_str(), one.count, one.values.len())).collect();
        let expected = [("model", 300, 5), ("serial", 300, 5), ("size [cm]", 8, 5), ("colour", 7, 4)];
        assert_eq!(told, expected, "{}", shelf.place);
        assert_eq!(counts[2].values[4].value, "5", "the first by bytes");
        assert_eq!((results.searches, answers[1].as_ref().unwrap().searches), (1, 1));
        assert_eq!(shelf.proxy.take_requests().len(), 2, "{}", shelf.place);
    }
}

fn page(order: Vec<SortKey>) -> HitsPlan {
    let window = Window { size: 10, place: Place::Offset(0) };
    HitsPlan { fields: FieldSet::empty().with(ProductField::Name), order, window, scores: false }
}

fn ids(results: &SearchResults) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.product.id.as_str()).collect()
}

#[tokio::test]
async fn what_facets_ignore_narrows_hits_and_total_alone() {
    for shelf in shelves().await {
        let narrowed = SearchPlan {
            filter: in_stock(),
            narrowing: Filter::Is(Condition::Brand(texts(&["Acme"]))),
            hits: Some(page(Vec::new())),
            counting: Counting::Exact,
            facets: vec![plan(values(ValueField::Brand, 2, FacetOrder::Count, None), Filter::All, &["Acme"])],
            ..SearchPlan::everything()
        };
        let results = shelf.ask(narrowed.clone()).await;
        assert_eq!((ids(&results), results.total), (vec!["s1", "s7"], Some(2)), "{}", shelf.place);
        assert_eq!(listed(&results, 0), ["Acme 2*", "Élan 2"], "{}", shelf.place);
        let results = shelf.ask(SearchPlan { facets: Vec::new(), ..narrowed }).await;
        assert_eq!((ids(&results), results.total), (vec!["s1", "s7"], Some(2)), "{}", shelf.place);
    }
}

fn word(column: TextColumn, token: &str, weight: f32) -> Clause {
    Clause::Word { column, token: token.to_owned(), weight }
}

fn ranked(clause: Clause, factors: Vec<Factor>) -> SearchPlan {
    let order = vec![SortKey { field: SortField::Relevance, direction: aisle::search::Direction::Descending }];
    SearchPlan { relevance: Some(Relevance { clause, factors }), hits: Some(page(order)), ..SearchPlan::everything() }
}

fn scores(results: &SearchResults) -> Vec<(String, f32)> {
    results.hits.iter().map(|hit| (hit.product.id.as_str().to_owned(), hit.score.unwrap())).collect()
}

/// These products, whose scores are told beforehand, unlike those of words.
fn these(ids: &[&str], weight: f32) -> Clause {
    let ids = ids.iter().map(|id| ProductId::parse(id).unwrap()).collect();
    Clause::Meets { filter: Filter::Is(Condition::Id(ids)), weight }
}

#[tokio::test]
async fn words_are_found_in_their_columns_and_phrases_in_their_order() {
    for shelf in shelves().await {
        let phrase = |tokens: [&str; 2]| {
            let tokens = tokens.map(str::to_owned).to_vec();
            Clause::Phrase { column: TextColumn::Name, tokens, weight: 1.0 }
        };
        for (clause, expected) in [
            (word(TextColumn::Everything, "shoe", 1.0), &["s1", "s2", "s3", "s4"][..]),
            (word(TextColumn::Name, "red", 1.0), &["s1", "s3"]),
            (phrase(["red", "run"]), &["s1"]),
            (phrase(["run", "red"]), &[]),
            (word(TextColumn::JoinedName, "runningsho", 1.0), &["s1", "s2"]),
            (word(TextColumn::CategoryPrefixes, "ho", 1.0), &["s5", "s6", "s7", "s8"]),
        ] {
            let asked = format!("{}: {clause:?}", shelf.place);
            let results = shelf.ask(ranked(clause, Vec::new())).await;
            let found: BTreeSet<&str> = ids(&results).into_iter().collect();
            assert_eq!(found, expected.iter().copied().collect(), "{asked}");
        }
    }
}

#[tokio::test]
async fn clauses_find_and_score_as_they_say() {
    for shelf in shelves().await {
        let (shoe, red) = (|| these(&["s1", "s2", "s3", "s4"], 1.0), || these(&["s1", "s3"], 2.0));
        let key = |column, value: &str, weight| Clause::Key { column, values: vec![value.to_owned()], weight };
        let best = Clause::Best(vec![shoe(), red()]);
        let sum = Clause::Any(vec![shoe(), red()]);
        let plus = Clause::Plus {
            required: Box::new(Clause::All(vec![shoe(), red()])),
            extra: vec![these(&["s1"], 4.0), key(KeyColumn::BrandWords, "brass co", 0.5)],
        };
        let meets = Clause::Meets { filter: Filter::Is(Condition::InStock(false)), weight: 3.0 };
        for (clause, expected) in [
            (best, &[("s1", 2.0), ("s3", 2.0), ("s2", 1.0), ("s4", 1.0)][..]),
            (sum, &[("s1", 3.0), ("s3", 3.0), ("s2", 1.0), ("s4", 1.0)]),
            (plus, &[("s1", 7.0), ("s3", 3.5)]),
            (meets, &[("s2", 3.0), ("s6", 3.0)]),
            (key(KeyColumn::Sku, "s7", 9.0), &[("s7", 9.0)]),
            (key(KeyColumn::Name, "desk lamp", 9.0), &[("s7", 9.0)]),
            (key(KeyColumn::CategoryWords, "shoe", 1.0), &[("s1", 1.0), ("s2", 1.0), ("s3", 1.0), ("s4", 1.0)]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect();
            let asked = format!("{}: {clause:?}", shelf.place);
            let counted = SearchPlan { hits: None, counting: Counting::Exact, ..ranked(clause.clone(), Vec::new()) };
            assert_eq!(scores(&shelf.ask(ranked(clause, Vec::new())).await), expected, "{asked}");
            assert_eq!(shelf.ask(counted).await.total, Some(expected.len() as u64), "{asked}");
        }
    }
}

#[tokio::test]
async fn factors_multiply_scores_of_products_that_match_and_are_not_excluded() {
    for shelf in shelves().await {
        let shoe = these(&["s1", "s2", "s3", "s4"], 2.0);
        let unless = vec![word(TextColumn::Name, "blue", 1.0), word(TextColumn::Name, "green", 1.0)];
        let running = Factor { when: word(TextColumn::Name, "run", 1.0), unless, factor: 3.0 };
        let stocked =
            Factor { when: Clause::Meets { filter: in_stock(), weight: 1.0 }, unless: Vec::new(), factor: 1.5 };
        let results = shelf.ask(ranked(shoe, vec![running, stocked])).await;
        let expected = [("s1", 9.0), ("s3", 3.0), ("s4", 3.0), ("s2", 2.0)];
        assert_eq!(scores(&results), expected.map(|(id, score)| (id.to_owned(), score)), "{}", shelf.place);
    }
}

#[tokio::test]
async fn scores_do_not_depend_on_the_number_of_shards() {
    for node in node::all() {
        let clause =
            || Clause::Any(vec![word(TextColumn::Name, "shoe", 1.0), word(TextColumn::Everything, "red", 1.0)]);
        let mut found = Vec::new();
        for shards in [1, 3] {
            found.push(scores(&Shelf::on(node, shards).await.ask(ranked(clause(), Vec::new())).await));
        }
        let near = |one: &(String, f32), two: &(String, f32)| one.0 == two.0 && (one.1 - two.1).abs() < 1e-5;
        assert!(found[0].iter().zip(&found[1]).all(|(one, two)| near(one, two)), "{}: {found:?}", node.flavour);
        assert_eq!((found[0].len(), found[1].len()), (6, 6));
    }
}

#[tokio::test]
async fn near_words_are_those_of_the_dictionary_that_the_catalogue_lacks() {
    for shelf in shelves().await {
        let words = ["keybord", "shoe", "lmap", "sh", "xylophone", "lampp", "runing"];
        let words = words.map(str::to_owned).to_vec();
        let spelling = SpellingPlan { column: TextColumn::Spelling, words };
        let results = shelf.ask(SearchPlan { spelling: Some(spelling), ..SearchPlan::everything() }).await;
        let told: Vec<Vec<String>> = results
            .spellings
            .iter()
            .map(|near| near.iter().map(|spelling| format!("{} {}", spelling.word, spelling.products)).collect())
            .collect();
        let expected: [&[&str]; 7] = [&["keyboard 2"], &[], &["lamp 2"], &[], &[], &["lamp 2"], &["running 2"]];
        assert_eq!(told, expected, "{}", shelf.place);
        assert_eq!(results.searches, 1);
    }
}

#[tokio::test]
async fn what_is_not_wanted_is_not_asked_for() {
    for shelf in shelves().await {
        let sent = async |plan: SearchPlan| {
            shelf.ask(plan).await;
            let requests = shelf.proxy.take_requests();
            assert_eq!(requests.len(), 1, "{}", shelf.place);
            requests[0].body.lines().nth(1).unwrap().to_owned()
        };
        let nothing = sent(SearchPlan::everything()).await;
        assert_eq!(nothing, r#"{"query":{"match_all":{}},"size":0,"track_total_hits":false}"#, "{}", shelf.place);
        let listed = sent(SearchPlan { hits: Some(page(Vec::new())), ..SearchPlan::everything() }).await;
        let counted = sent(SearchPlan { counting: Counting::Exact, ..SearchPlan::everything() }).await;
        let facets = vec![plan(Facet::Stock, Filter::All, &[])];
        let faceted = sent(SearchPlan { facets, ..SearchPlan::everything() }).await;
        let spelling = SpellingPlan { column: TextColumn::Spelling, words: vec!["keybord".to_owned()] };
        let spelt = sent(SearchPlan { spelling: Some(spelling), ..SearchPlan::everything() }).await;
        for (part, wanted) in [("_source", &listed), ("suggest", &spelt), ("0-stock", &faceted)] {
            for body in [&listed, &counted, &faceted, &spelt] {
                assert_eq!(body.contains(&format!("{part}\"")), std::ptr::eq(body, wanted), "{part} in {body}");
            }
        }
        assert!(!counted.contains("sort") && !faceted.contains("sort"), "{counted} {faceted}");
        assert!(counted.contains(r#""track_total_hits":true"#) && !faceted.contains(r#""track_total_hits":true"#));
    }
}

#[tokio::test]
async fn scores_that_nobody_reads_and_no_order_goes_by_are_not_asked_for() {
    let by_price = vec![SortKey { field: SortField::Price, direction: aisle::search::Direction::Ascending }];
    let factor = Factor { when: word(TextColumn::Name, "run", 1.0), unless: Vec::new(), factor: 3.0 };
    let shoes = ranked(word(TextColumn::Everything, "shoe", 2.0), vec![factor]);
    let wanting = |scores| SearchPlan { hits: Some(HitsPlan { scores, ..page(by_price.clone()) }), ..shoes.clone() };
    for shelf in shelves().await {
        let sent = async |plan: SearchPlan| {
            let results = shelf.ask(plan).await;
            let requests = shelf.proxy.take_requests();
            assert_eq!(requests.len(), 1, "{}", shelf.place);
            (requests[0].body.clone(), results)
        };
        let (unscored, without) = sent(wanting(false)).await;
        let (scored, with) = sent(wanting(true)).await;
        let (best, by_relevance) = sent(shoes.clone()).await;
        for costly in ["function_score", "boost", "track_scores"] {
            assert!(!unscored.contains(costly) && scored.contains(costly), "{}: {unscored} {scored}", shelf.place);
        }
        assert!(!unscored.contains("dfs_query"), "{}: {unscored}", shelf.place);
        assert_eq!(scored.contains("dfs_query"), best.contains("dfs_query"), "{}: {scored}", shelf.place);
        assert_eq!((ids(&without), ids(&with)), (vec!["s1", "s2", "s3", "s4"], vec!["s1", "s2", "s3", "s4"]));
        assert!(without.hits.iter().all(|hit| hit.score.is_none()), "{}", shelf.place);
        let (mut one, mut other) = (scores(&with), scores(&by_relevance));
        one.sort_by(|one, other| one.0.cmp(&other.0));
        other.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(one, other, "{}: a score does not depend on the order", shelf.place);
    }
}
