//! The four kinds of requests that writing takes, for the indices of one look.
//!
//! Invariant: a product is read from the very index that it is compared with when it is written.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;

use super::{
    super::{
        bulk::{self, Operation, Written},
        document::StoredProduct,
        keys::{HeldKey, key_id},
        layout::IndexNames,
        multi_get::{DocumentBody, EVERY_FIELD, documents, multi_get},
        settings::ElasticSettings,
        wire::Wire,
    },
    batcher::{BatchRequest, Batcher, Concurrency},
    product_locks::ProductLocks,
};
use crate::{
    backend::{EngineError, EngineErrorKind},
    change::Visibility,
    product::{Clock, IdGenerator, NameRule, ProductId, Timestamp, UniqueKey},
};

/// Documents in one reading request: the largest products that the rules allow still fit into the largest answer.
const READS: usize = 500;

/// Time, and where nonces come from.
pub(super) struct Sources {
    /// The clock by which abandoned keys are told from fresh ones.
    pub(super) clock: Arc<dyn Clock>,
    /// Where nonces come from.
    pub(super) ids: Arc<dyn IdGenerator>,
}

/// Where writes send their requests.
pub(super) struct Requests {
    /// The indices.
    pub(super) names: Arc<IndexNames>,
    /// Whether names are unique.
    pub(super) rule: NameRule,
    /// Longest wait for one bulk request.
    pub(super) bulk_timeout: Duration,
    /// Locks of the products that are being written.
    pub(super) product_locks: ProductLocks,
    sources: Sources,
    keys: Batcher<MultiGets<HeldKey>>,
    products: Batcher<MultiGets<StoredProduct>>,
    key_writes: Batcher<Bulks>,
    unseen: Batcher<Bulks>,
    awaited: Batcher<Bulks>,
    shown: Batcher<Bulks>,
}

impl Requests {
    /// Requests to these indices.
    pub(super) fn new(
        wire: &Wire,
        names: Arc<IndexNames>,
        settings: &ElasticSettings,
        sources: Sources,
        concurrency: &Concurrency,
    ) -> Self {
        let products = |visibility| {
            let writes = Bulks {
                wire: wire.clone(),
                alias: names.products_write.clone(),
                visibility,
                bytes: settings.bulk_bytes,
            };
            Batcher::new(writes, concurrency.clone())
        };
        let keys = Bulks {
            wire: wire.clone(),
            alias: names.keys_alias.clone(),
            visibility: Visibility::None,
            bytes: settings.bulk_bytes,
        };
        let key_reads = MultiGets { wire: wire.clone(), index: names.keys_alias.clone(), read: HeldKey::read };
        let product_reads = MultiGets { wire: wire.clone(), index: names.products.clone(), read: StoredProduct::read };
        Self {
            rule: settings.names,
            bulk_timeout: wire.bulk_timeout,
            product_locks: ProductLocks::default(),
            sources,
            keys: Batcher::new(key_reads, concurrency.clone()),
            products: Batcher::new(product_reads, concurrency.clone()),
            key_writes: Batcher::new(keys, concurrency.clone()),
            unseen: products(Visibility::None),
            awaited: products(Visibility::Wait),
            shown: products(Visibility::Now),
            names,
        }
    }

    /// The time of day.
    pub(super) fn now(&self) -> Timestamp {
        self.sources.clock.now()
    }

    /// A nonce by which a write knows its own documents again.
    pub(super) fn nonce(&self) -> String {
        self.sources.ids.next_id(self.now()).as_str().to_owned()
    }

    /// Who has the key now.
    pub(super) async fn key(&self, key: &UniqueKey, until: Instant) -> Result<Option<HeldKey>, EngineError> {
        self.keys.send(key_id(key), until).await
    }

    /// The product as it is now.
    pub(super) async fn product(&self, id: &ProductId, until: Instant) -> Result<Option<StoredProduct>, EngineError> {
        self.products.send(id.as_str().to_owned(), until).await
    }

    /// Writes a key.
    pub(super) async fn write_key(&self, operation: Operation, until: Instant) -> Written {
        self.key_writes.send(operation, until).await
    }

    /// Writes a product.
    pub(super) async fn write_product(&self, operation: Operation, visibility: Visibility, until: Instant) -> Written {
        let batcher = match visibility {
            Visibility::None => &self.unseen,
            Visibility::Wait => &self.awaited,
            Visibility::Now => &self.shown,
        };
        batcher.send(operation, until).await
    }
}

/// Multi-gets of whole documents.
struct MultiGets<T> {
    wire: Wire,
    index: String,
    read: fn(&DocumentBody<'_>) -> Result<T, EngineError>,
}

impl<T> MultiGets<T> {
    async fn get(&self, ids: &[&str]) -> Result<Vec<Result<Option<T>, EngineError>>, EngineError> {
        let answer = multi_get(&self.wire, &self.index, ids, EVERY_FIELD).await?;
        let read = |document: Option<DocumentBody<'_>>| document.map(|document| (self.read)(&document)).transpose();
        Ok(documents(&answer, ids)?.into_iter().map(read).collect())
    }
}

#[async_trait]
impl<T: Send + 'static> BatchRequest for MultiGets<T> {
    type Item = String;
    type Answer = Result<Option<T>, EngineError>;

    fn size(&self, _: &String) -> usize {
        1
    }

    fn capacity(&self) -> usize {
        READS
    }

    async fn send_batch(&self, ids: Vec<String>) -> Vec<Self::Answer> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        match self.get(&ids).await {
            Ok(answers) => answers,
            Err(error) => ids.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    fn never_sent(&self) -> Self::Answer {
        Err(EngineErrorKind::Unavailable.into())
    }

    fn lost(&self) -> Self::Answer {
        Err(EngineErrorKind::Unexpected.into())
    }
}

/// Bulk writes.
struct Bulks {
    wire: Wire,
    alias: String,
    visibility: Visibility,
    bytes: usize,
}

#[async_trait]
impl BatchRequest for Bulks {
    type Item = Operation;
    type Answer = Written;

    fn size(&self, operation: &Operation) -> usize {
        operation.size()
    }

    fn capacity(&self) -> usize {
        self.bytes
    }

    async fn send_batch(&self, operations: Vec<Operation>) -> Vec<Written> {
        bulk::send(&self.wire, &self.alias, self.visibility, &operations).await
    }

    fn never_sent(&self) -> Written {
        Written::Refused(EngineErrorKind::Unavailable.into())
    }

    fn lost(&self) -> Written {
        Written::Unknown(EngineErrorKind::Unexpected.into())
    }
}
