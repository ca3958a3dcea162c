//! `POST /oauth/v1/revoke` (RFC 7009). What it shares with the other endpoints is in `every_endpoint`.

mod administrator;
mod all_at_once;
mod caller;
mod clock_jumps;
mod foreign;
mod forgetting;
mod groups;
mod nodes;
mod outages;
mod own;
mod summaries;
