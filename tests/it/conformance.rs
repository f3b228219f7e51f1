//! The same questions to the oracle and to every engine: not one answer may differ.

use aisle::{
    product::{FieldSet, Product, ProductField},
    search::{
        Engine, FilterDraft, ImportOutcome, Search, SearchDraft, SearchLimits, SearchProblem, SortDraft, Wants,
        WindowDraft,
    },
};

use crate::support::{engines, generator, oracle::Oracle, random_search::RandomSearches};

/// Products of the generated catalogue.
const PRODUCTS: usize = 400;
/// Comparisons of lists, and as many of words, unless `AISLE_TEST_COMPARISONS` says otherwise.
const COMPARISONS: usize = 1_000;
/// Searches sent in one request.
const BATCH: usize = 100;

fn comparisons() -> usize {
    std::env::var("AISLE_TEST_COMPARISONS").map_or(COMPARISONS, |number| number.parse().unwrap())
}

async fn import_all(engine: &dyn Engine, products: &[Product]) {
    for chunk in products.chunks(500) {
        let outcomes = engine.import(chunk.to_vec()).await.unwrap();
        assert!(outcomes.iter().all(|outcome| *outcome == ImportOutcome::Created), "every product is new");
    }
    engine.publish().await.unwrap();
}

struct Question {
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
            wants: Wants { hits: Some(FieldSet::empty().with(ProductField::Id)), total: true },
        }
    }
}

fn ask_about_lists(searches: &mut RandomSearches<'_>) -> Question {
    Question {
        query: None,
        filter: Some(searches.filter(3)),
        sort: searches.sort(),
        page: searches.random.i64(1..=3),
        size: [1, 7, 10, 100][searches.random.usize(..4)],
    }
}

/// Words, sorted by a field, so that what matches is compared and not how well.
fn ask_about_words(searches: &mut RandomSearches<'_>) -> Question {
    let mut sort = searches.sort();
    if sort.is_empty() {
        sort.push(SortDraft { field: aisle::search::SortField::Name, direction: None });
    }
    Question { query: Some(searches.query()), filter: None, sort, page: 1, size: 100 }
}

async fn compare(engine: &dyn Engine, oracle: &Oracle, mut ask: impl FnMut() -> Question, comparisons: usize) {
    let limits = SearchLimits::default();
    let mut compared = 0;
    while compared < comparisons {
        let questions: Vec<(Question, Search)> = (0..BATCH)
            .filter_map(|_| {
                let question = ask();
                match question.draft().check(&limits) {
                    Ok(search) => Some((question, search)),
                    // A random span may be one that matches nothing, which is refused.
                    Err(SearchProblem::Invalid(_)) => None,
                    Err(problem) => panic!("{problem}"),
                }
            })
            .collect();
        let sent: Vec<Search> =
            questions.iter().map(|(_, search)| search.clone()).filter(|search| !search.is_hopeless()).collect();
        let mut answers = engine.search(&sent).await.unwrap().into_iter();
        for (question, search) in questions {
            let expected = oracle.list(question.query.as_deref(), question.filter.as_ref(), &question.sort);
            let start = usize::try_from((question.page - 1) * question.size).unwrap();
            let page: Vec<&str> =
                expected.iter().skip(start).take(usize::try_from(question.size).unwrap()).map(String::as_str).collect();
            compared += 1;
            if search.is_hopeless() {
                assert!(expected.is_empty(), "{search:?} was not asked, but finds {expected:?}");
                continue;
            }
            let answer = answers.next().unwrap().unwrap();
            let found: Vec<&str> = answer.hits.iter().map(|hit| hit.product.id.as_str()).collect();
            assert_eq!(found, page, "{} differs in {search:?}", engine.name());
            assert_eq!(answer.total, Some(expected.len() as u64), "{} counts otherwise: {search:?}", engine.name());
            assert_eq!(answer.has_more, expected.len() > start + page.len());
        }
    }
    eprintln!("{}: {compared} comparisons, 0 differences", engine.name());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_lists_what_the_oracle_lists() {
    let products = generator::catalogue(1, PRODUCTS);
    let oracle = Oracle::new(&products);
    for engine in engines::all("lists").await {
        import_all(engine.as_ref(), &products).await;
        let mut searches = RandomSearches::new(7, &products);
        compare(engine.as_ref(), &oracle, || ask_about_lists(&mut searches), comparisons()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_finds_by_words_what_the_oracle_finds() {
    let products = generator::catalogue(2, PRODUCTS);
    let oracle = Oracle::new(&products);
    for engine in engines::all("words").await {
        import_all(engine.as_ref(), &products).await;
        let mut searches = RandomSearches::new(8, &products);
        compare(engine.as_ref(), &oracle, || ask_about_words(&mut searches), comparisons()).await;
    }
}
