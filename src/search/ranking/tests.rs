use super::{check::MOST_WORDS, *};

#[test]
fn the_default_ranking_passes_its_own_check_unchanged() {
    assert_eq!(Ranking::default().checked(), Ok(Ranking::default()));
}

#[test]
fn a_number_outside_its_range_is_refused_by_its_key() {
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.1, 10.5] {
        let problem = Ranking { name_weight: number, ..Ranking::default() }.checked().unwrap_err();
        assert_eq!(problem.key(), "name_weight");
    }
    let problem = Ranking { synonym_weight: 0.0, ..Ranking::default() }.checked().unwrap_err();
    assert_eq!(problem.to_string(), "synonym_weight must be from 0.1 to 1, not 0");
}

#[test]
fn words_are_folded_and_anything_but_one_word_is_refused() {
    let with = |word: &str| Ranking { stop_words: [word.to_owned()].into(), ..Ranking::default() };
    assert_eq!(with("FÜR").checked().unwrap().stop_words, ["fur".to_owned()].into());
    for entry in ["", "--", "two words"] {
        let problem = with(entry).checked().unwrap_err();
        assert_eq!(problem, RankingProblem::Word { key: "stop_words", word: entry.to_owned() });
    }
    let many = (0..=MOST_WORDS).map(|number| format!("w{number}")).collect();
    let problem = Ranking { exclusion_words: many, ..Ranking::default() }.checked().unwrap_err();
    assert_eq!(problem, RankingProblem::TooManyWords { key: "exclusion_words" });
}
