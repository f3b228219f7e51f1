use super::{
    check::{MOST_EXCLUSION_WORDS, MOST_STOP_WORDS},
    *,
};

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
}

#[test]
fn a_list_has_as_many_words_as_its_key_takes_and_no_more() {
    let numbered = |count: usize| (0..count).map(|number| format!("w{number}")).collect::<BTreeSet<_>>();
    let stopping = |count| Ranking { stop_words: numbered(count), ..Ranking::default() }.checked();
    let excluding = |count| Ranking { exclusion_words: numbered(count), ..Ranking::default() }.checked();
    assert!(stopping(MOST_STOP_WORDS).is_ok() && excluding(MOST_EXCLUSION_WORDS).is_ok());
    let problem = stopping(MOST_STOP_WORDS + 1).unwrap_err();
    assert_eq!(
        (problem.key(), problem.to_string().as_str()),
        ("stop_words", "stop_words takes at most 1000 words, not 1001")
    );
    assert_eq!(excluding(21).unwrap_err().to_string(), "exclusion_words takes at most 20 words, not 21");
}
