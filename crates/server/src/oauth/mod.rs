//! HTTP requests: read, handed to [`jeton_core`], and answered. Most are for the public endpoints; the routes of the
//! operations listener are here too, because they are read and answered in the same way.

mod body_budget;
mod cross_origin;
pub(crate) mod endpoint;
pub(crate) mod error_id;
mod extract;
pub(crate) mod failure;
pub(crate) mod gateway;
mod guard;
mod handlers;
mod in_flight;
mod long_polls;
pub(crate) mod message;
pub(crate) mod pacing;
mod refuse;
mod respond;
pub(crate) mod routes;
