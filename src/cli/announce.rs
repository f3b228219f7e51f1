//! What a gateway says when it is ready.

use std::io::{self, Write};

use crate::app::Addresses;

/// Prints the addresses to open and a first query to try.
pub(super) fn print(addresses: Addresses) {
    // Nobody may be reading; the gateway serves all the same.
    let _ = io::stdout().lock().write_all(text(addresses).as_bytes());
}

fn text(Addresses { listen, shows_schema }: Addresses) -> String {
    let schema = if shows_schema { format!("  schema   http://{listen}/schema.graphql\n") } else { String::new() };
    format!(
        "\
Aisle serves
  GraphQL  http://{listen}/graphql
{schema}  health   http://{listen}/health/ready
Try
  curl http://{listen}/graphql -H 'content-type: application/json' \\
    -d '{{\"query\": \"{{ products(query: \\\"wireless mouse\\\", first: 3) {{ nodes {{ name price }} }} }}\"}}'
Ctrl-C stops.
"
    )
}
