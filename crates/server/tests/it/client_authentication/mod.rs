//! Client authentication with secrets.

mod addresses;
mod basic;
mod colon;
mod existence;
mod failure_limit;
mod failures;
mod guesses;
mod heavy_lane;
mod imported;
mod in_use;
mod last_use;
mod methods;
mod moved;
mod pacing;
mod price;
mod region;
mod secret_lifetime;
mod unknown_ids;

const TOKEN: &str = "/oauth/v1/token";
const INTROSPECT: &str = "/oauth/v1/introspect";
const GOOD: [(&str, &str); 1] = [("grant_type", "client_credentials")];
