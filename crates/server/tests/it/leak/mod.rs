//! A secret has leaked: whose it is, taking everything back, and a new start.

mod check;
mod panic;
mod recovery;
