//! What facets cost beside the same search without them, and what suggestions cost, as a printed report.
//!
//! `cargo bench --bench facets` measures 100,000 generated products on the embedded engine; `AISLE_TEST_CATALOGUE=FILE`
//! takes the products of an import file. Processor time counts, for searches do nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a report that cannot go on should stop where it is"
)]

use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};

use aisle::{
    backend::{ProductReader as _, ProductWriter as _},
    change::{Brought, Change, Insert, OnDuplicate, Sameness, Visibility},
    engine::embedded::{EmbeddedEngine, EmbeddedSettings},
    product::{FieldSet, Product, ProductField},
    search::{
        Clause, Counting, Direction, Facet, FacetPlan, Filter, HitsPlan, Place, Relevance, SearchPlan, SortField,
        SortKey, SpellingPlan, TextColumn, Window, analysis,
        facet::{AttributesFacet, FacetOrder, PriceBuckets, PriceFacet, ValueField, ValuesFacet},
    },
};
use tokio::runtime::Runtime;

#[path = "../tests/it/support/generator.rs"]
mod generator;

/// Products of the catalogue for which the figures are promised.
const PRODUCTS: usize = 100_000;
/// Searches measured, after as many to warm up.
const SEARCHES: usize = 2_000;

fn main() {
    let products = generator::catalogue(1, PRODUCTS);
    let folder = tempfile::tempdir().unwrap();
    let settings = EmbeddedSettings { data_dir: folder.path().to_owned(), ..EmbeddedSettings::default() };
    let engine = EmbeddedEngine::open(settings, &|_| {}).unwrap();
    let runtime = Runtime::new().unwrap();
    let began = Instant::now();
    runtime.block_on(fill(&engine, &products));
    println!("products                         {}", products.len());
    println!("written and published            {:.1} s", began.elapsed().as_secs_f64());
    let queries: Vec<Vec<String>> = (0..SEARCHES).map(|number| two_words(&products, number)).collect();
    let plain: Vec<SearchPlan> = queries.iter().map(|words| found_by(words)).collect();
    let counted: Vec<SearchPlan> = plain.iter().map(|plan| with_everything(plan.clone())).collect();
    let suggestions: Vec<SearchPlan> = queries.iter().map(|words| suggesting(words)).collect();
    let everything = vec![with_everything(SearchPlan { hits: Some(page()), ..SearchPlan::everything() }); 100];
    for (name, plans) in [
        ("two words, ten products", &plain),
        ("with total, six facets", &counted),
        ("suggestions", &suggestions),
        ("everything, total, six facets", &everything),
    ] {
        report(name, plans, &engine, &runtime);
    }
}

async fn fill(engine: &EmbeddedEngine, products: &[Product]) {
    for group in products.chunks(1_000) {
        let changes = group.iter().map(|product| {
            Change::Insert(Insert {
                product: product.clone(),
                sameness: Sameness::IdSkuOrName,
                at: product.updated_at,
                brings: Brought { created_at: true, updated_at: true },
                on_duplicate: OnDuplicate::Skip,
            })
        });
        engine.write(changes.collect(), Visibility::None).await.unwrap();
    }
    engine.publish().await.unwrap();
}

fn two_words(products: &[Product], number: usize) -> Vec<String> {
    let product = &products[number * 7_919 % products.len()];
    analysis::spelt(&product.content.name).into_iter().take(2).map(|token| token.text).collect()
}

fn page() -> HitsPlan {
    HitsPlan {
        fields: FieldSet::empty().with(ProductField::Name).with(ProductField::Price),
        order: vec![SortKey { field: SortField::Relevance, direction: Direction::Descending }],
        window: Window { place: Place::Offset(0), size: 10 },
    }
}

/// The products that have all of these words.
fn found_by(words: &[String]) -> SearchPlan {
    let word =
        |word: &String| Clause::Word { column: TextColumn::Everything, token: analysis::searchable(word), weight: 1.0 };
    looking_for(Clause::All(words.iter().map(word).collect()))
}

/// The products whose names have words that begin as the first two letters of these.
fn suggesting(words: &[String]) -> SearchPlan {
    let start = |word: &String| Clause::Word {
        column: TextColumn::NamePrefixes,
        token: word.chars().take(2).collect(),
        weight: 1.0,
    };
    looking_for(Clause::All(words.iter().map(start).collect()))
}

fn looking_for(clause: Clause) -> SearchPlan {
    let relevance = Some(Relevance { clause, factors: Vec::new() });
    SearchPlan { relevance, hits: Some(page()), ..SearchPlan::everything() }
}

fn with_everything(plan: SearchPlan) -> SearchPlan {
    let values = |field| Facet::Values(ValuesFacet { field, size: 10, order: FacetOrder::Count, matching: None });
    let facets = [
        values(ValueField::Category),
        values(ValueField::Brand),
        values(ValueField::Tags),
        Facet::Stock,
        Facet::Price(PriceFacet { buckets: PriceBuckets::Every { width: 10_000, most: 200 } }),
        Facet::Attributes(AttributesFacet { names: None, size: 10, values: 10 }),
    ];
    let over_all = |facet| FacetPlan { facet, filter: Filter::All, selected: BTreeSet::new(), own: Vec::new() };
    let spelling = SpellingPlan { column: TextColumn::Spelling, words: vec!["kettel".to_owned()] };
    SearchPlan {
        facets: facets.map(over_all).to_vec(),
        counting: Counting::Exact,
        spelling: Some(spelling).filter(|_| plan.relevance.is_some()),
        ..plan
    }
}

fn report(name: &str, plans: &[SearchPlan], engine: &EmbeddedEngine, runtime: &Runtime) {
    let answer = |plan: &SearchPlan| {
        let began = Instant::now();
        runtime.block_on(engine.search(std::slice::from_ref(plan))).unwrap().remove(0).unwrap();
        began.elapsed()
    };
    for plan in plans {
        answer(plan);
    }
    let before = processor_time();
    let mut times: Vec<Duration> = plans.iter().map(answer).collect();
    let used = (processor_time().saturating_sub(before) / u32::try_from(plans.len()).unwrap()).as_micros();
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!("{name:32} {used} µs of processor, p50 {:.2} ms, p95 {:.2} ms", at(50), at(95));
}

/// What this process used so far, in steps of ten milliseconds.
fn processor_time() -> Duration {
    let line = fs::read_to_string("/proc/self/stat").expect("Linux tells the processor time of a process");
    let fields: Vec<&str> = line.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<u64>().unwrap();
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}
