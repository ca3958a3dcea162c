//! Who is calling: what a caller presented becomes an authenticated account, within limits on failures and on work.
//!
//! Start at [`authenticate`]. It must not know what the caller asks for.

pub(crate) mod admission;
pub(crate) mod authenticate;
pub(crate) mod authenticated_account;
mod candidates;
pub(crate) mod failure_limit;
mod heavy_hashes;
