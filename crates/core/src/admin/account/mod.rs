//! Accounts: creating, finding, changing and importing them, and what they may do.

mod change;
mod details;
mod entitlement;
pub(crate) mod import;
mod import_batch;
mod import_difference;
mod names;
pub(crate) mod narrowing;
mod reference;
pub(crate) mod token_length;
