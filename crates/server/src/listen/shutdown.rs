//! The stop of a server as a handle that everything shares.
//!
//! Decides the phases: serving, stopping (not ready, still serving, then draining), cut.
//! Must not know who asks for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::sleep};

use crate::config::ShutdownConfig;

/// A handle to one stop; its clones are the same stop.
///
/// Two listeners may share it. To keep probes and metrics up until the last client was served, give the
/// operations listener one of its own, of zero durations, and begin that when the public one has returned.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    phase: watch::Sender<Phase>,
    /// The phase once more: each answer asks, and a channel's lock is too much for that.
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
    /// A stop that has not begun: after `lame_duck` no connection is accepted, `drain` later all are gone.
    #[must_use]
    pub fn new(lame_duck: Duration, drain: Duration) -> Self {
        let phase = watch::Sender::new(Phase::Serving);
        Self(Arc::new(Inner { phase, stopping: AtomicBool::new(false), lame_duck, drain }))
    }

    /// The stop that the configuration asks for.
    #[must_use]
    pub fn configured(config: &ShutdownConfig) -> Self {
        Self::new(config.lame_duck, config.drain)
    }

    /// Begins the stop; again does nothing.
    pub fn begin(&self) {
        self.advance(Phase::Stopping);
    }

    /// Ends all waiting: connections are cut, requests in flight are lost.
    pub fn cut(&self) {
        self.advance(Phase::Cut);
    }

    /// Whether the stop has begun: then readiness is false and every answer says `connection: close`.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Acquire)
    }

    /// Returns when the stop has begun: for long polls, which must not outlast it.
    pub async fn begun(&self) {
        self.reached(Phase::Stopping).await;
    }

    pub(super) async fn lame_duck_over(&self) {
        self.begun().await;
        // A timer of zero still lets the accept loop run once more.
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
