//! The one thread that writes: requests that wait share a transaction, and with it the wait for the disk.
//!
//! Invariant: what is answered is durable; a request that is begun is carried through whether somebody waits for it or
//! not, and one that panics takes no other with it; the thread ends only when it is told to, having made what was asked
//! before.

use std::{
    io,
    ops::ControlFlow,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{StoreAndIndex, StoreError, pause::Pause, schedule::Schedule, store::Written};
use crate::{
    backend::{EngineError, EngineErrorKind},
    change::Change,
};

/// Changes of one transaction, unless a single request has more: enough that a disk's wait is nothing for each, few
/// enough that the first one is answered soon.
const GROUP_CHANGES: usize = 1_000;

/// The way back to whoever waits for a request.
type Answer = oneshot::Sender<Result<Written, EngineError>>;

/// What the thread is told.
pub(super) enum Task {
    /// To make changes.
    Write(Request),
    /// To see whether the store still works.
    Examine,
    /// To end.
    Stop,
}

/// Changes that wait to be made.
pub(super) struct Request {
    changes: Vec<Change>,
    answer: Answer,
    /// Its place in the queue, free again once the request is begun.
    _places: OwnedSemaphorePermit,
}

/// The way to the thread.
pub(super) struct Writer {
    core: Arc<StoreAndIndex>,
    places: Arc<Semaphore>,
    capacity: u32,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, which takes `tasks`; at most `queued` changes wait for it.
    pub(super) fn start(
        core: Arc<StoreAndIndex>,
        tasks: Receiver<Task>,
        schedule: Arc<Schedule>,
        queued: usize,
    ) -> io::Result<Self> {
        let capacity = u32::try_from(queued.max(1)).unwrap_or(u32::MAX);
        let work = Work {
            core: Arc::clone(&core),
            tasks,
            schedule,
            next: None,
            may_reopen: Instant::now(),
            pause: Pause::new(),
        };
        let thread = thread::Builder::new().name("aisle-writer".to_owned()).spawn(move || work.run())?;
        let places = Arc::new(Semaphore::new(usize::try_from(capacity).unwrap_or(1)));
        Ok(Self { core, places, capacity, thread: Some(thread) })
    }

    /// Makes changes, once there is room in the queue.
    pub(super) async fn write(&self, changes: Vec<Change>) -> Result<Written, EngineError> {
        if !self.core.store.is_open() {
            return Err(StoreError::Closed.into());
        }
        let size = u32::try_from(changes.len()).unwrap_or(u32::MAX).clamp(1, self.capacity);
        let closed = |error| EngineError::new(EngineErrorKind::Unavailable, error);
        let places = Arc::clone(&self.places).acquire_many_owned(size).await.map_err(closed)?;
        let (answer, outcome) = oneshot::channel();
        self.core.tell_writer(Task::Write(Request { changes, answer, _places: places }));
        // No answer: the thread panicked with it, which the log knows.
        outcome.await.map_err(|_| EngineError::from(EngineErrorKind::Panicked))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.core.store.stay_closed();
        self.core.tell_writer(Task::Stop);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer ended with a panic");
        }
    }
}

/// What the thread works on.
struct Work {
    core: Arc<StoreAndIndex>,
    tasks: Receiver<Task>,
    schedule: Arc<Schedule>,
    /// A task that was taken while a group was gathered, and is no part of it.
    next: Option<Task>,
    /// When a store that is closed may be opened again.
    may_reopen: Instant,
    /// Starts anew with a durable write: a full disk may let a store be opened that fails at the next one.
    pause: Pause,
}

