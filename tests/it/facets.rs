//! Facets of random selections, counted by the oracle and by every engine: not one count may differ.

use std::io::{Write as _, stderr};

use aisle::{
    product::{FieldSet, ProductField},
    search::{
        Filter, FilterDraft, Search, SearchDraft, SearchLimits, SearchPlan, SearchProblem, SearchResults, Wants,
        analysis::analyze, facet::Facet,
    },
};
use fastrand::Rng;

use crate::{
    conformance::{comparisons, filled},
    support::{
        engines::TestEngine,
        facet_oracle::{FacetOracle, Selection},
        generator,
        oracle::Oracle,
        plans::plan,
        random_facets::{RandomFacets, selection},
        random_search::RandomSearches,
    },
};

/// Products of the generated catalogue.
const PRODUCTS: usize = 400;
/// Searches sent in one request.
const BATCH: usize = 50;

/// A search with facets as a caller writes it.
pub(crate) struct Question {
    pub(crate) query: Option<String>,
    pub(crate) filter: FilterDraft,
    pub(crate) wants: Wants,
}

impl Question {
    fn ask(searches: &mut RandomSearches<'_>, facets: &RandomFacets<'_>) -> Self {
        let query = (searches.random.u8(..4) == 0).then(|| searches.right_word());
        // Of a text taken out of its place another number of words may be left.
        let query = query.filter(|word| analyze(word).len() == 1);
        let filter = selection(searches);
        Self { query, filter, wants: wants(&mut searches.random, facets) }
    }

    fn selection(&self) -> Selection<'_> {
        Selection { query: self.query.as_deref(), among: None, filter: &self.filter }
    }

    /// As it is before it is checked.
    pub(crate) fn draft(&self) -> SearchDraft {
        SearchDraft {
            query: self.query.clone(),
            filter: Some(self.filter.clone()),
            wants: self.wants.clone(),
            ..SearchDraft::default()
        }
    }

    /// `None` for a span that matches nothing, which is refused, and for a word that is none.
    fn search(&self) -> Option<Search> {
        match self.draft().check(&SearchLimits { filter_conditions: 1_000, ..SearchLimits::default() }) {
            Ok(search) => (!search.is_hopeless()).then_some(search),
            Err(SearchProblem::Invalid(_)) => None,
            Err(problem) => panic!("{problem}"),
        }
    }
}

/// Facets, and sometimes more.
pub(crate) fn wants(random: &mut Rng, facets: &RandomFacets<'_>) -> Wants {
    Wants {
        hits: random.bool().then(|| FieldSet::empty().with(ProductField::Id)),
        total: random.bool(),
        facets: facets.some(random),
        ..Wants::default()
    }
}

/// Compares one answer to a selection, facet by facet.
pub(crate) fn judge(
    engine: &str,
    (selection, wants): (Selection<'_>, &Wants),
    results: &SearchResults,
    oracle: &FacetOracle<'_>,
) {
    assert!(results.exact_counts, "{engine} estimates with one shard: {selection:?}");
    assert_eq!(results.facets.len(), wants.facets.len(), "{engine} answers every facet: {selection:?}");
    for (facet, counted) in wants.facets.iter().zip(&results.facets) {
        let expected = oracle.count(selection, facet);
        assert_eq!(*counted, expected, "{engine} counts otherwise\n{facet:#?}\nof {selection:#?}");
    }
    if wants.total {
        assert_eq!(results.total, Some(oracle.total(selection)), "{engine} finds otherwise: {selection:#?}");
    }
}

async fn compare(engines: &[TestEngine], questions: &[&Question], oracle: &FacetOracle<'_>) {
    let plans: Vec<SearchPlan> = questions.iter().filter_map(|question| Some(plan(&question.search()?))).collect();
    for engine in engines {
        let answers = engine.search(&plans).await.unwrap();
        assert_eq!(answers.len(), questions.len());
        for (question, results) in questions.iter().zip(answers) {
            judge(engine.name(), (question.selection(), &question.wants), &results.unwrap(), oracle);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_engine_counts_facets_as_the_oracle_does() {
    let products = generator::catalogue(3, PRODUCTS);
    let engines = filled("facets", &products).await;
    let (mut searches, facets) = (RandomSearches::new(9, &products), RandomFacets::new(&products));
    let oracle = Oracle::new(&products);
    let oracle = FacetOracle::new(&oracle, &products);
    let (mut compared, mut found) = (0, 0);
    while compared < comparisons() {
        let questions: Vec<Question> = (0..BATCH).map(|_| Question::ask(&mut searches, &facets)).collect();
        let asked: Vec<&Question> = questions.iter().filter(|question| question.search().is_some()).collect();
        compare(&engines, &asked, &oracle).await;
        compared += asked.len();
        found += asked.iter().filter(|question| oracle.total(question.selection()) > 0).count();
    }
    assert!(found * 5 > compared, "of {compared} selections only {found} find something");
    let _ = writeln!(stderr(), "{compared} selections, {found} of them not empty, on {} engines: equal", engines.len());
}

#[test]
fn however_a_filter_is_spread_over_facets_its_parts_together_are_the_filter() {
    let products = generator::products(4, 100);
    let (mut searches, facets) = (RandomSearches::new(10, &products), RandomFacets::new(&products));
    let mut spread = 0;
    for _ in 0..2_000 {
        let question = Question::ask(&mut searches, &facets);
        let Some(search) = question.search() else { continue };
        let SearchPlan { filter, narrowing, facets, .. } = plan(&search);
        spread += usize::from(narrowing != Filter::All && filter != Filter::All);
        assert_eq!(Filter::And(vec![filter, narrowing]).simplified(), search.filter, "{:?}", question.filter);
        let planned: Vec<&Facet> = facets.iter().map(|plan| &plan.facet).collect();
        assert_eq!(planned, search.wants.facets.iter().collect::<Vec<_>>());
    }
    assert!(spread > 200, "many filters are parted, not {spread}");
}

#[test]
fn equal_selections_are_equal_searches_however_they_are_written() {
    let products = generator::products(5, 100);
    let mut searches = RandomSearches::new(11, &products);
    let mut random = Rng::with_seed(12);
    for _ in 0..500 {
        let filter = selection(&mut searches);
        let mut mixed = filter.clone();
        if let Some(list) = &mut mixed.and {
            random.shuffle(list);
            list.push(FilterDraft::default());
        }
        let search =
            |filter| Question { query: None, filter, wants: Wants { total: true, ..Wants::default() } }.search();
        assert_eq!(search(mixed), search(filter));
    }
}
