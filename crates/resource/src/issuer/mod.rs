//! The trusted issuer: its metadata and keys, fetched over guarded HTTP and cached.

pub(crate) mod backoff;
mod discovery;
pub(crate) mod keys;
mod max_age;
pub(crate) mod outbound;
mod refreshing_cache;
pub(crate) mod server_url;
pub(crate) mod trusted;
