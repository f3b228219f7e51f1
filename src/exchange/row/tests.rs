use super::*;

const MOUSE: &str = r#""name":"Mouse","description":"A mouse without a tail.","category":"X","brand":"B","price":1"#;

fn parse(json: &str) -> Result<ImportRow, RowError> {
    ImportRow::parse(json.as_bytes())
}

#[track_caller]
fn check(json: &str, expected: &[(&str, Rule)]) {
    let violations = match parse(json) {
        Ok(_) => Vec::new(),
        Err(RowError::Invalid(violations)) => violations,
        Err(other) => panic!("{other:?}"),
    };
    let found: Vec<_> = violations.iter().map(|violation| (&*violation.field, violation.rule)).collect();
    assert_eq!(found, expected, "{violations:#?}");
}

#[track_caller]
fn check_with(more: &str, expected: &[(&str, Rule)]) {
    check(&format!("{{{MOUSE},{more}}}"), expected);
}

#[track_caller]
fn message(json: &str) -> String {
    parse(json).unwrap_err().to_string()
}

#[test]
fn a_row_of_the_required_fields_gets_the_defaults() {
    let row = parse(&format!("{{{MOUSE}}}")).unwrap();
    assert!(row.content.in_stock && row.content.tags.is_empty() && row.content.attributes.is_empty());
    assert_eq!((row.content.price.minor(), &*row.content.category), (100, "x"));
    assert_eq!((row.id, row.created_at, row.updated_at, row.version, row.image), (None, None, None, None, None));
}

#[test]
fn a_row_may_bring_its_record_along() {
    let more =
        r#""id":"B00-1","version":7,"createdAt":"2024-01-01T02:00:00.1239+01:00","updatedAt":null,"image":"a.png""#;
    let row = parse(&format!("{{{MOUSE},{more}}}")).unwrap();
    assert_eq!(row.id, ProductId::parse("B00-1"));
    assert_eq!(row.created_at.unwrap().to_string(), "2024-01-01T01:00:00.123Z");
    assert_eq!((row.updated_at, row.version, row.image.as_deref()), (None, Some(7), Some("a.png")));
}

#[test]
fn null_is_the_same_as_absent() {
    check_with(r#""sku":null,"inStock":null,"tags":null,"attributes":null,"imageUrl":null,"id":null"#, &[]);
    check(
        r#"{"name":null,"price":null}"#,
        &[
            ("name", Rule::Required),
            ("description", Rule::Required),
            ("price", Rule::Required),
            ("category", Rule::Required),
            ("brand", Rule::Required),
        ],
    );
}

#[test]
fn wrong_types_are_told_beside_every_other_problem() {
    let json = r#"{"name":7,"description":"short","price":"45","category":["x"],"brand":{},"inStock":"yes","tags":"a",
        "attributes":{},"sku":true,"colour":"red","version":0}"#;
    check(
        json,
        &[
            ("colour", Rule::Unknown),
            ("sku", Rule::Pattern),
            ("name", Rule::Pattern),
            ("description", Rule::MinLength),
            ("price", Rule::Pattern),
            ("category", Rule::Pattern),
            ("brand", Rule::Pattern),
            ("inStock", Rule::Pattern),
            ("tags", Rule::Pattern),
            ("attributes", Rule::Pattern),
            ("version", Rule::Min),
        ],
    );
}

#[test]
fn elements_of_lists_are_told_by_their_place() {
    check_with(
        r#""tags":["a",1,null,"","a"]"#,
        &[
            ("tags[1]", Rule::Pattern),
            ("tags[2]", Rule::Pattern),
            ("tags[3]", Rule::MinLength),
            ("tags[4]", Rule::Duplicate),
        ],
    );
    check_with(
        r#""attributes":[{"name":"a","value":"1"},7,{"name":"b"},{"name":"","value":2,"unit":"cm"},{"value":"1","name":"a"}]"#,
        &[
            ("attributes[1]", Rule::Pattern),
            ("attributes[2].value", Rule::Required),
            ("attributes[3].value", Rule::Pattern),
            ("attributes[3].unit", Rule::Unknown),
            ("attributes[3].name", Rule::MinLength),
            ("attributes[4]", Rule::Duplicate),
        ],
    );
}