impl Work {
    fn run(mut self) {
        loop {
            // A panic drops the answers of its group, which tells their callers.
            match panic::catch_unwind(AssertUnwindSafe(|| self.step())) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return,
                Err(_) => {
                    self.may_reopen = Instant::now() + self.pause.take();
                    self.core.suspect();
                }
            }
        }
    }

    fn step(&mut self) -> ControlFlow<()> {
        match self.task() {
            Ok(Task::Write(request)) => self.write(request),
            Ok(Task::Examine) => self.examine(),
            Err(RecvTimeoutError::Timeout) => self.reopen(),
            Ok(Task::Stop) | Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// The next task; while the store is closed, a time-out says that it is time to open it.
    fn task(&mut self) -> Result<Task, RecvTimeoutError> {
        if let Some(task) = self.next.take() {
            return Ok(task);
        }
        if self.core.store.is_open() {
            return self.tasks.recv().map_err(RecvTimeoutError::from);
        }
        match self.may_reopen.checked_duration_since(Instant::now()) {
            Some(left) => self.tasks.recv_timeout(left),
            None => Err(RecvTimeoutError::Timeout),
        }
    }

    fn write(&mut self, first: Request) {
        self.schedule.wait_for_room();
        let (changes, answers): (Vec<_>, Vec<_>) =
            self.gather(first).into_iter().map(|request| (request.changes, request.answer)).unzip();
        if changes.is_empty() {
            return;
        }
        match self.make(&changes) {
            // A request that is alone takes nobody with it.
            Err(StoreError::Panicked) if changes.len() > 1 => self.make_one_by_one(&changes, answers),
            made => self.tell(made, answers),
        }
    }

    /// Makes the changes of some requests in one transaction.
    fn make(&self, changes: &[Vec<Change>]) -> Result<Vec<Written>, StoreError> {
        let (store, covered) = (&self.core.store, self.core.index.covered());
        // The panic hook logs it.
        panic::catch_unwind(AssertUnwindSafe(|| store.write(changes, covered))).unwrap_or(Err(StoreError::Panicked))
    }

    /// Makes again the requests of a group that panicked, so that only the one to blame fails.
    fn make_one_by_one(&mut self, requests: &[Vec<Change>], answers: Vec<Answer>) {
        self.examine();
        if !self.core.store.is_open() {
            // It panicked while it was committed, and may be there all the same.
            return self.tell(Err(StoreError::Panicked), answers);
        }
        for (request, answer) in requests.chunks(1).zip(answers) {
            let made = self.make(request);
            self.tell(made, vec![answer]);
        }
    }

    /// Tells what became of some requests.
    fn tell(&mut self, made: Result<Vec<Written>, StoreError>, answers: Vec<Answer>) {
        match made {
            Ok(written) => {
                if let Some(last) = written.iter().filter_map(|written| written.last).max() {
                    self.pause.reset();
                    self.schedule.written(last);
                }
                for (answer, written) in answers.into_iter().zip(written) {
                    // Whoever is gone by now does not hear of it.
                    let _ = answer.send(Ok(written));
                }
            }
            Err(error) => {
                let error = EngineError::from(error);
                self.examine();
                for answer in answers {
                    let _ = answer.send(Err(error.clone()));
                }
            }
        }
    }

    /// The requests that wait, beginning with `first`, but not those whose callers are gone.
    fn gather(&mut self, first: Request) -> Vec<Request> {
        let mut size = first.changes.len();
        let mut group = vec![first];
        while size < GROUP_CHANGES
            && let Ok(task) = self.tasks.try_recv()
        {
            match task {
                Task::Write(request) => {
                    size += request.changes.len();
                    group.push(request);
                }
                other @ (Task::Examine | Task::Stop) => {
                    self.next = Some(other);
                    break;
                }
            }
        }
        group.retain(|request| !request.answer.is_closed());
        group
    }

    /// Closes a store that refuses everything until it is opened again.
    fn examine(&mut self) {
        if self.core.store.is_open()
            && let Err(error) = self.core.store.examine()
        {
            tracing::error!(error = &error as &dyn std::error::Error, "product store failed and is closed");
            self.core.store.close_database();
            self.may_reopen = Instant::now() + self.pause.take();
        }
        self.core.trust();
    }

    fn reopen(&mut self) {
        match self.core.store.reopen() {
            Ok(()) => {
                tracing::info!("product store is open again");
                // A group that was told to have failed may be there all the same.
                match self.core.store.changes() {
                    Ok(changes) => self.schedule.written(changes.last),
                    Err(_) => self.core.suspect(),
                }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "product store stays closed");
                self.may_reopen = Instant::now() + self.pause.take();
            }
        }
    }
}
