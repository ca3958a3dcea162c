//! How old the state may be that the revocation feed calls current.

use std::time::Duration;

use crate::memory::paced_counter::PUBLISH_INTERVAL;

/// A response says what was true at most this long ago.
const MAX_AGE: Duration = Duration::from_secs(2);

/// How long ago the node must have read the change feed. A document may lack the changes of a further
/// [`PUBLISH_INTERVAL`].
pub(crate) const MAX_STALENESS: Duration = MAX_AGE.saturating_sub(PUBLISH_INTERVAL);
