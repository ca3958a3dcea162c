//! Moving from Ory Hydra: rows of its table `hydra_client`, judged one by one and then taken over.
//!
//! Decides what a row means here. Must not know options or exit codes.

mod plan;
mod report;
mod row;
mod wanted;

pub(crate) use plan::{Defaults, Judgement, Outcome, Planner};
pub(crate) use report::Report;
pub(crate) use row::{Row, read};
pub(crate) use wanted::Wanted;
