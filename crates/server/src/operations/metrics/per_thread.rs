//! Counts that threads add to without sharing memory, because a cache line that two workers write to costs each of them
//! more than the count itself.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A list of counts. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct PerThreadCounts {
    /// The counts of each place, one place after the other.
    counts: Arc<[AtomicU64]>,
    /// From the start of one place to the start of the next.
    stride: usize,
    len: usize,
}

impl PerThreadCounts {
    /// `len` counts, all zero.
    pub(super) fn new(len: usize) -> Self {
        let places = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) + 1;
        let stride = len + COUNTS_PER_LINE;
        Self { counts: (0..places * stride).map(|_| AtomicU64::new(0)).collect(), stride, len }
    }

    /// Adds to the count at `index`. An index beyond the last is ignored.
    pub(super) fn add(&self, index: usize, count: u64) {
        if index < self.len {
            let places = self.counts.len() / self.stride;
            let at = (thread_number() % places) * self.stride + index;
            self.counts[at].fetch_add(count, Ordering::Relaxed);
        }
    }

    /// The count at `index`, of all threads together.
    pub(super) fn sum(&self, index: usize) -> u64 {
        let of_threads = self.counts.chunks(self.stride).filter_map(|counts| counts.get(index));
        of_threads.fold(0, |sum, count| sum.wrapping_add(count.load(Ordering::Relaxed)))
    }
}

/// The number of this thread, in the order in which threads first count. With more threads than places, some share one.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
    }
    NUMBER.with(|number| {
        let known = number.get().unwrap_or_else(|| NEXT.fetch_add(1, Ordering::Relaxed));
        number.set(Some(known));
        known
    })
}

/// A cache line of 64 bytes. So no two places share one.
const COUNTS_PER_LINE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_all_threads_are_added_up_and_other_counts_do_not_change() {
        let counts = PerThreadCounts::new(3);
        std::thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| (0..100).for_each(|_| counts.add(1, 2)));
            }
        });
        counts.add(3, 1);
        assert_eq!([0, 1, 2].map(|index| counts.sum(index)), [0, 8_000, 0]);
    }
}
