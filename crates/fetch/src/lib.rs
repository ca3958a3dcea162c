//! Guarded HTTP requests to servers that publish metadata and keys: `https` only (or `http` on loopback), bounded in
//! size and time, without redirects. What is fetched is cached, refreshed in time, and kept during an outage.
//!
//! [`Issuer`] fetches the metadata of an issuer, [`FetchedKeys`] the keys of an issuer or of one URL. Both are made of
//! [`HttpClient`], which sends requests only to a [`ServerUrl`], and of [`RefreshingCache`].
//!
//! This crate must not know what the keys verify, or what an access token is.
//!
//! An authorization server can use it to fetch the keys of its clients. `jeton-core` has no port for that yet, because
//! no client can have a key so far.

mod background;
mod backoff;
mod clock;
mod discovery;
mod fetched_keys;
mod http_client;
mod issuer;
mod key_location;
mod max_age;
mod outage;
mod refreshing_cache;
mod request;
mod response;
mod server_url;

pub use background::{LONGEST_TASK, run_to_completion, spawn};
pub use backoff::Backoff;
pub use clock::{Clock, SystemClock};
pub use fetched_keys::{CurrentKeys, FetchedKeys};
pub use http_client::{HttpClient, HttpClientError};
pub use issuer::Issuer;
pub use outage::Outage;
pub use refreshing_cache::{BackgroundRefresh, CachedValue, Freshness, RefreshTurn, RefreshingCache};
pub use request::{REQUEST_TIMEOUT, Request};
pub use response::Response;
pub use server_url::ServerUrl;
