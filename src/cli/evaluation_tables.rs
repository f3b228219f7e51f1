//! What `aisle evaluate` prints.
//!
//! Invariant: a query without any relevant product counts nowhere, and is named.

use std::fmt::Write as _;

use crate::{
    app::data::QueryReport,
    evaluation::{Comparison, Means, ROUNDS, Scores},
};

/// The tables of one evaluation.
pub(super) struct Tables<'a> {
    /// Name of the engine.
    pub(super) engine: &'a str,
    /// What was told of each query.
    pub(super) reports: &'a [QueryReport],
    /// How many of the worst queries are listed.
    pub(super) worst: usize,
}

/// A query with the scores of both rankings.
struct Pair<'a> {
    query: &'a str,
    in_force: Scores,
    other: Scores,
}

impl Pair<'_> {
    fn difference(&self) -> f64 {
        self.other.ndcg - self.in_force.ndcg
    }
}

impl Tables<'_> {
    /// The figures of the ranking in force.
    pub(super) fn alone(&self) -> String {
        let queries: Vec<(&str, Scores)> =
            self.reports.iter().filter_map(|report| Some((report.query.as_str(), report.in_force?))).collect();
        let scores: Vec<Scores> = queries.iter().map(|(_, scores)| *scores).collect();
        let mut text = self.heading(queries.len());
        if let Some(means) = Means::of(&scores) {
            for (name, figure) in figures(means) {
                let _ = writeln!(text, "{name:<11} {figure:.4}");
            }
        }
        text.push_str(&self.worst_queries(queries));
        text
    }

    /// The figures of two rankings, and what to think of their difference.
    pub(super) fn compared(&self) -> String {
        let pair = |report: &'_ QueryReport| Some((report.in_force?, report.other?));
        let pairs = self.reports.iter().filter_map(|report| Some((report.query.as_str(), pair(report)?)));
        let mut pairs: Vec<Pair<'_>> =
            pairs.map(|(query, (in_force, other))| Pair { query, in_force, other }).collect();
        let [in_force, other] = [|pair: &Pair<'_>| pair.in_force, |pair: &Pair<'_>| pair.other]
            .map(|side| pairs.iter().map(side).collect::<Vec<Scores>>());
        let mut text = self.heading(pairs.len());
        if let (Some(one), Some(two)) = (Means::of(&in_force), Means::of(&other)) {
            let _ = writeln!(text, "{:<11} in force  other   difference", "");
            for ((name, one), (_, two)) in figures(one).into_iter().zip(figures(two)) {
                let _ = writeln!(text, "{name:<11} {one:.4}    {two:.4}  {:+.4}", two - one);
            }
        }
        let queries = pairs.iter().map(|pair| (pair.query, pair.in_force)).collect();
        text.push_str(&verdict(&pairs));
        pairs.sort_by(|one, two| one.difference().total_cmp(&two.difference()));
        text.push_str(&changed_queries(&pairs));
        text.push_str(&self.worst_queries(queries));
        text
    }

    fn heading(&self, scored: usize) -> String {
        let mut text = format!("engine      {}\nqueries     {scored}\n", self.engine);
        for report in self.reports.iter().filter(|report| report.in_force.is_none()) {
            let _ = writeln!(text, "left out    {} (no judged product is relevant)", report.query);
        }
        text
    }

    fn worst_queries(&self, mut queries: Vec<(&str, Scores)>) -> String {
        queries.sort_by(|(_, one), (_, two)| one.ndcg.total_cmp(&two.ndcg));
        queries.truncate(self.worst);
        if queries.is_empty() {
            return String::new();
        }
        let mut text = "\nworst queries of the ranking in force\nNDCG@10  MRR     recall@100  query\n".to_owned();
        for (query, Scores { ndcg, reciprocal_rank, recall }) in queries {
            let _ = writeln!(text, "{ndcg:.4}   {reciprocal_rank:.4}  {recall:.4}      {query}");
        }
        text
    }
}

