//! Requests made to cost much more than they are worth, each with the answer that refuses it.
//!
//! Invariant: the answer holds for the default limits, whatever the machine.

use std::fmt::Write as _;

use serde_json::json;

/// One such request: a POST of JSON to `/graphql`.
pub struct Bomb {
    /// What it is.
    pub name: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// The code of the first error.
    pub code: &'static str,
    /// The limit that it goes beyond.
    pub limit: Option<u64>,
}

/// All of them.
pub fn all() -> Vec<Bomb> {
    let of_documents = [nesting(), fragments(), repetition(), sizes(), definitions(), introspection(), pairs()];
    of_documents.into_iter().chain([variables(), texts_of_json()]).flatten().collect()
}

fn document(name: &'static str, text: &str, code: &'static str, limit: Option<u64>) -> Bomb {
    Bomb { name, body: json!({ "query": text }).to_string().into_bytes(), code, limit }
}

fn complex(name: &'static str, text: &str, limit: u64) -> Bomb {
    document(name, text, "QUERY_TOO_COMPLEX", Some(limit))
}

fn invalid(name: &'static str, text: &str) -> Bomb {
    document(name, text, "GRAPHQL_VALIDATION_FAILED", None)
}

fn too_large(name: &'static str, text: &str) -> Bomb {
    document(name, text, "PAYLOAD_TOO_LARGE", Some(256 * 1024))
}

fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn nesting() -> Vec<Bomb> {
    let closed = |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    vec![
        complex("5,000 nested [", &format!("{{ products(sort: {}", "[".repeat(5_000)), 5_000),
        complex("2,400 nested [ that are closed", &format!("{{ products(sort: {}) }}", closed("[", "]", 2_400)), 64),
        complex("5,000 nested {", &format!("{{ products(filter: {}", "{not:".repeat(5_000)), 5_000),
        complex("5,000 nested selections", &"{a".repeat(5_000), 5_000),
        complex("1,000 nested selections that are closed", &closed("{a", "}", 1_000), 64),
        complex("1,000 nested inline fragments", &closed("{...", "}", 1_000), 64),
        complex("1,500 nested lists of types", &format!("query ($a: {}) {{ a }}", closed("[", "]", 1_500)), 64),
    ]
}

/// Fragments that each spread the next one so many times.
fn chain(on: &str, start: &str, links: usize, spreads: usize) -> String {
    let mut text = format!("{{{start}}}");
    for link in 0..links {
        write!(text, "fragment F{link} on {on}{{{}}}", format!("...F{} ", link + 1).repeat(spreads)).unwrap();
    }
    text + &format!("fragment F{links} on {on}{{id}}")
}

fn fragments() -> Vec<Bomb> {
    let products = "products{nodes{...F0}}";
    let circle = |links: usize| {
        many(links, |link| format!("fragment F{link} on Product{{...F{}}} ", (link + 1) % links))
            + "{products{nodes{...F0}}}"
    };
    vec![
        complex("fragments that double, 30 levels", &chain("Product", products, 30, 2), 30),
        complex("fragments that double, 24 levels", &chain("Product", products, 24, 2), 2_000),
        complex("fragments that double, 24 levels, on an interface", &chain("Node", "node(id:1){...F0}", 24, 2), 2_000),
        complex("fragments that spread 50 times, 3 levels", &chain("Product", products, 3, 50), 2_000),
        complex("fragments in a chain of 400", &chain("Product", products, 400, 1), 30),
        too_large("fragments that double, 10,000 levels", &chain("Product", products, 10_000, 2)),
        complex(
            "a list of 1,790 variables in a fragment that is spread 660 times",
            &format!(
                "query($a:ID!){{{}}}fragment F on Query{{productsByIds(ids:[{}]){{id}}}}",
                "...F".repeat(660),
                "$a".repeat(1_790)
            ),
            5_000,
        ),
        complex(
            "a list of 250 variables in a fragment that 160 operations spread",
            &format!(
                "{}fragment F on Query{{productsByIds(ids:[{}]){{id}}}}",
                many(160, |n| format!("query A{n}($a:ID=\"\"){{...F}}")),
                "$a".repeat(250)
            ),
            5_000,
        ),
        invalid("a circle of 2 fragments", &circle(2)),
        invalid("a circle of 20 fragments", &circle(20)),
        complex("a circle of 300 fragments", &circle(300), 30),
    ]
}

