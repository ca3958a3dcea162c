//! The options for what people note about an account, shared by create and import.

use clap::Args;
use jeton_admin::value::{AccountDetails, Label, Labels};

use crate::failure::Failure;
use crate::input::values;

/// Description, owner and labels of a new account.
#[derive(Debug, Args)]
pub(super) struct DetailsArgs {
    /// What the account is for
    #[arg(long, value_name = "TEXT", value_parser = values::sentence)]
    description: Option<String>,
    /// Person or team that is responsible for the account
    #[arg(long, value_name = "TEXT", value_parser = values::label)]
    owner: Option<String>,
    /// Label by which the account is found, for example env=production; repeatable
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<Label>,
}

impl DetailsArgs {
    pub(super) fn details(self) -> Result<AccountDetails, Failure> {
        let is_given = |text: &String| !text.is_empty();
        Ok(AccountDetails {
            description: self.description.filter(is_given),
            owner: self.owner.filter(is_given),
            labels: labels(self.labels)?,
        })
    }
}

/// The labels of a repeated option.
pub(super) fn labels(given: Vec<Label>) -> Result<Labels, Failure> {
    Labels::try_from(given).map_err(|error| Failure::Usage(error.to_string()))
}
