//! Tenants: creating, finding, changing, renaming and deleting them.

mod change;
mod delete;
mod rename;
