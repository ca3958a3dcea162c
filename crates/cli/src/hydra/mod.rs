//! Import from Ory Hydra: each row of its table `hydra_client` is planned first, then imported.
//!
//! Decides what a row means for Jeton. Must not know options or exit codes.

mod plan;
mod report;
mod row;
mod wanted;

pub(crate) use plan::{Defaults, Outcome, Planner, RowPlan};
pub(crate) use report::Report;
pub(crate) use row::{Row, read};
pub(crate) use wanted::MissingResources;
