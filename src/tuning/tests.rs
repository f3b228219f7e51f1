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
fn what_is_wrong_is_told_with_its_line() {
    assert!(told("name_weight = 1\nname_wieght = 2").starts_with("line 2: unknown field `name_wieght`"));
    assert!(told("\n\nname_weight = \"much\"").starts_with("line 3: "));
    assert!(told("name_weight = 1\nname_weight = 1").starts_with("line 2: "));
    assert!(told("[").starts_with("line 1: "));
    assert_eq!(told("brand_factor = 1\n  name_weight= 101"), "line 2: name_weight must be from 0 to 10, not 101");
    assert_eq!(told("name_weight = nan"), "line 1: name_weight must be from 0 to 10, not NaN");
    assert_eq!(told("stop_words = [\"two words\"]"), "line 1: stop_words takes single words, not \"two words\"");
    let problem = read_ranking(b"name_weight = 1\n# \xff").unwrap_err();
    assert_eq!(problem, TuningProblem::NotText { line: 2 });
}
