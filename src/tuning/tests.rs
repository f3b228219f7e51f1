use super::*;

fn told(text: &str) -> String {
    parse_ranking(text).unwrap_err().to_string()
}

#[test]
fn an_empty_file_is_the_default_ranking() {
    assert_eq!(parse_ranking("# nothing is changed\n"), Ok(Ranking::default()));
}

#[test]
fn a_file_changes_what_it_names() {
    let text = "name_weight = 2 # a whole number will do\nstop_words = [\"The\"]\n";
    let expected = Ranking { name_weight: 2.0, stop_words: ["the".to_owned()].into(), ..Ranking::default() };
    assert_eq!(parse_ranking(text), Ok(expected));
}

#[test]
fn every_key_of_a_ranking_can_be_set() {
    for key in Ranking::keys() {
        let value = if key.ends_with("words") { "[]" } else { "0.75" };
        let changed = parse_ranking(&format!("{key} = {value}")).unwrap();
        assert_ne!(changed, Ranking::default(), "{key}");
    }
}

#[test]
fn a_key_may_be_quoted_and_a_number_have_underscores() {
    let expected = Ranking { name_weight: 10.0, brand_weight: 0.5, ..Ranking::default() };
    assert_eq!(parse_ranking("\"name_weight\" = 1_0.0\n'brand_weight' = 5e-1"), Ok(expected));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, reason) in [
        ("name_weight = 1\nname_wieght = 2", "line 2: \"name_wieght\" is no key of a ranking"),
        ("a = 1\nname_weight = true", "line 1: \"a\" is no key of a ranking"),
        ("\n\nname_weight = \"much\"", "line 3: name_weight must be a number, not text"),
        ("name_weight = [1]", "line 1: name_weight must be a number, not a list"),
        ("name_weight = 0x10", "line 1: name_weight must be a number, not a number to another base"),
        ("[name_weight]\nboost = 3", "line 1: name_weight must be a number, not a table"),
        ("stop_words = 3", "line 1: stop_words must be a list of words, not a number"),
        ("stop_words = [\n\"a\",\n3]", "line 1: stop_words must be a list of words, not a list with a number"),
        ("brand_factor = 1\n  name_weight= 101", "line 2: name_weight must be from 0 to 10, not 101"),
        ("brand_factor = 1\n\"name_weight\" = 99", "line 2: name_weight must be from 0 to 10, not 99"),
        ("name_weight = nan", "line 1: name_weight must be from 0 to 10, not NaN"),
        ("name_weight = 99999999999999999999", "line 1: name_weight must be from 0 to 10, not 100000000000000000000"),
        ("stop_words = [\"two words\"]", "line 1: stop_words takes single words, not \"two words\""),
        ("name_weight = 1\nname_weight = 1", "line 2: no TOML: duplicate key"),
        ("name_weight", "line 1: no TOML: key with no value, expected `=`"),
        ("[", "line 1: no TOML: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`"),
    ] {
        assert_eq!(told(text), reason, "{text}");
    }
    let problem = read_ranking(b"name_weight = 1\n# \xff").unwrap_err();
    assert_eq!(problem.to_string(), "line 2: not UTF-8");
}
