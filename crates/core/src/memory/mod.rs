//! What this node knows of the store without asking it, and how it follows changes (decisions 0005 and 0007).
//!
//! Start at [`directory`].

pub(crate) mod catalog;
pub(crate) mod directory;
pub(crate) mod feed_version;
mod known_ids;
mod lookup_lane;
mod name_digest;
pub(crate) mod paced_counter;
pub(crate) mod position;
pub(crate) mod raised_epochs;
pub(crate) mod revoked_by_audience;
pub(crate) mod revoked_tokens;
mod token_list;
mod unlisted_accounts;
