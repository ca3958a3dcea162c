//! This node as operators see it: what it has applied, which of its writes fail, and whether its clock is right.

pub(crate) mod clock_check;
pub(crate) mod confirm;
pub(crate) mod health;
pub(crate) mod store_writes;
