//! Looks a store through before anything is written to it.
//!
//! Opening a redb file writes to it at once, and a repair may roll a damaged one back. So the whole opening, repair
//! and verification of every page included, is first played on the file as it is with all writes kept in memory.
//! Invariant: an inspection never writes to the file.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{Mutex, MutexGuard},
};

use redb::{Builder, Database, ReadableDatabase as _, StorageBackend};
use tokio_util::sync::CancellationToken;

use super::{FORMAT, META, META_FORMAT, META_IDENTITY};
use crate::engine::embedded::error::StoreError;

/// Pages that an inspection keeps in memory, in bytes.
const CACHE_BYTES: usize = 8 << 20;
/// Size of the pieces in which changes are kept, in bytes: a page of the file.
const BLOCK_BYTES: usize = 4096;

/// What an inspection can find.
#[derive(Debug)]
pub(super) enum Flaw {
    /// Another process has the file.
    InUse,
    /// The file is not what this program wrote.
    Damage(String),
    /// It has another format than this version's.
    Format(u64),
    /// The file cannot be read.
    Failure(StoreError),
}

/// The identity of the store in the file, which can be opened, is whole in every page and of this format; fails when
/// it is given up.
pub(super) fn inspect(path: &Path, given_up: &CancellationToken) -> Result<u64, Flaw> {
    let failure = |error: io::Error| Flaw::Failure(error.into());
    let file = File::open(path).map_err(failure)?;
    let length = file.metadata().map_err(failure)?.len();
    if length == 0 {
        // The library would take it for a new store.
        return Err(Flaw::Damage("it is empty".to_owned()));
    }
    let content = Mutex::new(Content { file, visible: length, length, blocks: BTreeMap::new() });
    let overlay = Overlay { content, given_up: given_up.clone() };
    guarded(|| {
        let mut database = Builder::new().set_cache_size(CACHE_BYTES).create_with_backend(overlay)?;
        if database.check_integrity()? {
            identity(&database)
        } else {
            Err(Flaw::Damage("a part of it is broken".to_owned()))
        }
    })?
}

/// The identity of a store of this format.
pub(super) fn identity(database: &Database) -> Result<u64, Flaw> {
    let damage = |reason: &str| Flaw::Damage(reason.to_owned());
    let transaction = database.begin_read().map_err(|error| Flaw::Failure(error.into()))?;
    let Ok(meta) = transaction.open_table(META) else { return Err(damage("it holds no products of ours")) };
    let number = |name| {
        let value = meta.get(name).map_err(|error| Flaw::Failure(error.into()))?;
        Ok::<_, Flaw>(value.map(|value| value.value()))
    };
    let found = number(META_FORMAT)?.ok_or_else(|| damage("it has no format"))?;
    if found != FORMAT {
        return Err(Flaw::Format(found));
    }
    number(META_IDENTITY)?.ok_or_else(|| damage("it has no identity"))
}

/// A file under a layer of changes that exist only in memory.
#[derive(Debug)]
struct Overlay {
    content: Mutex<Content>,
    /// Set when nobody needs the inspection any more.
    given_up: CancellationToken,
}

#[derive(Debug)]
struct Content {
    file: File,
    /// Bytes of the file that were never cut off.
    visible: u64,
    length: u64,
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl Content {
    /// The block as it is now.
    fn block(&mut self, number: u64) -> io::Result<Vec<u8>> {
        if let Some(block) = self.blocks.get(&number) {
            return Ok(block.clone());
        }
        let start = number * BLOCK_BYTES as u64;
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        if start < self.visible {
            self.file.seek(SeekFrom::Start(start))?;
            let readable = (self.visible - start).min(BLOCK_BYTES as u64);
            (&mut self.file).take(readable).read_to_end(&mut block)?;
        }
        block.resize(BLOCK_BYTES, 0);
        Ok(block)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        if length < self.length {
            let number = length / BLOCK_BYTES as u64;
            let mut edge = self.block(number)?;
            edge.truncate(usize::try_from(length % BLOCK_BYTES as u64).unwrap_or(0));
            edge.resize(BLOCK_BYTES, 0);
            self.blocks.split_off(&number);
            self.blocks.insert(number, edge);
            self.visible = self.visible.min(length);
        }
        self.length = length;
        Ok(())
    }
}

impl Overlay {
    fn content(&self) -> io::Result<MutexGuard<'_, Content>> {
        self.content.lock().map_err(|_| io::Error::other("inspection failed in another thread"))
    }
}

/// The pieces of blocks that make up `length` bytes from `offset` on: number, start within the block, bytes.
fn pieces(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, usize)> {
    let mut position = offset;
    let mut left = length;
    std::iter::from_fn(move || {
        let start = usize::try_from(position % BLOCK_BYTES as u64).ok()?;
        let taken = left.min(BLOCK_BYTES - start);
        let piece = (position / BLOCK_BYTES as u64, start, taken);
        position += taken as u64;
        left -= taken;
        (taken > 0).then_some(piece)
    })
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.content()?.length)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        if self.given_up.is_cancelled() {
            return Err(io::Error::other("inspection was given up"));
        }
        let mut content = self.content()?;
        if offset.saturating_add(out.len() as u64) > content.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut rest = out;
        for (number, start, taken) in pieces(offset, rest.len()) {
            let block = content.block(number)?;
            let (piece, after) = rest.split_at_mut(taken);
            piece.copy_from_slice(block.get(start..start + taken).ok_or(io::ErrorKind::UnexpectedEof)?);
            rest = after;
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.content()?.cut(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut content = self.content()?;
        let mut rest = data;
        for (number, start, taken) in pieces(offset, data.len()) {
            let mut block = content.block(number)?;
            let (piece, after) = rest.split_at(taken);
            block.get_mut(start..start + taken).ok_or(io::ErrorKind::UnexpectedEof)?.copy_from_slice(piece);
            content.blocks.insert(number, block);
            rest = after;
        }
        content.length = content.length.max(offset + data.len() as u64);
        Ok(())
    }
}

/// Runs the library where a damaged file may make it panic.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Flaw> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Flaw::Damage("it is not understood".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn overlay(path: &Path) -> Overlay {
        let file = File::open(path).unwrap();
        let length = file.metadata().unwrap().len();
        let content = Mutex::new(Content { file, visible: length, length, blocks: BTreeMap::new() });
        Overlay { content, given_up: CancellationToken::new() }
    }

    #[test]
    fn changes_are_seen_through_the_overlay_and_never_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let original: Vec<u8> = (0..20_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        fs::write(&path, &original).unwrap();
        let overlay = overlay(&path);
        let mut expected = original.clone();
        overlay.write(4_000, &[7; 9_000]).unwrap();
        expected[4_000..13_000].fill(7);
        overlay.set_len(10_001).unwrap();
        expected.truncate(10_001);
        overlay.set_len(30_000).unwrap();
        expected.resize(30_000, 0);
        overlay.write(29_990, &[9; 10]).unwrap();
        expected[29_990..].fill(9);
        let mut seen = vec![1; 30_000];
        overlay.read(0, &mut seen).unwrap();
        assert!(seen == expected);
        assert!(overlay.read(29_999, &mut [0; 2]).is_err());
        assert!(fs::read(&path).unwrap() == original);
    }
}
