//! How long answers may be kept by whoever passes them on.

use aisle::{
    graphql::{ApiRequest, ApiSettings, CachePolicy, DocumentSource},
    http::HttpSettings,
};

use crate::support::{gateway::Gateway, watched_engine::Fault};

async fn policy(gateway: &Gateway, document: &str) -> CachePolicy {
    let document = DocumentSource::Text(document.to_owned());
    gateway.api.execute(ApiRequest { document, ..ApiRequest::default() }).await.cache
}

async fn keeping(cache_max_age_seconds: u32) -> Gateway {
    Gateway::start_with(ApiSettings { cache_max_age_seconds, ..ApiSettings::default() }, HttpSettings::default()).await
}

#[tokio::test]
async fn the_root_field_that_may_be_kept_shortest_decides() {
    let gateway = keeping(60).await;
    let an_hour = CachePolicy::Public { seconds: 3_600 };
    let a_minute = CachePolicy::Public { seconds: 60 };
    for (document, expected) in [
        ("{ errorCodes { code } }", an_hour),
        ("{ __typename __schema { types { name } } }", an_hour),
        ("{ ...F } fragment F on Query { __type(name: \"Product\") { name } }", an_hour),
        ("{ products { totalCount } }", a_minute),
        ("{ errorCodes { code } products { totalCount } }", a_minute),
        ("{ errorCodes { code } ... { product(id: \"p01\") { id } } }", a_minute),
        ("{ product(id: \"nowhere\") { id } }", a_minute),
        ("mutation { deleteProduct(id: \"p02\") { id } }", CachePolicy::NoStore),
        ("mutation { __typename }", CachePolicy::NoStore),
    ] {
        assert_eq!(policy(&gateway, document).await, expected, "{document}");
    }
}

#[tokio::test]
async fn an_answer_with_an_error_is_not_kept() {
    let gateway = keeping(60).await;
    for document in
        ["{", "{ nothing }", "{ products(first: 0) { totalCount } }", "{ errorCodes { code } product { id } }"]
    {
        assert_eq!(policy(&gateway, document).await, CachePolicy::NoStore, "{document}");
    }
    let partial = "{ errorCodes { code } products(first: 0) { totalCount } }";
    assert_eq!(policy(&gateway, partial).await, CachePolicy::NoStore);
}

#[tokio::test]
async fn an_answer_that_may_lack_products_is_not_kept() {
    let gateway = keeping(60).await;
    gateway.engine.break_with(Fault::LeavesOut);
    assert_eq!(policy(&gateway, "{ products { totalCount } }").await, CachePolicy::NoStore);
    let look_up = "{ product(id: \"p01\") { id } }";
    assert_eq!(policy(&gateway, look_up).await, CachePolicy::Public { seconds: 60 });
}

#[tokio::test]
async fn no_answer_is_kept_unless_the_operator_says_so() {
    let gateway = Gateway::start().await;
    for document in ["{ products { totalCount } }", "{ errorCodes { code } }", "{ __schema { types { name } } }"] {
        assert_eq!(policy(&gateway, document).await, CachePolicy::NoStore, "{document}");
    }
    let hour = CachePolicy::Public { seconds: 3_600 };
    assert_eq!(policy(&keeping(1).await, "{ errorCodes { code } }").await, hour, "a second is enough");
}
