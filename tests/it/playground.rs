//! Each example operation, on the sample catalogue.

use tempfile::tempdir;

use crate::support::{examples, program::Gateway};

#[test]
fn every_example_answers_with_products_and_no_error() {
    let folder = tempdir().unwrap();
    examples::run_all(&Gateway::serve(folder.path(), &[]));
}
