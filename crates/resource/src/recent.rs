//! The few tokens that a thread has looked at last. A token that comes again and again is found here without a lock
//! and without a count of references that all threads would fight over.

use crate::seen::{Remembered, Text};

#[derive(Debug)]
pub(crate) struct Recent<K>([Slot<K>; SLOTS]);

/// Room for one token.
pub(crate) type Slot<K> = Option<(Text, Remembered<K>)>;

impl<K> Recent<K> {
    /// Where this token is, if it is here.
    pub(crate) fn slot(&mut self, presented: &[u8]) -> &mut Slot<K> {
        // Tokens differ at their end, where the signature is.
        let end: usize = presented.iter().rev().take(8).map(|byte| usize::from(*byte)).sum();
        &mut self.0[end % SLOTS]
    }
}

impl<K> Default for Recent<K> {
    fn default() -> Self {
        Self([const { None }; SLOTS])
    }
}

const SLOTS: usize = 16;
