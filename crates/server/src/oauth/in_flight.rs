//! Counts the requests in flight, and limits them. No lock: all workers count here.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The requests in flight of a node.
#[derive(Debug)]
pub(crate) struct InFlight {
    count: AtomicUsize,
    max: usize,
}

/// A request in flight. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct InFlightPlace<'a>(&'a InFlight);

impl InFlight {
    pub(crate) fn new(max: usize) -> Self {
        Self { count: AtomicUsize::new(0), max }
    }

    /// A place for one request, if one is free.
    pub(crate) fn enter(&self) -> Option<InFlightPlace<'_>> {
        let place = InFlightPlace(self);
        // The place is counted first, so that two requests never take the last one. If it is dropped, it is given back.
        (self.count.fetch_add(1, Ordering::Relaxed) < self.max).then_some(place)
    }

    /// How many requests are in flight.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed).min(self.max)
    }
}

impl Drop for InFlightPlace<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_places_as_allowed_and_a_dropped_one_is_free_again() {
        let in_flight = InFlight::new(2);
        let first = in_flight.enter().unwrap();
        let _second = in_flight.enter().unwrap();
        assert!(in_flight.enter().is_none());
        assert_eq!(in_flight.count(), 2);
        drop(first);
        assert_eq!(in_flight.count(), 1);
        assert!(in_flight.enter().is_some());
    }
}
