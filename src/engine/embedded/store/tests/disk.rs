//! A disk in memory, which remembers what was done to it and does what it is told to.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    thread,
    time::Duration,
};

use redb::{Database, StorageBackend};

use crate::engine::embedded::store::{
    inspection::{Flaw, identity},
    opening::Opener,
};

/// One thing that was done to a file.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Write(u64, Vec<u8>),
    Resize(u64),
    Sync,
    /// So many products were acknowledged.
    Acknowledged(u64),
}

/// What a disk does when it is to keep something.
pub(super) const WORKS: u8 = 0;
/// It has no room.
pub(super) const IS_FULL: u8 = 1;
/// It panics.
pub(super) const PANICS: u8 = 2;
/// It takes its time, until it is told otherwise.
pub(super) const HOLDS: u8 = 3;
/// It panics where it reads [`BROKEN`].
pub(super) const IS_BROKEN: u8 = 4;

/// What a disk cannot read that is broken.
pub(super) const BROKEN: &str = "a broken lamp";

/// A disk that does what it is told to.
#[derive(Debug, Clone, Default)]
pub(super) struct Moody {
    pub(super) disk: Recorder,
    mood: Arc<AtomicU8>,
    is_holding: Arc<AtomicBool>,
}

impl Moody {
    pub(super) fn on(disk: Recorder) -> Self {
        Self { disk, ..Self::default() }
    }

    pub(super) fn become_one_that(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
    }

    /// Whether somebody waits for a disk that takes its time.
    pub(super) fn is_holding(&self) -> bool {
        self.is_holding.load(Ordering::SeqCst)
    }

    fn hold(&self) {
        self.is_holding.store(true, Ordering::SeqCst);
        while self.mood.load(Ordering::SeqCst) == HOLDS {
            thread::sleep(Duration::from_millis(1));
        }
        self.is_holding.store(false, Ordering::SeqCst);
    }

    /// Opens the store on this disk.
    pub(super) fn opener(&self) -> Opener {
        let disk = self.clone();
        Box::new(move |_| {
            let database = Database::builder().set_cache_size(0).create_with_backend(disk.clone())?;
            let identity = identity(&database)?;
            Ok::<_, Flaw>((database, identity))
        })
    }
}

impl StorageBackend for Moody {
    fn len(&self) -> io::Result<u64> {
        self.disk.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.disk.read(offset, out)?;
        let is_broken = || out.windows(BROKEN.len()).any(|bytes| bytes == BROKEN.as_bytes());
        assert!(self.mood.load(Ordering::SeqCst) != IS_BROKEN || !is_broken(), "the disk panics on purpose");
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        match self.mood.load(Ordering::SeqCst) {
            IS_FULL => return Err(io::ErrorKind::StorageFull.into()),
            PANICS => panic!("the disk panics on purpose"),
            HOLDS => self.hold(),
            _ => {}
        }
        self.disk.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.disk.write(offset, data)
    }
}

/// A file in memory that remembers how it came about.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<(Vec<u8>, Vec<Step>)>>);

impl Recorder {
    /// A file of that content.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new((bytes, Vec::new()))))
    }

    /// What was done so far.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.0.lock().unwrap().1.clone()
    }

    /// How often something was made durable.
    pub(super) fn syncs(&self) -> usize {
        self.steps().iter().filter(|step| matches!(step, Step::Sync)).count()
    }

    pub(super) fn take(&self, step: Step) {
        let mut state = self.0.lock().unwrap();
        apply(&mut state.0, &step);
        state.1.push(step);
    }
}

/// Does to `bytes` what was done.
pub(super) fn apply(bytes: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Write(offset, data) => {
            let start = usize::try_from(*offset).unwrap();
            bytes.resize(bytes.len().max(start + data.len()), 0);
            bytes[start..start + data.len()].copy_from_slice(data);
        }
        Step::Resize(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        Step::Sync | Step::Acknowledged(_) => {}
    }
}

impl StorageBackend for Recorder {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().0.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap();
        let length = out.len();
        out.copy_from_slice(&self.0.lock().unwrap().0[start..start + length]);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.take(Step::Resize(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.take(Step::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.take(Step::Write(offset, data.to_vec()));
        Ok(())
    }
}
