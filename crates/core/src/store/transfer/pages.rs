//! What a copy remembers of the rows that it has copied: of each page the last key and a digest. A later pass
//! compares the source with it, without reading the target.

use std::hash::{BuildHasher as _, RandomState};

use super::{Row, Table};

/// The pages of one table, in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Its keys are random, so that no one can choose rows with equal digests.
    state: RandomState,
    pages: Vec<Page>,
}

/// The rows after the page before, up to the last key of this one.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) last: Row,
    digest: u64,
}

impl Pages {
    /// Remembers the rows that follow those of the last page.
    pub(super) fn push(&mut self, table: &Table, rows: &[Row]) {
        let Some(last) = rows.last() else { return };
        self.push_through(table.key_of(last).to_vec(), rows);
    }

    /// As [`push`](Self::push), for a page that ends with a given key, and may be empty.
    pub(super) fn push_through(&mut self, last: Row, rows: &[Row]) {
        let digest = self.digest(rows);
        self.pages.push(Page { last, digest });
    }

    /// Whether the page at `index` had these rows.
    pub(super) fn is_equal(&self, index: usize, rows: &[Row]) -> bool {
        self.pages.get(index).is_some_and(|page| page.digest == self.digest(rows))
    }

    pub(super) fn get(&self, index: usize) -> Option<&Page> {
        self.pages.get(index)
    }

    /// Without pages, but with comparable digests.
    pub(super) fn emptied(&self) -> Self {
        Self { state: self.state.clone(), pages: Vec::with_capacity(self.pages.len()) }
    }

    fn digest(&self, rows: &[Row]) -> u64 {
        self.state.hash_one(rows)
    }
}
