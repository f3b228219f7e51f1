//! The same questions to the oracle and to every engine: not one answer may differ.

use std::io::{Write as _, stderr};

use aisle::{
    backend::Engine,
    product::{FieldSet, Product, ProductField},
    search::{FilterDraft, Search, SearchDraft, SearchLimits, SearchProblem, SortDraft, Wants, WindowDraft},
};

use crate::support::{
    engines::{self, TestEngine},
    generator,
    oracle::Oracle,
    plans::plan,
    random_search::RandomSearches,
    writes::{ImportOutcome, Writes},
};

/// Products of the generated catalogue.
const PRODUCTS: usize = 400;
/// Comparisons of lists, and as many of words, unless `AISLE_TEST_COMPARISONS` says otherwise.
const COMPARISONS: usize = 1_000;
/// Searches sent in one request.
const BATCH: usize = 100;

/// How many comparisons are asked for.
pub(crate) fn comparisons() -> usize {
    std::env::var("AISLE_TEST_COMPARISONS").map_or(COMPARISONS, |number| number.parse().unwrap())
}

async fn import_all(engine: &dyn Engine, products: &[Product]) {
    for chunk in products.chunks(500) {
        let outcomes = engine.import(chunk.to_vec()).await.unwrap();
        assert!(outcomes.iter().all(|outcome| *outcome == ImportOutcome::Created), "every product is new");
    }
    engine.publish().await.unwrap();
}

/// A search as a caller writes it.
pub(crate) struct Question {
    query: Option<String>,
    filter: Option<FilterDraft>,
    sort: Vec<SortDraft>,
    page: i64,
    size: i64,
}

impl Question {
    fn draft(&self) -> SearchDraft {
        SearchDraft {
            query: self.query.clone(),
            filter: self.filter.clone(),
            sort: Some(self.sort.clone()),
            window: WindowDraft { first: Some(self.size), page: Some(self.page), ..WindowDraft::default() },
            wants: Wants { hits: Some(FieldSet::empty().with(ProductField::Id)), total: true, ..Wants::default() },
        }
    }
}

/// A question about filters and sorts.
pub(crate) fn ask_about_lists(searches: &mut RandomSearches<'_>) -> Question {
    Question {
        query: None,
        filter: Some(searches.filter(3)),
        sort: searches.sort(),
        page: searches.random.i64(1..=3),
        size: [1, 7, 10, 100][searches.random.usize(..4)],
    }
}

/// Words, sorted by a field, so that what matches is compared and not how well.
pub(crate) fn ask_about_words(searches: &mut RandomSearches<'_>) -> Question {
    let mut sort = searches.sort();
    if sort.is_empty() {
        sort.push(SortDraft { field: aisle::search::SortField::Name, direction: None });
    }
    Question { query: Some(searches.query()), filter: None, sort, page: 1, size: 100 }
}

/// Asks every engine the same questions until enough were compared.
async fn compare(engines: &[TestEngine], oracle: &Oracle, mut ask: impl FnMut() -> Question) {
    let comparisons = comparisons();
    let (mut compared, mut with_hits) = (0, 0);
    while compared < comparisons {
        let questions: Vec<Question> = (0..BATCH).map(|_| ask()).collect();
        let (some, hits) = compare_answers(engines, oracle, &questions).await;
        compared += some;
        with_hits += hits;
    }
    let names: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
    // Not `println!`, which the test harness keeps to itself when tests pass.
    let _ = writeln!(stderr(), "{names:?}: {compared} comparisons, {with_hits} with hits, 0 differences");
}

/// Asks every engine the same questions by one request; those that no engine is asked count for nothing. How many were
/// compared, and how many of these have hits.
pub(crate) async fn compare_answers(engines: &[TestEngine], oracle: &Oracle, questions: &[Question]) -> (usize, usize) {
    let questions: Vec<(Search, Expected)> =
        questions.iter().filter_map(|question| checked(question, oracle)).collect();
    let searches: Vec<Search> = questions.iter().map(|(search, _)| search.clone()).collect();
    for engine in engines {
        let answers = engine.search(&searches.iter().map(plan).collect::<Vec<_>>()).await.unwrap();
        for ((search, expected), answer) in questions.iter().zip(answers) {
            let answer = answer.unwrap();
            let page: Vec<&str> = answer.hits.iter().map(|hit| hit.product.id.as_str()).collect();
            assert_eq!(page, expected.page, "{} differs in {search:?}", engine.name());
            assert_eq!(answer.total, Some(expected.total), "{} counts otherwise: {search:?}", engine.name());
            assert_eq!(answer.has_more, expected.has_more, "{}: {search:?}", engine.name());
        }
    }
    let with_hits = questions.iter().filter(|(_, expected)| !expected.page.is_empty()).count();
    (questions.len(), with_hits)
}

/// What the oracle says to one question.
struct Expected {
    page: Vec<String>,
    total: u64,
    has_more: bool,
}

/// The search and its answer; `None` for a question that no engine is asked.
fn checked(question: &Question, oracle: &Oracle) -> Option<(Search, Expected)> {
    let search = match question.draft().check(&SearchLimits::default()) {
        Ok(search) => search,
        // A random span may be one that matches nothing, which is refused.
        Err(SearchProblem::Invalid(_)) => return None,
        Err(problem) => panic!("{problem}"),
    };
    let list = oracle.list(question.query.as_deref(), question.filter.as_ref(), &question.sort);
    if search.is_hopeless() {
        assert!(list.is_empty(), "{search:?} is not asked, but finds {list:?}");
        return None;
    }
    let size = usize::try_from(question.size).unwrap();
    let start = usize::try_from(question.page - 1).unwrap() * size;
    let page: Vec<String> = list.iter().skip(start).take(size).cloned().collect();
    let has_more = list.len() > start + page.len();
    Some((search, Expected { page, total: list.len() as u64, has_more }))
}

/// Every engine with these products in it.
pub(crate) async fn filled(name: &str, products: &[Product]) -> Vec<TestEngine> {
    let engines = engines::all(name).await;
    for engine in &engines {
        import_all(engine.as_ref(), products).await;
    }
    engines
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_lists_what_the_oracle_lists() {
    let products = generator::catalogue(1, PRODUCTS);
    let engines = filled("lists", &products).await;
    let mut searches = RandomSearches::new(7, &products);
    compare(&engines, &Oracle::new(&products), || ask_about_lists(&mut searches)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_finds_by_words_what_the_oracle_finds() {
    let products = generator::catalogue(2, PRODUCTS);
    let engines = filled("words", &products).await;
    let mut searches = RandomSearches::new(8, &products);
    compare(&engines, &Oracle::new(&products), || ask_about_words(&mut searches)).await;
}
