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
fn a_comma_behind_a_backslash_belongs_to_the_term() {
    let synonyms = parsed(r"blimp\, x, zeppelin, 1\,500 litres\\, back\slash").unwrap();
    assert_eq!(of(&synonyms, "zeppelin"), ["blimp x", "1500 litr", "backslash"]);
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
    let problem = Synonyms::parse(b"a, b\n\xff, c", SynonymLimits::default()).unwrap_err();
    assert_eq!(problem, SynonymProblem::NotText { line: 2 });
}

#[test]
fn the_words_of_all_synonyms_of_a_term_are_limited_times_its_own() {
    let limits = SynonymLimits { synonym_words: 4, ..SynonymLimits::default() };
    let parsed = |text: &str| Synonyms::parse(text.as_bytes(), limits).map_err(|problem| problem.to_string());
    for fine in ["mug => one two three, four", "mug, one\nmug => one, two, three\nmugs, four", "red mug => one two"] {
        assert!(parsed(fine).is_ok(), "{fine}");
    }
    let told = |line, actual, term| {
        let rule = "the synonyms of a term have at most 4 words, all rules together and times the words of the term";
        Err(format!("line {line}: {rule}, not {actual}: {term:?}"))
    };
    assert_eq!(parsed("mug => one two\nmug => one two, three, four five"), told(2, 5, "mug"));
    assert_eq!(parsed("cup, red mug\nred mug => one two"), told(2, 6, "red mug"));
}

#[test]
fn the_terms_of_a_rule_share_what_they_find_and_rules_that_say_nothing_new_are_not_kept() {
    let terms: Vec<String> = (0..20).map(|number| format!("term{number}")).collect();
    let rule = terms.join(", ");
    let synonyms = parsed(&format!("{rule}\n{rule}\nterm1, term0")).unwrap();
    assert_eq!(of(&synonyms, "term3").len(), 19);
    let groups: Vec<&Group> = synonyms.by_term.values().flatten().collect();
    assert_eq!(groups.len(), 20, "one for each term");
    assert!(groups.iter().all(|group| Arc::ptr_eq(group, groups[0])));
}
