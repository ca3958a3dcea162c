//! The stop of a server, as a shared handle.
//!
//! Decides the phases: serving, stopping (not ready, still serving, then draining), cut.
//! Must not know who requests the stop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::sleep};

use crate::config::ShutdownConfig;

/// A handle to one stop. Clones share the same stop.
///
/// Two listeners may share it. To serve probes and metrics until the last client was served, give the operations
/// listener its own stop with zero durations, and begin that when the public listener has returned.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    phase: watch::Sender<Phase>,
    /// A copy of the phase: every response reads it, and the lock of the channel is too expensive for that.
    stopping: AtomicBool,
    lame_duck: Duration,
    drain: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Stopping,
    Cut,
}

impl Shutdown {
    /// A stop that has not begun. After `lame_duck`, no connection is accepted; after `drain` more, all are closed.
    #[must_use]
    pub fn new(lame_duck: Duration, drain: Duration) -> Self {
        let phase = watch::Sender::new(Phase::Serving);
        Self(Arc::new(Inner { phase, stopping: AtomicBool::new(false), lame_duck, drain }))
    }

    /// A stop with the durations of the configuration.
    #[must_use]
    pub fn configured(config: &ShutdownConfig) -> Self {
        Self::new(config.lame_duck, config.drain)
    }

    /// Begins the stop. Further calls have no effect.
    pub fn begin(&self) {
        self.advance(Phase::Stopping);
    }

    /// Stops at once: connections are cut, and requests in flight are lost.
    pub fn cut(&self) {
        self.advance(Phase::Cut);
    }

    /// Whether the stop has begun. Then the node is not ready, and every response says `connection: close`.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Acquire)
    }

    /// Returns when the stop has begun. Long polls end then.
    pub async fn begun(&self) {
        self.reached(Phase::Stopping).await;
    }

    pub(super) async fn lame_duck_over(&self) {
        self.begun().await;
        // A zero timer would still let the accept loop run once more.
        if self.0.lame_duck.is_zero() {
            return;
        }
        tokio::select! {
            () = sleep(self.0.lame_duck) => {}
            () = self.cut_short() => {}
        }
    }

    pub(super) async fn cut_short(&self) {
        self.reached(Phase::Cut).await;
    }

    pub(super) fn drain(&self) -> Duration {
        self.0.drain
    }

    fn advance(&self, to: Phase) {
        self.0.stopping.store(true, Ordering::Release);
        self.0.phase.send_if_modified(|phase| {
            let forward = *phase < to;
            *phase = to.max(*phase);
            forward
        });
    }

    async fn reached(&self, wanted: Phase) {
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = self.0.phase.subscribe().wait_for(|phase| *phase >= wanted).await;
    }
}
