//! Values of keys that are more than a text, a number or a list: each is checked when it is read.
//!
//! Must not know the tables.

mod database_url;
pub(super) mod duration;
mod forwarded_header;
mod issuer;
mod prefix;

pub use database_url::DatabaseUrl;
pub use forwarded_header::ForwardedHeader;
pub use issuer::{Issuer, IssuerError};
pub use prefix::{Prefix, PrefixError};
