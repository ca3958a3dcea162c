//! Faults of the server, which must not look like faults of the caller.

mod overload;
mod panics;
mod store_behind;
mod store_hangs;
mod store_replaced;
mod store_unavailable;
