//! A position of the change feed that several tasks use at once.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::store::{Position, Sequence};

/// A position of the change feed that several tasks use at once. Its two numbers are read one after the other: each is
/// compared only with numbers of the same chain.
#[derive(Debug, Default)]
pub(crate) struct AtomicPosition {
    region: AtomicI64,
    shared: AtomicI64,
}

impl AtomicPosition {
    pub(crate) fn load(&self) -> Position {
        let number = |number: &AtomicI64| Sequence(number.load(Ordering::SeqCst));
        Position { region: number(&self.region), shared: number(&self.shared) }
    }

    pub(crate) fn store(&self, position: Position) {
        self.region.store(position.region.0, Ordering::SeqCst);
        self.shared.store(position.shared.0, Ordering::SeqCst);
    }

    /// Raises each number that is lower than that of `position`.
    pub(crate) fn raise(&self, position: Position) {
        self.region.fetch_max(position.region.0, Ordering::SeqCst);
        self.shared.fetch_max(position.shared.0, Ordering::SeqCst);
    }

    /// Sets the numbers that still are those of `current` to zero.
    pub(crate) fn reset(&self, current: Position) {
        for (number, current) in [(&self.region, current.region), (&self.shared, current.shared)] {
            // It fails if another task has raised the number.
            let _ = number.compare_exchange(current.0, 0, Ordering::SeqCst, Ordering::SeqCst);
        }
    }
}
