use async_graphql::Value;

use super::*;

const LIMITS: ListLimits = ListLimits::OF_THE_CONTRACT;

fn field(repetition: Repetition, inside: Formula) -> Formula {
    let mut formula = Formula::default();
    formula.add_field(PricedField { repetition, literals: 0, variables: Vec::new(), inside }, LIMITS);
    formula
}

fn with_text(times: u64) -> PricedField {
    let variables = vec![Used { variable: "text".to_owned(), times }];
    PricedField { repetition: Repetition::Once, literals: 0, variables, inside: Formula::default() }
}

fn page(sizes: Vec<Size>) -> Formula {
    let leaf = field(Repetition::Once, Formula::default());
    field(Repetition::Page(sizes), field(Repetition::OfPage, leaf))
}

#[test]
fn what_no_variable_takes_part_in_is_one_number() {
    let formula = page(vec![Size::Fixed(20)]);
    assert!(formula.parts.is_empty());
    assert_eq!(formula.cost(&Variables::default(), LIMITS), 100 + 1 + 20 * 2);
}

#[test]
fn a_page_of_a_variable_is_as_long_as_its_value_within_the_limits() {
    let cost = |value: Option<Value>| {
        let mut variables = Variables::default();
        variables.extend(value.map(|value| (async_graphql::Name::new("n"), value)));
        page(vec![Size::Number("n".to_owned())]).cost(&variables, LIMITS) - 101
    };
    assert_eq!(cost(Some(Value::from(20))), 40);
    assert_eq!(cost(Some(Value::from(5_000))), 200);
    assert_eq!(cost(Some(Value::from(-1))), 2);
    assert_eq!(cost(Some(Value::Null)), 20);
    assert_eq!(cost(None), 20);
}

#[test]
fn the_larger_of_two_sizes_counts_and_the_default_only_where_neither_has_a_value() {
    let numbered = |name: &str| Size::Number(name.to_owned());
    let cost =
        |sizes: Vec<Size>, values: serde_json::Value| page(sizes).cost(&Variables::from_json(values), LIMITS) - 101;
    let both = || vec![numbered("first"), numbered("last")];
    assert_eq!(cost(both(), serde_json::json!({})), 20);
    assert_eq!(cost(both(), serde_json::json!({ "first": null, "last": 70 })), 140);
    assert_eq!(cost(both(), serde_json::json!({ "first": 70 })), 140);
    assert_eq!(cost(both(), serde_json::json!({ "first": 3, "last": 70 })), 140);
    assert_eq!(cost(vec![numbered("first"), Size::Fixed(70)], serde_json::json!({})), 140);
    assert_eq!(cost(Vec::new(), serde_json::json!({})), 20);
}

#[test]
fn only_the_second_use_of_a_value_costs() {
    let variables = Variables::from_json(serde_json::json!({ "text": "x".repeat(640) }));
    let used = |times: usize| {
        let mut formula = Formula::default();
        for _ in 0..times {
            formula.add_field(with_text(1), LIMITS);
        }
        formula.cost(&variables, LIMITS)
    };
    assert_eq!(used(1), 1);
    assert_eq!(used(3), 3 + 2 * 11);
    let mut formula = Formula::default();
    formula.add_field(with_text(3), LIMITS);
    assert_eq!(formula.cost(&variables, LIMITS), 1 + 2 * 11, "all in one field");
}

#[test]
fn a_fragment_that_doubles_over_and_over_is_priced_once_a_request_and_counts_each_time() {
    let mut formula = Formula::default();
    formula.add_field(with_text(1), LIMITS);
    // A walk that followed each spread would have 2^60 steps.
    for _ in 0..60 {
        let fragment = Arc::new(formula);
        formula = Formula::default();
        formula.add_spread(Arc::clone(&fragment));
        formula.add_spread(fragment);
    }
    let variables = Variables::from_json(serde_json::json!({ "text": "x".repeat(640) }));
    let (fields, spreads) = (1_u64 << 60, (1_u64 << 61) - 2);
    assert_eq!(formula.cost(&variables, LIMITS), fields + spreads + (fields - 1) * 11);
}

#[test]
fn costs_beyond_all_numbers_saturate() {
    let mut formula = field(Repetition::Once, Formula::default());
    for _ in 0..12 {
        formula = field(Repetition::List(Size::Fixed(1 << 60)), formula);
    }
    assert_eq!(formula.cost(&Variables::default(), LIMITS), u64::MAX);
}
