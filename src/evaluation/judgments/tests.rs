use super::*;

fn parsed(line: &str) -> JudgedQuery {
    JudgedQuery::parse(line.as_bytes()).unwrap()
}

fn rated(judged: &JudgedQuery, list: &[(&str, Option<&str>)]) -> Result<Vec<Option<Rating>>, RatedTwice> {
    judged.rate(list.iter().map(|&(id, sku)| FoundProduct { id, sku }))
}

#[test]
fn products_are_found_by_sku_as_skus_compare_and_by_id_as_it_is() {
    let judged = parsed(r#"{"query": " red\n mug ", "ratings": {"MUG 1": 3, "p-1": 2.0, "x": 0}}"#);
    assert_eq!(judged.query, "red mug", "a query is one line");
    let list = [("P-1", None), ("some", Some("mug1")), ("p-1", None), ("other", Some("X")), ("another", None)];
    assert_eq!(rated(&judged, &list), Ok(vec![None, Some(3), Some(2), Some(0), None]));
}

#[test]
fn ids_that_differ_by_case_alone_are_two_products() {
    let judged = parsed(r#"{"query": "mug", "ratings": {"p-1": 3, "P-1": 1}}"#);
    assert_eq!(rated(&judged, &[("P-1", None), ("p-1", None)]), Ok(vec![Some(1), Some(3)]));
}

#[test]
fn the_first_of_two_products_that_a_name_fits_has_the_rating() {
    let judged = parsed(r#"{"query": "mug", "ratings": {"mug1": 3}}"#);
    let (by_id, by_sku) = (("mug1", None), ("other", Some("MUG 1")));
    assert_eq!(rated(&judged, &[by_id, by_sku]), Ok(vec![Some(3), None]));
    assert_eq!(rated(&judged, &[by_sku, by_id]), Ok(vec![Some(3), None]));
}

#[test]
fn a_product_that_two_names_fit_is_told() {
    let judged = parsed(r#"{"query": "mug", "ratings": {"b": 3, "MUG 1": 3}}"#);
    assert_eq!(rated(&judged, &[("b", None), ("c", Some("mug 1"))]), Ok(vec![Some(3), Some(3)]));
    let problem = rated(&judged, &[("a", None), ("b", Some("mug 1"))]).unwrap_err();
    assert_eq!(problem.to_string(), "'MUG 1' and 'b' rate the same product");
    let by_sku = parsed(r#"{"query": "mug", "ratings": {"mug1": 3, "MUG 1": 2}}"#);
    let problem = rated(&by_sku, &[("a", Some("Mug 1"))]).unwrap_err();
    assert_eq!(problem.to_string(), "'MUG 1' and 'mug1' rate the same product");
}

#[test]
fn a_bad_line_says_what_is_wrong() {
    let not_whole = "the rating of 'b' must be a whole number from 0 to 3";
    let kind = "`ratings` must be an object with a rating for each sku or id";
    for (line, reason) in [
        ("{", "a judged query must be JSON: EOF while parsing an object (at byte 1 of the line)"),
        ("{\"query\" 1}", "a judged query must be JSON: expected `:` (at byte 10 of the line)"),
        ("7", "a judged query must be a JSON object"),
        (r#"["mug", {"a": 1}]"#, "a judged query must be a JSON object"),
        (r#"{"query": "a"}"#, "`ratings` is missing"),
        (r#"{"ratings": {"a": 1}}"#, "`query` is missing"),
        (r#"{"query": "a", "query": "b", "ratings": {"a": 1}}"#, "`query` is given more than once"),
        (r#"{"query": "a", "ratings": {"a": 1}, "user": 7}"#, "'user' is neither `query` nor `ratings`"),
        (r#"{"query": 7, "ratings": {"a": 1}}"#, "`query` must be text"),
        (r#"{"query": null, "ratings": {"a": 1}}"#, "`query` must be text"),
        (r#"{"query": "a", "ratings": 3}"#, kind),
        (r#"{"query": "a", "ratings": [["a", 3]]}"#, kind),
        (r#"{"query": "a", "ratings": {"b": 4}}"#, not_whole),
        (r#"{"query": "a", "ratings": {"b": -1}}"#, not_whole),
        (r#"{"query": "a", "ratings": {"b": 1.5}}"#, not_whole),
        (r#"{"query": "a", "ratings": {"b": "3"}}"#, not_whole),
        (r#"{"query": "a", "ratings": {"b": 1, "b": 2}}"#, "'b' is rated twice"),
        (r#"{"query": "a", "ratings": {"b 1": 1, "B  1": 2}}"#, "'B  1' and 'b 1' are the same sku"),
        (r#"{"query": "a", "ratings": {}}"#, "`ratings` is empty"),
        (r#"{"query": " ", "ratings": {"a": 1}}"#, "`query` is blank"),
    ] {
        assert_eq!(JudgedQuery::parse(line.as_bytes()).unwrap_err().to_string(), reason, "{line}");
    }
}
