//! Writes revocations by clients in groups: one write at a time takes all revocations that wait for it. So the time of a
//! durable write is shared by all callers of that moment.
//!
//! A revocation is answered after its group is committed and its token is in this node's memory. A write that failed, or
//! whose result is unknown, is never reported as a success. This module must not know who may revoke a token.

use std::collections::VecDeque;
use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::memory::directory::Directory;
use crate::model::Revocation;
use crate::node::store_writes::{StoreWrite, StoreWrites};
use crate::refusal::Unavailable;
use crate::store::StoreError;
use crate::store::calls::deadline::write_with_deadline;

/// The revocations of one node that wait to be written.
#[derive(Debug)]
pub(crate) struct RevocationWriter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    writes: Arc<StoreWrites>,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// Whether a task takes the waiting ones.
    is_writing: bool,
}

/// A revocation, and where its caller waits for the result.
#[derive(Debug)]
struct Waiting {
    revocation: Revocation,
    caller: oneshot::Sender<Result<(), StoreError>>,
}

impl RevocationWriter {
    /// An empty queue.
    pub(crate) fn new(directory: Arc<Directory>, clock: Arc<dyn Clock>, writes: Arc<StoreWrites>) -> Self {
        Self(Arc::new(Shared { directory, clock, writes, queue: Mutex::default() }))
    }

    /// Writes a revocation together with those of other callers. A caller that stops waiting cancels nothing.
    ///
    /// # Errors
    /// [`Unavailable::TooManyRevocations`] if too many are waiting; then it was not written. Another [`Unavailable`] if
    /// the write failed, or if its result is unknown.
    pub(crate) async fn write(&self, revocation: Revocation) -> Result<(), Unavailable> {
        let (caller, written) = oneshot::channel();
        if let Some(running) = self.enqueue(Waiting { revocation, caller })? {
            // A task of its own: a caller that disconnects must not end the write of others.
            tokio::spawn(write_waiting(running));
        }
        // The write before this one may take as long as a call of the store may, and this one too.
        let written = write_with_deadline(async {
            written
                .await
                .unwrap_or_else(|_| Err(StoreError::OutcomeUnknown("the write was interrupted".into())))
        });
        Ok(written.await?)
    }

    /// Adds a revocation to the queue. Returns a task to run if none takes it.
    fn enqueue(&self, waiting: Waiting) -> Result<Option<RunningWriter>, Unavailable> {
        let mut queue = self.0.queue();
        if queue.waiting.len() >= MAX_WAITING {
            return Err(Unavailable::TooManyRevocations);
        }
        queue.waiting.push_back(waiting);
        let is_first = !std::mem::replace(&mut queue.is_writing, true);
        Ok(is_first.then(|| RunningWriter { shared: Arc::clone(&self.0), has_finished: false }))
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, group: Vec<Waiting>) {
        let (revocations, callers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|one| (one.revocation, one.caller)).unzip();
        let written = self.try_write(&revocations).await;
        if revocations.len() > 1
            && let Err(StoreError::Conflict(_) | StoreError::Corrupt(_)) = written
        {
            // The fault may be in one of them. It must not fail the others again and again.
            for (revocation, caller) in revocations.iter().zip(callers) {
                answer(caller, self.try_write(std::slice::from_ref(revocation)).await);
            }
            return;
        }
        for caller in callers {
            answer(caller, written.as_ref().map_err(StoreError::duplicate).copied());
        }
    }

    async fn try_write(&self, revocations: &[Revocation]) -> Result<(), StoreError> {
        let written = self.directory.revoked_tokens().add(revocations).await;
        self.writes.record(StoreWrite::ClientRevocation, &written, self.clock.now());
        written
    }
}

fn answer(caller: oneshot::Sender<Result<(), StoreError>>, written: Result<(), StoreError>) {
    // Ignored: the caller no longer waits. The revocation is in effect nevertheless.
    let _ = caller.send(written);
}

/// The right to take waiting revocations. If its task ends early, because it panics or its runtime ends, the callers that
/// wait get an error, and the next revocation starts another task.
#[derive(Debug)]
struct RunningWriter {
    shared: Arc<Shared>,
    has_finished: bool,
}

impl RunningWriter {
    /// The next group; `None` if no revocation waits, and then the next one starts another task.
    fn next_group(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.shared.queue();
        if queue.waiting.is_empty() {
            queue.is_writing = false;
            // From here on another task may be running, whose queue this one must not clear.
            self.has_finished = true;
            return None;
        }
        let count = queue.waiting.len().min(MAX_GROUP);
        Some(queue.waiting.drain(..count).collect())
    }
}

impl Drop for RunningWriter {
    fn drop(&mut self) {
        if !self.has_finished {
            let mut queue = self.shared.queue();
            queue.is_writing = false;
            let interrupted = take(&mut queue.waiting);
            drop(queue);
            // Dropping them answers their callers.
            drop(interrupted);
        }
    }
}

async fn write_waiting(mut running: RunningWriter) {
    while let Some(group) = running.next_group() {
        running.shared.write(group).await;
    }
}

/// A waiting revocation takes at most about 3 KiB, with the longest client id and audience: 3 MiB in total.
const MAX_WAITING: usize = 1_024;
/// Other writers of the store wait until a group is committed, which takes some milliseconds.
const MAX_GROUP: usize = 256;