fn repetition() -> Vec<Bomb> {
    vec![
        complex("10,000 aliases", &format!("{{{}}}", many(10_000, |n| format!("a{n}:__typename "))), 5_000),
        complex("1,000 aliases", &format!("{{products{{{}}}}}", many(1_000, |n| format!("a{n}:totalCount "))), 100),
        complex("50,000 unknown fields", &format!("{{{}}}", "ab ".repeat(50_000)), 5_000),
        invalid("1,900 unknown fields", &format!("{{products{{{}}}}}", many(1_900, |n| format!("a{n} ")))),
        complex("100,000 directives", &format!("{{__typename{}}}", "@a".repeat(100_000)), 5_000),
        invalid("80 unknown directives", &format!("{{__typename{}}}", "@a".repeat(80))),
        complex("1,000 root fields", &format!("{{{}}}", "__typename ".repeat(1_000)), 100),
        complex("10,000 operations", &many(10_000, |n| format!("query a{n}{{a}}")), 5_000),
        invalid("400 operations of one name", &"query a{__typename}".repeat(400)),
        complex(
            "2,000 unknown arguments",
            &format!("{{products({}){{totalCount}}}}", many(2_000, |n| format!("a{n}:1 "))),
            5_000,
        ),
        invalid(
            "1,000 unknown input fields",
            &format!("{{products(filter:{{{}}}){{totalCount}}}}", many(1_000, |n| format!("a{n}:1 "))),
        ),
        invalid(
            "a text of 240 kB in 55 lists that should be a moment",
            &format!(
                "{{products(filter:{{createdAt:{{gte:{}\"{}\"{}}}}}){{totalCount}}}}",
                "[".repeat(55),
                "\\n".repeat(120_000),
                "]".repeat(55)
            ),
        ),
        invalid("2,000 values of a wrong type", &format!("{{productsByIds(ids:[{}]){{id}}}}", "true ".repeat(2_000))),
    ]
}

fn sizes() -> Vec<Bomb> {
    let text = |value: &str| format!("{{products(query:{value}){{totalCount}}}}");
    let body = |bytes: usize| [b"{\"query\":\"#".to_vec(), vec![b'x'; bytes], b"\"}".to_vec()].concat();
    let large = |name, bytes| Bomb { name, body: body(bytes), code: "PAYLOAD_TOO_LARGE", limit: Some(4 * 1024 * 1024) };
    vec![
        large("a text of 10 MB", 10_000_000),
        large("a body of 50 MB", 50_000_000),
        too_large("1 MB of comment", &format!("{{__typename}}#{}", "x".repeat(1_000_000))),
        too_large("a text of 3 MB", &text(&format!("\"{}\"", "x".repeat(3_000_000)))),
        document("a text of 250 kB", &text(&format!("\"{}\"", "x".repeat(250_000))), "VALIDATION_FAILED", None),
        document(
            "a block text of 80,000 lines",
            &text(&format!("\"\"\"{}\"\"\"", "\n x".repeat(80_000))),
            "VALIDATION_FAILED",
            None,
        ),
        document("40,000 escapes", &text(&format!("\"{}\"", "\\u0041".repeat(40_000))), "VALIDATION_FAILED", None),
        document(
            "40,000 wrong escapes",
            &text(&format!("\"{}\"", "\\ud800".repeat(40_000))),
            "GRAPHQL_PARSE_FAILED",
            None,
        ),
        invalid("a name of 250 kB", &format!("{{{}}}", "x".repeat(250_000))),
        document("a number of 250,000 digits", &text(&"1".repeat(250_000)), "GRAPHQL_VALIDATION_FAILED", None),
        complex("250,000 commas", &format!("{{__typename{}}}", ",".repeat(250_000)), 5_000),
        document("250,000 signs that are none", &"%".repeat(250_000), "QUERY_TOO_COMPLEX", Some(5_000)),
    ]
}

fn definitions() -> Vec<Bomb> {
    vec![
        complex(
            "10,000 variables",
            &format!("query({}){{__typename}}", many(10_000, |n| format!("$a{n}:Int "))),
            5_000,
        ),
        invalid(
            "800 variables that are not used",
            &format!("query({}){{__typename}}", many(800, |n| format!("$a{n}:Int "))),
        ),
        invalid(
            "1,000 variables that are not defined",
            &format!("{{productsByIds(ids:[{}]){{id}}}}", many(1_000, |n| format!("$a{n} "))),
        ),
    ]
}

