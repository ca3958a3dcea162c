//! Threads with an async runtime of their own, so that what runs on one cannot delay what runs on another.
//!
//! Decides only how such a thread starts and ends. Must not know what runs on it.

mod thread;
mod workers;

pub(crate) use thread::RuntimeThread;
pub use workers::Workers;
