//! A leaked secret: finding its account, revoking everything, and recovery.

mod check;
mod panic;
mod recovery;
