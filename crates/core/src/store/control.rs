//! A part of the store that requests cannot use up.

use std::sync::Arc;

use super::Store;

/// Reserves connections of the store for the tasks that keep a node current.
pub trait ControlStore: Send + Sync + std::fmt::Debug {
    /// The same store through connections that no other handle uses. However many requests wait for the store, the calls
    /// of this handle do not wait behind them.
    fn for_control(&self) -> Arc<dyn Store>;
}
