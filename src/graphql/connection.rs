//! A list of products in pages, as Relay and page-number clients see it.

#![expect(clippy::unused_async, reason = "the library takes asynchronous resolvers only")]

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use super::{
    facets::ProductFacets,
    highlights::{self, Highlight},
    int::saturated,
    isolation::isolated,
    listing::{ListedProduct, Listing},
    product::Product,
};
use crate::{
    failure::Failure,
    search::{Place, Search},
};

/// One page of a list of products.
pub(super) struct ProductConnection {
    search: Search,
    listing: Arc<Listing>,
}

impl ProductConnection {
    /// What `search` found.
    pub(super) fn new(search: Search, listing: Arc<Listing>) -> Self {
        Self { search, listing }
    }

    fn cursor(&self, product: &ListedProduct) -> String {
        self.search.cursor(&self.listing.stage, product.position.clone()).to_string()
    }
}

/// A count was resolved that no engine was asked for: a mistake in `selection`.
#[derive(Debug, thiserror::Error)]
#[error("a total was resolved but not counted")]
struct NotCounted;

/// One page of a list of products.
#[Object]
impl ProductConnection {
    /// The products of this page with what belongs to their places in the list.
    async fn edges(&self) -> Vec<ProductEdge<'_>> {
        self.listing.products.iter().map(|product| ProductEdge { connection: self, product }).collect()
    }

    /// The products of this page; shorter than `edges` where no cursor of each is needed.
    async fn nodes(&self) -> Vec<Product> {
        self.listing.products.iter().map(|listed| Product::from(Arc::clone(&listed.product))).collect()
    }

    /// Where this page lies and how to go on.
    async fn page_info(&self) -> PageInfo<'_> {
        PageInfo { connection: self }
    }

    /// How many products match; counted only when selected, exact.
    async fn total_count(&self) -> Result<i32, Failure> {
        let total = self.listing.total.ok_or_else(|| Failure::internal(NotCounted))?;
        Ok(saturated(total))
    }

    /// What is counted beside the list; each facet only when selected.
    async fn facets(&self) -> Option<ProductFacets> {
        Some(ProductFacets::of(Arc::clone(&self.listing)))
    }

    /// A better spelling of `query`, all words of which find more products than all words of `query` do; null when there
    /// is none, and never for words that are spelt right.
    async fn did_you_mean(&self) -> Option<&str> {
        self.listing.did_you_mean.as_deref()
    }

    /// How the answer came about.
    async fn report(&self) -> SearchReport {
        SearchReport {
            took_ms: saturated(self.listing.took_ms),
            complete: self.listing.complete,
            exact_counts: self.listing.exact_counts,
            searches: saturated(u64::from(self.listing.searches)),
        }
    }
}

struct ProductEdge<'a> {
    connection: &'a ProductConnection,
    product: &'a ListedProduct,
}

/// A product and its place in the list.
#[Object]
impl ProductEdge<'_> {
    /// The product.
    async fn node(&self) -> Product {
        Product::from(Arc::clone(&self.product.product))
    }

    /// Its place in the list; pass it as `after` or `before`, with the same query, filter and sort.
    async fn cursor(&self) -> String {
        self.connection.cursor(self.product)
    }

    /// How well the words match, comparable within one answer only; null when not searching by text.
    async fn score(&self) -> Option<f64> {
        self.product.score.map(f64::from)
    }

    /// The texts in which the words were found; empty when none of them matched, and without words.
    async fn highlights(&self) -> Option<Result<Vec<Highlight>, Failure>> {
        isolated(async { highlights::of(&self.product.product, &self.connection.listing.sought).map(Some) }).await
    }
}

struct PageInfo<'a> {
    connection: &'a ProductConnection,
}

/// Where a page lies and how to go on.
#[Object]
impl PageInfo<'_> {
    /// Whether products follow; going backwards, whether `before` was given.
    async fn has_next_page(&self) -> bool {
        match self.connection.search.window.place {
            Place::Offset(_) | Place::After(_) => self.connection.listing.has_more,
            Place::Before(_) => true,
            Place::End => false,
        }
    }

    /// Whether products precede; going forwards, whether this is not the first page by number or `after` was given.
    async fn has_previous_page(&self) -> bool {
        match self.connection.search.window.place {
            Place::Offset(offset) => offset > 0,
            Place::After(_) => true,
            Place::Before(_) | Place::End => self.connection.listing.has_more,
        }
    }

    /// Cursor of the first product; null on an empty page.
    async fn start_cursor(&self) -> Option<String> {
        self.connection.listing.products.first().map(|product| self.connection.cursor(product))
    }

    /// Cursor of the last product; null on an empty page.
    async fn end_cursor(&self) -> Option<String> {
        self.connection.listing.products.last().map(|product| self.connection.cursor(product))
    }

    /// The page asked for by number, 1 when neither page nor cursor was given; null when the list was entered by a
    /// cursor or from its end.
    async fn page(&self) -> Option<i32> {
        let window = &self.connection.search.window;
        match window.place {
            Place::Offset(offset) => Some(saturated(u64::from(offset / window.size.max(1)) + 1)),
            Place::After(_) | Place::Before(_) | Place::End => None,
        }
    }

    /// Most products on a page.
    async fn page_size(&self) -> i32 {
        saturated(u64::from(self.connection.search.window.size))
    }

    /// How many pages there are; counted only when selected.
    async fn page_count(&self) -> Result<i32, Failure> {
        let total = self.connection.listing.total.ok_or_else(|| Failure::internal(NotCounted))?;
        Ok(saturated(total.div_ceil(u64::from(self.connection.search.window.size.max(1)))))
    }
}

/// How the answer to a search came about.
#[derive(SimpleObject)]
struct SearchReport {
    /// What the search engine took, in milliseconds.
    took_ms: i32,
    /// False when part of the index did not answer in time, so that products may be missing.
    complete: bool,
    /// False when counts of facets are estimates, which an index of several shards may give.
    exact_counts: bool,
    /// How many searches for the words were made: 2 when the exact words find too few products, whatever the filter,
    /// and more could be looked for, and 0 when nothing can match. A page by cursor goes on with what the first page
    /// decided, and answers 1: ask the first page. What was asked to count facets is not among them.
    searches: i32,
}
