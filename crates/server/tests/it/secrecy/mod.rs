//! What must never be seen, and what labels may say.

mod canaries;
mod metrics;
