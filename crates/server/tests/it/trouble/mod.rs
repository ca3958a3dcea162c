//! When something is wrong on our side, and what is never blamed on the caller.

mod overload;
mod panics;
mod store_away;
mod store_hangs;
mod store_replaced;
