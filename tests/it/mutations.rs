//! What callers can change, through the router, over an embedded engine.

use aisle::{
    backend::EngineErrorKind,
    change::Visibility,
    graphql::ApiSettings,
    http::HttpSettings,
    product::{ProductId, Timestamp, VersionToken},
};
use serde_json::{Value, json};

use crate::support::{
    gateway::{Gateway, code},
    products::{kettle, kettle_with, made},
    watched_engine::Fault,
};

#[tokio::test]
async fn a_product_is_made_read_replaced_and_removed() {
    let gateway = Gateway::start().await;
    let kettle = gateway.created(kettle()).await;
    insta::assert_json_snapshot!(kettle, {
        ".id" => "[id]", ".createdAt" => "[time]", ".updatedAt" => "[time]", ".version" => "[version]"
    });
    assert_eq!(kettle["createdAt"], kettle["updatedAt"]);
    assert_eq!(gateway.product(&kettle["id"]).await, kettle);

    let replaced = made("replaceProduct", gateway.replace(&kettle["id"], kettle_with(json!({ "price": 1 }))).await);
    assert_eq!(replaced["price"], 1.0);
    assert_eq!(replaced["createdAt"], kettle["createdAt"]);
    assert_ne!(replaced["version"], kettle["version"]);
    assert_eq!(gateway.product(&kettle["id"]).await, replaced);

    let document = format!("mutation {{ deleteProduct(id: {}) {{ id }} }}", kettle["id"]);
    assert_eq!(gateway.data(&document).await["deleteProduct"]["id"], kettle["id"]);
    assert_eq!(gateway.product(&kettle["id"]).await, Value::Null);
    assert_eq!(code(&gateway.ask(&document).await), "PRODUCT_NOT_FOUND");
}

#[tokio::test]
async fn what_has_a_default_may_be_left_out() {
    let gateway = Gateway::start().await;
    let minimal = json!({
        "name": "Plain Kettle", "description": "Boils water.", "price": 5, "category": "KITCHEN", "brand": "Plain",
    });
    let product = gateway.created(minimal).await;
    assert_eq!((&product["inStock"], &product["tags"], &product["attributes"]), (&json!(true), &json!([]), &json!([])));
    assert_eq!((&product["sku"], &product["imageUrl"]), (&Value::Null, &Value::Null));
    assert_eq!(product["category"], "kitchen");
}

#[tokio::test]
async fn names_and_skus_that_share_a_key_are_taken() {
    let gateway = Gateway::start().await;
    for (first, second) in [
        ("Wireless Mouse", " wireless\u{a0} MOUSE "),
        ("ﬁlter pump", "Filter Pump"),
        ("Große Kanne", "GROSSE kanne"),
        ("Cafetie\u{300}re", "CAFETIÈRE"),
        (&"🫖".repeat(200), &"🫖".repeat(200)),
    ] {
        let owner = gateway.created(kettle_with(json!({ "name": first, "sku": null }))).await;
        let answer = gateway.create(kettle_with(json!({ "name": second, "sku": null }))).await;
        assert_eq!(code(&answer), "DUPLICATE_PRODUCT", "{second}");
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(extensions["existingId"], owner["id"], "{second}");
        assert_eq!(extensions["details"][0]["field"], "input.name", "{second}");
        assert_eq!(answer["data"]["createProduct"], Value::Null);
    }
    gateway.created(kettle()).await;
    let answer = gateway.create(kettle_with(json!({ "name": "Other Kettle", "sku": " kt - 1" }))).await;
    assert_eq!(code(&answer), "DUPLICATE_PRODUCT");
    assert_eq!(answer["errors"][0]["extensions"]["details"][0]["field"], "input.sku");
}

