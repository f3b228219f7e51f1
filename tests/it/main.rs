//! All integration tests, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test that cannot go on should stop where it is"
)]

mod answers;
mod architecture;
mod bad_input;
mod batching;
mod bombs;
mod bulk;
mod caching;
mod changes;
mod cli;
mod client_addresses;
mod clients;
mod conformance;
mod corpus;
mod cost;
mod cross_site;
mod elastic;
mod elastic_plans;
mod elastic_writes;
mod embedded;
mod embedded_facets;
mod embedded_plans;
mod embedded_program;
mod embedded_writes;
mod errors;
mod evaluated_answers;
mod evaluation;
mod facet_arguments;
mod facet_names;
mod facets;
mod facets_of_stages;
mod filtered_words;
mod graphql;
mod hang_ups;
mod held_answers;
mod highlights;
mod hostile_clients;
mod hosts;
mod http;
mod imports;
mod limits;
mod merging;
mod mutations;
mod null_propagation;
mod observation;
mod parameters;
mod patches;
mod peers;
mod persisted_clients;
mod persisted_queries;
mod playground;
mod prepared;
mod program_on_nodes;
mod races;
mod readme;
mod refusals;
mod relaxed_pages;
mod relaxing;
mod relevance;
mod relevance_page;
mod response_headers;
mod right_words;
mod same_order;
mod schema;
mod selections;
mod similar;
mod slow_clients;
mod suggestions;
mod support;
mod trusted_documents;
mod trusted_documents_file;
mod tuning_files;
