//! The committed schema is what the program serves.

use std::{fs, path::Path};

use aisle::graphql::Api;

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(committed, Api::sdl(), "write it anew: cargo run -- schema > schema.graphql");
}

#[test]
fn the_schema_holds_nothing_but_types_and_scalars() {
    let sdl = Api::sdl();
    for clutter in ["directive @", "@cost", "@key", "_service", "extend schema"] {
        assert!(!sdl.contains(clutter), "{clutter}");
    }
    assert!(sdl.contains(r#"@specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time.html")"#));
}