#[tokio::test]
async fn a_product_may_take_its_own_name_in_another_form_and_no_other_products() {
    let gateway = Gateway::start().await;
    let kettle = gateway.created(kettle()).await;
    let renamed = made("updateProduct", gateway.update(&kettle["id"], json!({ "name": "COPPER  kettle" })).await);
    assert_eq!(renamed["name"], "COPPER kettle");
    for (patch, field) in [(json!({ "name": "desk lamp 01" }), "input.name"), (json!({ "sku": "sku-01" }), "input.sku")]
    {
        let answer = gateway.update(&kettle["id"], patch).await;
        assert_eq!(code(&answer), "DUPLICATE_PRODUCT");
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((&extensions["existingId"], &extensions["details"][0]["field"]), (&json!("p01"), &json!(field)));
    }
    assert_eq!(gateway.product(&kettle["id"]).await, renamed);
}

#[tokio::test]
async fn a_removed_products_name_and_sku_are_free_at_once() {
    let gateway = Gateway::start().await;
    let first = gateway.created(kettle()).await;
    gateway.data(&format!("mutation {{ deleteProduct(id: {}, visibility: NONE) {{ id }} }}", first["id"])).await;
    let second = gateway.created(kettle()).await;
    assert_ne!(first["id"], second["id"]);
    let moved = made("updateProduct", gateway.update(&second["id"], json!({ "name": "Moved", "sku": "MV-1" })).await);
    assert_eq!(moved["sku"], "MV-1");
    gateway.created(kettle()).await;
}