fn figures(means: Means) -> [(&'static str, f64); 3] {
    [("NDCG@10", means.ndcg), ("MRR", means.reciprocal_rank), ("recall@100", means.recall)]
}

/// Whether the other ranking is better, and how sure that is.
fn verdict(pairs: &[Pair<'_>]) -> String {
    let differences: Vec<f64> = pairs.iter().map(Pair::difference).collect();
    let Some(compared) = Comparison::of(&differences) else { return String::new() };
    let Comparison { better, worse, equal, probability, interval: (low, high), .. } = compared;
    format!(
        "
the other ranking, by NDCG@10
better for {better}, worse for {worse}, equal for {equal}
95 % of samples of queries put the difference between {low:+.4} and {high:+.4} (bootstrap)
p = {probability:.4} (paired randomisation test, {ROUNDS} rounds)
"
    )
}

/// The queries whose figure changes, the greatest losses first.
fn changed_queries(pairs: &[Pair<'_>]) -> String {
    let mut text = String::new();
    for pair in pairs.iter().filter(|pair| pair.in_force.ndcg.total_cmp(&pair.other.ndcg).is_ne()) {
        if text.is_empty() {
            text.push_str("\nNDCG@10 by query\ndifference  in force  other   query\n");
        }
        let (one, two) = (pair.in_force.ndcg, pair.other.ndcg);
        let _ = writeln!(text, "{:+.4}     {one:.4}    {two:.4}  {}", two - one, pair.query);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(line: u64, query: &str, ndcg: [Option<f64>; 2]) -> QueryReport {
        let [in_force, other] = ndcg.map(|ndcg| Some(Scores { ndcg: ndcg?, reciprocal_rank: 1.0, recall: 0.5 }));
        QueryReport { line, query: query.to_owned(), in_force, other }
    }

    #[test]
    fn one_ranking_gets_its_means_and_its_worst_queries() {
        let reports =
            [report(1, "mug", [Some(0.75), None]), report(2, "x", [None, None]), report(3, "rug", [Some(0.25), None])];
        let table = Tables { engine: "embedded", reports: &reports, worst: 1 }.alone();
        assert_eq!(
            table,
            "\
engine      embedded
queries     2
left out    x (no judged product is relevant)
NDCG@10     0.5000
MRR         1.0000
recall@100  0.5000

worst queries of the ranking in force
NDCG@10  MRR     recall@100  query
0.2500   1.0000  0.5000      rug
"
        );
    }

    #[test]
    fn two_rankings_get_their_difference_and_what_changed() {
        let reports = [
            report(1, "mug", [Some(0.5), Some(0.75)]),
            report(2, "rug", [Some(0.5), Some(0.25)]),
            report(3, "jug", [Some(0.5), Some(0.5)]),
        ];
        let table = Tables { engine: "embedded", reports: &reports, worst: 0 }.compared();
        let (figures, rest) = table.split_once("\n\n").unwrap();
        assert_eq!(
            figures,
            "\
engine      embedded
queries     3
            in force  other   difference
NDCG@10     0.5000    0.5000  +0.0000
MRR         1.0000    1.0000  +0.0000
recall@100  0.5000    0.5000  +0.0000"
        );
        assert!(rest.contains("better for 1, worse for 1, equal for 1\n"), "{rest}");
        assert!(rest.contains("p = 1.0000"), "{rest}");
        let changed = "\
difference  in force  other   query
-0.2500     0.5000    0.2500  rug
+0.2500     0.5000    0.7500  mug
";
        assert!(rest.ends_with(changed), "{rest}");
    }

    #[test]
    fn nothing_to_score_is_no_table() {
        let reports = [report(1, "x", [None, None])];
        let tables = Tables { engine: "embedded", reports: &reports, worst: 5 };
        let expected = "engine      embedded\nqueries     0\nleft out    x (no judged product is relevant)\n";
        assert_eq!((tables.alone(), tables.compared()), (expected.to_owned(), expected.to_owned()));
    }
}
