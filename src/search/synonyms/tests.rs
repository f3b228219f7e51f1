use super::*;

fn parsed(text: &str) -> Result<Synonyms, SynonymProblem> {
    Synonyms::parse(text.as_bytes(), SynonymLimits::default())
}

fn of(synonyms: &Synonyms, words: &str) -> Vec<String> {
    let tokens: Vec<String> = words.split(' ').map(str::to_owned).collect();
    synonyms.of(&tokens).iter().map(|term| term.join(" ")).collect()
}

#[test]
fn equivalent_terms_find_each_other_and_an_arrow_leads_one_way() {
    let synonyms =
        parsed("# what shoppers say\nTV, television set\n\n  # not back\nlaptop, notebook => computer\n").unwrap();
    assert_eq!(of(&synonyms, "tv"), ["televis set"]);
    assert_eq!(of(&synonyms, "televis set"), ["tv"]);
    assert_eq!(of(&synonyms, "televis"), Vec::<String>::new());
    assert_eq!(of(&synonyms, "notebook"), ["comput"]);
    assert_eq!(of(&synonyms, "comput"), Vec::<String>::new());
    assert_eq!((synonyms.rules(), synonyms.longest()), (2, 2));
}

#[test]
fn a_number_sign_within_a_line_belongs_to_the_term() {
    let synonyms = parsed("no #3, number three").unwrap();
    assert_eq!(of(&synonyms, "no 3"), ["number three"]);
}

#[test]
fn rules_of_the_same_term_add_up_and_none_is_its_own_synonym() {
    let synonyms = parsed("mug, cup\nmugs, beaker, cup\ncup => cup, bowl").unwrap();
    assert_eq!(of(&synonyms, "mug"), ["cup", "beaker"]);
    assert_eq!(of(&synonyms, "cup"), ["mug", "beaker", "bowl"]);
}

#[test]
fn a_bad_line_is_told_by_its_number_and_reason() {
    let table = [
        ("mug, cup\nalone", "line 2: a rule needs two terms, separated by a comma or by =>"),
        ("mug, , cup", "line 1: a term has no word: \"\""),
        ("mug, \u{1f600}", "line 1: a term has no word: \"\u{1f600}\""),
        ("=> mug", "line 1: a term has no word: \"\""),
        ("\r\na => b => c", "line 2: => is there twice"),
        ("one two three four five six, 6", "line 1: a term has at most 5 words, not 6"),
    ];
    for (text, told) in table {
        assert_eq!(parsed(text).unwrap_err().to_string(), told);
    }
    let many = vec!["word"; 21].join(",");
    assert_eq!(parsed(&many), Err(SynonymProblem::TooManyTerms { line: 1, most: 20, actual: 21 }));
    let limits = SynonymLimits { rules: 1, ..SynonymLimits::default() };
    let problem = Synonyms::parse(b"a, b\n#\nc, d", limits).unwrap_err();
    assert_eq!(problem, SynonymProblem::TooManyRules { line: 3, most: 1 });
    let limits = SynonymLimits { synonyms: 2, ..SynonymLimits::default() };
    let problem = Synonyms::parse(b"mug => a, b\nmug => b, c", limits).unwrap_err();
    assert_eq!(problem.to_string(), "line 2: a term has at most 2 synonyms, all rules together: \"mug\"");
    let problem = Synonyms::parse(b"a, b\n\xff, c", SynonymLimits::default()).unwrap_err();
    assert_eq!(problem, SynonymProblem::NotText { line: 2 });
}