/// The answer of each of the three mutations that take a version.
async fn with_version(gateway: &Gateway, id: &str, version: &str) -> [Value; 3] {
    let ask = async |field: &str| {
        let document = format!(
            "mutation ($id: ID!, $version: String, $patch: UpdateProductInput!, $input: ReplaceProductInput!) {{
                {field}
                never: updateProduct(id: \"none\", input: $patch) {{ id }}
                nor: replaceProduct(id: \"none\", input: $input) {{ id }} }}"
        );
        let variables = json!({ "id": id, "version": version, "patch": { "price": 2.5 }, "input": kettle_with(json!({ "price": 3 })) });
        let mut answer = gateway.ask_with(&document, variables).await;
        // What the document asks only in order to use its variables.
        let errors = answer["errors"].as_array_mut().unwrap();
        errors.retain(|error| error["path"][0] == "field");
        answer
    };
    [
        ask("field: updateProduct(id: $id, input: $patch, ifVersion: $version) { version }").await,
        ask("field: replaceProduct(id: $id, input: $input, ifVersion: $version) { version }").await,
        ask("field: deleteProduct(id: $id, ifVersion: $version) { id }").await,
    ]
}

#[tokio::test]
async fn a_version_that_is_not_the_current_one_is_a_conflict_that_names_it() {
    let gateway = Gateway::start().await;
    let kettle = gateway.created(kettle()).await;
    let id = kettle["id"].as_str().unwrap();
    let current = made("updateProduct", gateway.update(&kettle["id"], json!({ "price": 1 })).await);
    let other = gateway.product(&json!("p01")).await;
    let impossible = VersionToken::of(&ProductId::parse(id).unwrap(), Timestamp::from_millis(0), 2);
    for version in [
        "",
        "garbage",
        "\u{0}",
        &"x".repeat(10_000),
        kettle["version"].as_str().unwrap(),
        other["version"].as_str().unwrap(),
        impossible.as_str(),
    ] {
        for answer in with_version(&gateway, id, version).await {
            assert_eq!(code(&answer), "VERSION_CONFLICT", "{version:.80}");
            assert_eq!(answer["errors"][0]["extensions"]["currentVersion"], current["version"]);
        }
    }
    assert_eq!(gateway.product(&kettle["id"]).await, current);
}

#[tokio::test]
async fn the_current_version_is_taken_once() {
    let gateway = Gateway::start().await;
    let mut version = gateway.created(kettle()).await["version"].clone();
    let id = gateway.data("{ productBySku(sku: \"KT-1\") { id } }").await["productBySku"]["id"].clone();
    for price in [1, 2] {
        let document = format!(
            "mutation {{ updateProduct(id: {id}, ifVersion: {version}, input: {{ price: {price} }}) {{ version }} }}"
        );
        let next = made("updateProduct", gateway.ask(&document).await)["version"].take();
        assert_eq!(code(&gateway.ask(&document).await), "VERSION_CONFLICT");
        version = next;
    }
    let document = format!("mutation {{ deleteProduct(id: {id}, ifVersion: {version}) {{ id }} }}");
    assert_eq!(made("deleteProduct", gateway.ask(&document).await)["id"], id);
}

#[tokio::test]
async fn what_is_unknown_or_malformed_is_not_found_by_any_mutation() {
    let gateway = Gateway::start().await;
    for id in ["none", "", "a b", "../p01", "ü", &"x".repeat(65)] {
        let id = json!(id);
        let document = format!("mutation {{ deleteProduct(id: {id}) {{ id }} }}");
        for answer in [
            gateway.update(&id, json!({ "price": 1 })).await,
            gateway.replace(&id, kettle()).await,
            gateway.ask(&document).await,
        ] {
            assert_eq!(code(&answer), "PRODUCT_NOT_FOUND", "{id}");
        }
    }
}

#[tokio::test]
async fn several_mutations_are_made_in_order_and_answer_each_for_itself() {
    let gateway = Gateway::start().await;
    let answer = gateway
        .ask(
            "mutation {
                one: updateProduct(id: \"p01\", input: { sku: \"MOVED\" }) { sku }
                two: updateProduct(id: \"p02\", input: { sku: \"SKU-01\" }) { sku }
                bad: updateProduct(id: \"p03\", input: { sku: \"moved\" }) { sku }
                three: updateProduct(id: \"p01\", input: { sku: \"SKU-02\" }) { sku }
                gone: deleteProduct(id: \"p02\") { id }
                again: updateProduct(id: \"p01\", input: { sku: \"SKU-01\" }) { sku }
            }",
        )
        .await;
    assert_eq!(
        answer["data"],
        json!({
            "one": { "sku": "MOVED" }, "two": { "sku": "SKU-01" }, "bad": null,
            "three": { "sku": "SKU-02" }, "gone": { "id": "p02" }, "again": { "sku": "SKU-01" },
        }),
    );
    assert_eq!(code(&answer), "DUPLICATE_PRODUCT");
    assert_eq!(answer["errors"][0]["path"], json!(["bad"]));
    assert_eq!(answer["errors"][0]["extensions"]["existingId"], "p01");
}

#[tokio::test]
async fn the_visibility_that_was_asked_for_reaches_the_engine_and_waiting_is_the_default() {
    let gateway = Gateway::start().await;
    let asked = [
        ("", Visibility::Wait),
        (", visibility: NONE", Visibility::None),
        (", visibility: WAIT", Visibility::Wait),
        (", visibility: NOW", Visibility::Now),
    ];
    let input = "{ name: \"K\", description: \"A kettle of tin.\", price: 1, category: \"c\", brand: \"b\", inStock: true, sku: \"k\" }";
    for (argument, visibility) in asked {
        for mutation in [
            format!("createProduct(input: {input}{argument}) {{ id }}"),
            format!("replaceProduct(id: \"p01\", input: {input}{argument}) {{ id }}"),
            format!("updateProduct(id: \"p01\", input: {{ price: 1 }}{argument}) {{ id }}"),
            format!("deleteProduct(id: \"none\"{argument}) {{ id }}"),
            format!("createProducts(inputs: [{input}]{argument}) {{ failed }}"),
            format!("upsertProducts(inputs: [{input}]{argument}) {{ failed }}"),
        ] {
            gateway.ask(&format!("mutation {{ {mutation} }}")).await;
            assert_eq!(gateway.engine.writes().last().unwrap().1, visibility, "{mutation}");
        }
    }
}

#[tokio::test]
async fn a_search_finds_what_it_was_waited_for() {
    let gateway = Gateway::start().await;
    for (visibility, name) in [("WAIT", "Awaited Kettle"), ("NOW", "Hasty Kettle")] {
        let input = kettle_with(json!({ "name": name, "sku": name }));
        let document = "mutation ($input: CreateProductInput!, $visibility: WriteVisibility!) {
            createProduct(input: $input, visibility: $visibility) { id } }";
        let variables = json!({ "input": input, "visibility": visibility });
        let id = made("createProduct", gateway.ask_with(document, variables).await)["id"].take();
        let found = gateway.data(&format!("{{ products(query: \"{name}\", first: 1) {{ nodes {{ id }} }} }}")).await;
        assert_eq!(found["products"]["nodes"][0]["id"], id, "{name}");
    }
}

#[tokio::test]
async fn a_failing_hanging_or_panicking_engine_is_an_error_of_each_mutation_and_of_nothing_else() {
    for (fault, expected) in [
        (Fault::Fails(EngineErrorKind::Unreachable), "ENGINE_UNREACHABLE"),
        (Fault::Fails(EngineErrorKind::Unavailable), "SERVICE_UNAVAILABLE"),
        (Fault::Fails(EngineErrorKind::Storage), "INTERNAL_ERROR"),
        (Fault::Fails(EngineErrorKind::Panicked), "INTERNAL_ERROR"),
        (Fault::WritesPanic, "INTERNAL_ERROR"),
        (Fault::WritesHang, "TIMEOUT"),
    ] {
        let operation_timeout_ms = if expected == "TIMEOUT" { 300 } else { 60_000 };
        let settings = ApiSettings { operation_timeout_ms, ..ApiSettings::default() };
        let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
        gateway.engine.break_with(fault);
        let answer = gateway
            .ask(
                "mutation {
                    updateProduct(id: \"p01\", input: { price: 1 }) { id }
                    malformed: deleteProduct(id: \"no id\") { id }
                    createProducts(inputs: []) { succeeded }
                    deleteProduct(id: \"p01\") { id }
                    __typename
                }",
            )
            .await;
        assert!(!answer.to_string().contains("secret"), "{answer:#}");
        let errors = answer["errors"].as_array().unwrap();
        let of_field = |field: &str| {
            let error = errors.iter().find(|error| error["path"] == json!([field]));
            error.map(|error| error["extensions"]["code"].as_str().unwrap().to_owned())
        };
        assert_eq!(of_field("updateProduct").as_deref(), Some(expected), "{answer:#}");
        assert_eq!(of_field("deleteProduct").as_deref(), Some(expected), "{answer:#}");
        assert_eq!(answer["data"]["__typename"], "Mutation");
        if expected != "TIMEOUT" {
            assert_eq!(of_field("malformed").as_deref(), Some("PRODUCT_NOT_FOUND"));
            assert_eq!(answer["data"]["createProducts"]["succeeded"], 0);
        }
    }
}

#[tokio::test]
async fn no_mutation_is_begun_after_the_operations_time() {
    let settings = ApiSettings { operation_timeout_ms: 1_000, ..ApiSettings::default() };
    let gateway = Gateway::start_with(settings, HttpSettings::default()).await;
    gateway.engine.break_with(Fault::WritesHang);
    let answer = gateway
        .ask("mutation { first: deleteProduct(id: \"p01\") { id } second: deleteProduct(id: \"p02\") { id } }")
        .await;
    insta::assert_json_snapshot!(answer);
    assert_eq!(gateway.engine.writes().len(), 2, "the catalogue, and the first");
    assert!(gateway.engine.was_cancelled());
}

#[tokio::test]
async fn nothing_is_changed_by_get() {
    let gateway = Gateway::start().await;
    let uri = "/graphql?query=mutation%7BdeleteProduct(id:%22p01%22)%7Bid%7D%7D";
    let answer = gateway.get(uri).await;
    assert_eq!((answer.status.as_u16(), code(&answer.json())), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(gateway.engine.writes().len(), 1, "only the catalogue");
}
