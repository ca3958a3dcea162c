//! What nodes report of themselves, and what is told of a change by their reports.

mod confirmations;
mod reports;
