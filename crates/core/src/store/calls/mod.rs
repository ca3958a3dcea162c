//! How calls of a store are made: within a time limit, and again when another writer was faster.

pub(crate) mod deadline;
pub(crate) mod retry;
