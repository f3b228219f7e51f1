//! Facets as the catalogue answers them, whatever stage a search ends at: they count the products that the stage matches.
//!
//! Which products the words match is asked without a filter and without facets, of the stage that the answer names; all
//! else, and above all what facets ignore, is for the oracle to judge.

use std::{
    collections::BTreeSet,
    io::{Write as _, stderr},
    sync::Arc,
};

use aisle::{
    catalog::{Catalog, CatalogSettings},
    product::{FieldSet, ProductField, RandomIds, SystemClock},
    search::{FilterDraft, Search, SearchAnswer, SearchDraft, SearchLimits, SearchProblem, Stage, Wants, WindowDraft},
};

use crate::{
    conformance::{comparisons, filled},
    facets::{Question, judge, wants},
    support::{
        engines::TestEngine,
        facet_oracle::{FacetOracle, Selection},
        generator,
        oracle::Oracle,
        random_facets::{RandomFacets, selection},
        random_search::RandomSearches,
    },
};

/// Products of the generated catalogue.
const PRODUCTS: usize = 400;
/// Pairs of searches sent together.
const BATCH: usize = 10;

/// A catalogue over an engine, of which one page may hold all products.
fn catalog_over(engine: &TestEngine, products: usize) -> Catalog {
    let page_size = u32::try_from(products).unwrap();
    let searches = SearchLimits { filter_conditions: 1_000, page_size, ..SearchLimits::default() };
    let settings = CatalogSettings { searches, ..CatalogSettings::default() };
    Catalog::new(Arc::clone(engine), settings, Arc::new(SystemClock), Arc::new(RandomIds::default()))
}

/// Two searches for the same, which are asked together and differ in what they want.
fn pair(searches: &mut RandomSearches<'_>, facets: &RandomFacets<'_>) -> [Question; 2] {
    let query = Some(searches.query());
    // Few words and many conditions rarely have a product in common: half of the filters are one choice.
    let filter = if searches.random.bool() {
        selection(searches)
    } else {
        let mut choice = FilterDraft::default();
        searches.choose(&mut choice);
        choice
    };
    [(), ()].map(|()| Question {
        query: query.clone(),
        filter: filter.clone(),
        wants: wants(&mut searches.random, facets),
    })
}

/// `None` for a span that matches nothing, which is refused.
fn checked(catalog: &Catalog, draft: SearchDraft) -> Option<Search> {
    match catalog.check(draft) {
        Ok(search) => Some(search),
        Err(SearchProblem::Invalid(_)) => None,
        Err(problem) => panic!("{problem}"),
    }
}

async fn answers(catalog: &Catalog, searches: &[Search]) -> Vec<SearchAnswer> {
    catalog.search(searches).await.into_iter().collect::<Result<_, _>>().unwrap()
}

/// The products whose words a stage matches.
async fn matched(catalog: &Catalog, query: Option<&String>, stage: &Stage) -> BTreeSet<String> {
    let window = WindowDraft { first: Some(i64::from(catalog.limits().page_size)), ..WindowDraft::default() };
    let wants = Wants { hits: Some(FieldSet::empty().with(ProductField::Id)), ..Wants::default() };
    let draft = SearchDraft { query: query.cloned(), window, wants, ..SearchDraft::default() };
    let search = Search { stage: Some(stage.clone()), ..catalog.check(draft).unwrap() };
    let found = answers(catalog, &[search]).await.remove(0);
    assert_eq!(found.stage, *stage);
    found.results.hits.into_iter().map(|hit| hit.product.id.as_str().to_owned()).collect()
}

/// How many answers are of which kind.
#[derive(Debug, Default)]
struct Tally {
    /// Without contradictions, which have nothing to find.
    exact: usize,
    relaxed: usize,
    contradictions: usize,
    found: usize,
}

async fn compare(shop: (&str, &Catalog), questions: &[Question], oracle: &FacetOracle<'_>, tally: &mut Tally) {
    let (name, catalog) = shop;
    let asked = questions.iter().filter_map(|question| Some((question, checked(catalog, question.draft())?)));
    let (questions, searches): (Vec<&Question>, Vec<Search>) = asked.unzip();
    for ((question, search), answer) in questions.into_iter().zip(&searches).zip(answers(catalog, &searches).await) {
        let among = matched(catalog, question.query.as_ref(), &answer.stage).await;
        let selection = Selection { query: None, among: Some(&among), filter: &question.filter };
        judge(name, (selection, &question.wants), &answer.results, oracle);
        tally.contradictions += usize::from(search.finds_nothing());
        tally.found += usize::from(oracle.total(selection) > 0);
        match answer.stage {
            Stage::Exact => tally.exact += usize::from(!search.finds_nothing()),
            Stage::Relaxed(_) => tally.relaxed += 1,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_what_the_stage_of_the_answer_matches() {
    let products = generator::catalogue(6, PRODUCTS);
    let engines = filled("stages", &products).await;
    let shops: Vec<(&str, Catalog)> =
        engines.iter().map(|engine| (engine.name(), catalog_over(engine, products.len()))).collect();
    let (mut searches, facets) = (RandomSearches::new(13, &products), RandomFacets::new(&products));
    let oracle = Oracle::new(&products);
    let oracle = FacetOracle::new(&oracle, &products);
    let mut tally = Tally::default();
    for _ in 0..comparisons().div_ceil(10 * BATCH) {
        let questions: Vec<Question> = (0..BATCH).flat_map(|_| pair(&mut searches, &facets)).collect();
        for (name, catalog) in &shops {
            compare((name, catalog), &questions, &oracle, &mut tally).await;
        }
    }
    assert!(tally.exact > 0 && tally.relaxed > 0 && tally.found > 0, "{tally:?}");
    let _ = writeln!(stderr(), "{tally:?} on {} engines: equal", engines.len());
}
