//! hyper's timer for the head of a request and for the silence before it: deadlines come sooner while places run out.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use hyper_util::rt::TokioTimer;

use super::places::Places;

/// Measures the time of each head from its beginning. hyper asks for a deadline that is `full` later.
#[derive(Debug)]
pub(super) struct HeadTimer {
    timer: TokioTimer,
    places: Places,
    full: Duration,
}

impl HeadTimer {
    pub(super) fn new(places: Places, full: Duration) -> Self {
        Self { timer: TokioTimer::new(), places, full }
    }

    fn sooner(&self, deadline: Instant) -> Instant {
        deadline.checked_sub(self.full.saturating_sub(self.places.patience(self.full))).unwrap_or(deadline)
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.timer.sleep(duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.timer.sleep_until(self.sooner(deadline))
    }

    fn now(&self) -> Instant {
        self.timer.now()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, deadline: Instant) {
        self.timer.reset(sleep, self.sooner(deadline));
    }
}