#[test]
fn repeated_and_unknown_names_are_refused() {
    check_with(r#""name":"Mouse""#, &[("name", Rule::Duplicate)]);
    check_with(r#""in_stock":true,"currency":"USD""#, &[("in_stock", Rule::Unknown), ("currency", Rule::Unknown)]);
}

#[test]
fn the_record_has_its_own_rules() {
    check_with(r#""id":"a b""#, &[("id", Rule::Pattern)]);
    check_with(r#""id":7"#, &[("id", Rule::Pattern)]);
    check_with(
        r#""createdAt":"yesterday","updatedAt":1700000000"#,
        &[("createdAt", Rule::Pattern), ("updatedAt", Rule::Pattern)],
    );
    check_with(r#""version":-1"#, &[("version", Rule::Min)]);
    check_with(r#""version":1.5"#, &[("version", Rule::Pattern)]);
    check_with(r#""version":9007199254740991"#, &[]);
    check_with(r#""version":9007199254740992"#, &[("version", Rule::Max)]);
    check_with(r#""version":18446744073709551615"#, &[("version", Rule::Max)]);
    check_with(r#""image":"../secret""#, &[("image", Rule::Pattern)]);
}

#[test]
fn a_row_of_endless_problems_is_told_in_part() {
    let many_tags = format!(r#""tags":[{}1]"#, "1,".repeat(10_000));
    let unknown = (0..10_000).map(|number| format!(r#","f{number}":1"#)).collect::<Vec<_>>().concat();
    let Err(RowError::Invalid(violations)) = parse(&format!("{{{MOUSE},{many_tags}{unknown}}}")) else {
        panic!("the row is invalid")
    };
    assert_eq!(violations.len(), 20 + limits::MAX_TAGS + 1);
}

#[test]
fn messages_say_what_was_expected_and_what_came() {
    assert_eq!(message(&format!(r#"{{{MOUSE},"inStock":1}}"#)), "inStock must be true or false, not a number");
    let both = message(r#"{"name":"M","description":"A mouse without a tail.","price":"45","category":"c"}"#);
    assert_eq!(both, "price must be a number, not text; brand is required");
}

#[test]
fn what_is_not_an_object_is_a_matter_of_syntax() {
    for json in ["[]", "7", "null", r#""text""#] {
        assert_eq!(message(json), "a row must be a JSON object");
    }
    assert!(matches!(
        ImportRow::parse(b"{\"name\":\"\xff\"}"),
        Err(RowError::Syntax { column: Some(10), problem: SyntaxProblem::NotText })
    ));
    for json in ["{", "nonsense", "{} {}", r#"{"name":"a"#, r#"{"name":"\ud800"}"#, r#"{"price":1e999}"#, "{'name':1}"]
    {
        let Err(RowError::Syntax { column: Some(_), problem: SyntaxProblem::NotJson(words) }) = parse(json) else {
            panic!("{json} is not JSON")
        };
        assert!(!words.contains("column"), "{words}");
    }
}

#[test]
fn nesting_without_end_is_refused_and_ends_nothing() {
    let deep = "[".repeat(100_000);
    assert!(matches!(parse(&format!(r#"{{"tags":{deep}"#)), Err(RowError::Syntax { .. })));
    assert!(matches!(parse(&format!(r#"{{"other":{deep}"#)), Err(RowError::Syntax { .. })));
}

#[test]
fn a_line_that_is_too_long_is_a_refused_row() {
    let error = RowError::from(LineTooLong { limit: 4, actual: 9 });
    assert_eq!(error, RowError::TooLong { limit: 4, actual: 9 });
}
