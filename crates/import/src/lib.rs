//! Imports of accounts: lines of JSON in Jeton's own form, and the clients of an Ory Hydra.
//!
//! [`read_account`] reads a line in Jeton's form.
//!
//! From Ory Hydra: each row of its table `hydra_client` is read and planned first, then imported.
//!
//! [`read`] parses the rows of an export. The [`Planner`] decides what happens to each row and changes nothing; it also collects the
//! [`MissingResources`]. The account of a good row goes to [`import_account`].
//!
//! Decides what a row means for Jeton. Must not know files, commands, options or exit codes.
//!
//! [`import_account`]: jeton_admin::administration::ImportAdministration::import_account

mod account_line;
mod bad_row;
mod missing_resources;
mod plan;
mod row;

pub use account_line::{BadLine, is_in_clear, read_account};
pub use bad_row::BadRow;
pub use missing_resources::MissingResources;
pub use plan::{Defaults, NameRefusal, Note, Outcome, Planner, RowPlan};
pub use row::{Row, SkipReason, read};
