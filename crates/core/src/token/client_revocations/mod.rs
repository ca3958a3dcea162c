//! Revocations by clients: how they are written, and how the audit log summarizes them.

pub(crate) mod summarizer;
pub(crate) mod summary;
pub(crate) mod writer;
