//! Reports of nodes, and the confirmation of changes by these reports.

mod confirmations;
mod reports;
