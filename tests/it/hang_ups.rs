//! Clients that hang up while they change something.

use std::time::Duration;

use aisle::{backend::ProductWriter, http::HttpSettings};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::support::{
    gateway::{Gateway, PRODUCTS, code},
    products::kettle_with,
    socket::{Served, on_a_socket},
    watched_engine::Fault,
};

#[tokio::test]
async fn a_client_that_hangs_up_lets_go_of_the_engine_and_of_what_was_not_begun() {
    let gateway = Gateway::start().await;
    gateway.engine.break_with(Fault::WritesHang);
    let document = "mutation { first: deleteProduct(id: \"p01\") { id } second: deleteProduct(id: \"p02\") { id } }";
    assert!(tokio::time::timeout(Duration::from_millis(300), gateway.ask(document)).await.is_err());
    assert!(gateway.engine.was_cancelled());
    assert_eq!(gateway.engine.writes().len(), 2, "the catalogue, and the first");
}

#[tokio::test]
async fn a_change_whose_client_hangs_up_is_made_as_a_whole_or_not_at_all() {
    let gateway = Gateway::start().await;
    for number in 0..20 {
        let sku = format!("hung-up-{number}");
        let name = format!("Hung Up {number}");
        let patience = Duration::from_micros(number * 200);
        drop(tokio::time::timeout(patience, gateway.create(kettle_with(json!({ "sku": sku, "name": name })))).await);
        // A change that is still being made comes before this one.
        let again = gateway.create(kettle_with(json!({ "sku": sku, "name": name }))).await;
        let is_made = again.get("errors").is_none();
        assert!(is_made || code(&again) == "DUPLICATE_PRODUCT", "{again:#}");
        let document = format!("{{ productBySku(sku: \"{sku}\") {{ id }} productByName(name: \"{name}\") {{ id }} }}");
        let found = gateway.data(&document).await;
        assert!(!found["productBySku"].is_null(), "{name} is nowhere");
        assert_eq!(found["productBySku"], found["productByName"]);
    }
    gateway.engine.publish().await.unwrap();
    let total = gateway.data("{ products { totalCount } }").await["products"]["totalCount"].clone();
    assert_eq!(total, PRODUCTS + 20);
}

/// A request that removes a product.
fn removal() -> String {
    let body = json!({ "query": "mutation { deleteProduct(id: \"p01\") { id } }" }).to_string();
    let length = body.len();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// Waits until `happened`, which is soon.
async fn until(happened: impl Fn() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("it never happened");
}

#[tokio::test]
async fn a_connection_that_breaks_while_the_engine_writes_lets_go_of_the_engine() {
    on_a_socket(HttpSettings::default(), async |served: Served| {
        served.gateway.engine.break_with(Fault::WritesHang);
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(removal().as_bytes()).await.unwrap();
        until(|| served.gateway.engine.writes().len() == 2).await;
        assert!(!served.gateway.engine.was_cancelled());
        drop(stream);
        until(|| served.gateway.engine.was_cancelled()).await;
    })
    .await;
}

#[tokio::test]
async fn half_a_request_changes_nothing() {
    on_a_socket(HttpSettings { body_timeout_ms: 300, ..HttpSettings::default() }, async |served: Served| {
        let request = removal();
        let (half, last) = request.split_at(request.len() - 1);
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        drop(stream);
        // The same half of a client that stays is answered, after as long as a body may take.
        assert!(served.talk(half).await.starts_with("HTTP/1.1 408"));
        assert_eq!(served.gateway.engine.writes().len(), 1, "only the catalogue");
        let whole = format!("{half}{last}").replace("host: x", "host: x\r\nconnection: close");
        assert!(served.talk(&whole).await.starts_with("HTTP/1.1 200"));
        assert_eq!(served.gateway.engine.writes().len(), 2);
    })
    .await;
}
