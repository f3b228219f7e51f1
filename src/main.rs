//! The `aisle` program.

fn main() {}