fn variables() -> Vec<Bomb> {
    let texts = |count: usize| vec!["x"; count];
    let empty = |count: usize| vec![json!({}); count];
    let in_list = || json!({ "id": { "in": texts(700_000) } });
    let uses = many(90, |n| format!("a{n}:products(filter:$f){{totalCount}}"));
    let unknown: serde_json::Map<_, _> = (0..100_000).map(|n| (n.to_string(), json!(1))).collect();
    vec![
        filtered("a variable nested 100 deep", &(0..100).fold(json!({}), |inner, _| json!({ "not": inner })), 64),
        Bomb {
            body: json!({ "query": format!("query($f:ProductFilter){{{uses}}}"), "variables": { "f": in_list() } })
                .to_string()
                .into_bytes(),
            ..filtered("a list of 700,000 values used 90 times", &json!({}), 10_000)
        },
        filtered("a list of 700,000 values", &in_list(), 10_000),
        filtered(
            "20 lists of 9,000 values",
            &json!({ "attributes": vec![json!({ "name": "a", "in": texts(9_000) }); 20] }),
            15_000,
        ),
        filtered("a million empty conditions", &json!({ "or": empty(1_000_000) }), 10_000),
        filtered(
            "60,000 empty conditions in 10 lists",
            &json!({ "and": vec![json!({ "or": empty(6_000) }); 10] }),
            15_000,
        ),
        filtered("1,400 empty conditions", &json!({ "or": empty(1_400) }), 100),
        filtered("100,000 unknown input fields", &unknown.into(), 10_000),
    ]
}

/// A search with this filter as a variable.
fn filtered(name: &'static str, filter: &serde_json::Value, limit: u64) -> Bomb {
    let query = "query($f:ProductFilter){products(filter:$f){totalCount}}";
    let body = json!({ "query": query, "variables": { "f": filter } }).to_string().into_bytes();
    Bomb { name, body, code: "QUERY_TOO_COMPLEX", limit: Some(limit) }
}

fn texts_of_json() -> Vec<Bomb> {
    vec![
        Bomb {
            name: "a million nested [ in the variables",
            body: format!("{{\"query\":\"{{__typename}}\",\"variables\":{}", "[".repeat(1_000_000)).into_bytes(),
            code: "QUERY_TOO_COMPLEX",
            limit: Some(64),
        },
        Bomb {
            name: "a number of a million digits in the variables",
            body: format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":{}}}}}", "1".repeat(1_000_000))
                .into_bytes(),
            code: "BAD_REQUEST",
            limit: None,
        },
        Bomb {
            name: "4 MB of one JSON key",
            body: format!("{{\"{}\":1}}", "k".repeat(4_000_000)).into_bytes(),
            code: "BAD_REQUEST",
            limit: None,
        },
    ]
}

fn introspection() -> Vec<Bomb> {
    let nested = |open: &str, levels: usize| {
        format!("{}name{}", open.repeat(levels), "}".repeat(open.matches('{').count() * levels))
    };
    vec![
        complex(
            "introspection in circles, fields.type",
            &format!("{{__schema{{types{{{}}}}}}}", nested("fields{type{", 6)),
            60_000,
        ),
        complex(
            "introspection in circles, 14 levels",
            &format!("{{__schema{{types{{{}}}}}}}", nested("fields{type{", 13)),
            60_000,
        ),
        complex("introspection, ofType 40 levels", &format!("{{__schema{{types{{{}}}}}}}", nested("ofType{", 40)), 30),
        complex(
            "introspection, possibleTypes in circles",
            &format!("{{__schema{{types{{{}}}}}}}", nested("possibleTypes{interfaces{", 8)),
            60_000,
        ),
    ]
}

fn pairs() -> Vec<Bomb> {
    let page = |inside: &str| format!("{{products{{nodes{{{inside}}}}}}}");
    vec![
        invalid(
            "100 conflicting aliases",
            &page(&many(100, |n| {
                if n % 2 == 0 { "attributes{a:name} ".to_owned() } else { "attributes{a:value} ".to_owned() }
            })),
        ),
        invalid(
            "90 conflicting arguments",
            &format!("{{products{{totalCount}}{}}}", many(90, |n| format!("x:product(id:{n}){{id}}"))),
        ),
        invalid(
            "40 fragments that conflict",
            &(page(&many(40, |n| format!("...F{n} ")))
                + &many(40, |n| {
                    format!("fragment F{n} on Product{{a{n}:name b:{}}}", if n == 39 { "brand" } else { "name" })
                })),
        ),
        invalid(
            "400 unused fragments",
            &("{__typename}".to_owned() + &many(400, |n| format!("fragment F{n} on Product{{id}}"))),
        ),
    ]
}
