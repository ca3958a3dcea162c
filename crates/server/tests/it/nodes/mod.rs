//! Reports of nodes, and the confirmation of changes by these reports.

mod bulk_import;
mod confirmations;
mod reports;
