//! Asks for products and lists on behalf of the resolvers.

use async_graphql::{Context, ID};

use super::{
    arguments,
    connection::ProductConnection,
    loader::{OperationLoader, ProductRequest},
    product::{Node, Product},
    selection::product_fields,
};
use crate::{failure::Failure, product::LookUp, search::SearchDraft};

/// The product that is looked up, with the selected fields.
pub(super) async fn product(context: &Context<'_>, look_up: Option<LookUp>) -> Result<Option<Product>, Failure> {
    let Some(look_up) = look_up else { return Ok(None) };
    let request = ProductRequest { look_up, fields: product_fields(context.field()) };
    let found = context.data_unchecked::<OperationLoader>().load_one(request).await?;
    Ok(found.map(Product::from))
}

/// The products of these ids, in that order.
pub(super) async fn products(context: &Context<'_>, ids: &[ID]) -> Result<Option<Vec<Option<Product>>>, Failure> {
    let loader = context.data_unchecked::<OperationLoader>();
    let fields = product_fields(context.field());
    let request = |look_up: LookUp| ProductRequest { look_up, fields };
    let look_ups = arguments::ids(ids, loader.loader().catalog().limits())?;
    let requests: Vec<Option<ProductRequest>> = look_ups.into_iter().map(|look_up| look_up.map(request)).collect();
    let found = loader.load_many(requests.iter().flatten().cloned()).await?;
    let product = |request: &ProductRequest| found.get(request).cloned().map(Product::from);
    Ok(Some(requests.iter().map(|request| request.as_ref().and_then(product)).collect()))
}

/// Products as objects of any kind.
pub(super) fn as_nodes(products: Vec<Option<Product>>) -> Vec<Option<Node>> {
    products.into_iter().map(|product| product.map(Node::from)).collect()
}

/// The page of products that the draft asks for, once it is checked.
pub(super) async fn listing(
    loader: &OperationLoader,
    draft: SearchDraft,
) -> Result<Option<ProductConnection>, Failure> {
    let search = loader.loader().catalog().check(draft)?;
    let listing = loader.load_one(search.clone()).await?.transpose()?;
    Ok(listing.map(|listing| ProductConnection::new(search, listing)))
}
