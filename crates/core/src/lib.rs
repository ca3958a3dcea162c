//! What the Jeton authorization server decides: who is calling, for which resource, with which scope, and what token
//! they get. It takes time, randomness and storage through ports, and knows no database, no HTTP status and no
//! web framework.

pub mod model;
pub mod secret_hash;
pub mod store;
