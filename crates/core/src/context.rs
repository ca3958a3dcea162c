//! What a part of the server works with: one region of a store, and the sources of time and randomness.

use std::sync::Arc;

use jeton_protocol::RegionName;

use crate::clock::{Clock, Randomness};
use crate::store::Store;

/// The ports of one region. Clones share them.
#[derive(Debug, Clone)]
pub struct Context {
    /// The store, opened for `region`.
    pub store: Arc<dyn Store>,
    /// The region.
    pub region: RegionName,
    /// The source of time.
    pub clock: Arc<dyn Clock>,
    /// The source of unpredictable bytes.
    pub randomness: Arc<dyn Randomness>,
}
