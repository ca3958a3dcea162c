//! `jeton key …`: the region's keys.

mod list;
mod revoke;
mod rewrap;
mod rotate;

use clap::Subcommand;
use jeton_admin::view::KeyView;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::print::output::OutputArgs;

/// Manage the keys of the region, which sign JWTs and seal opaque tokens
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    List(list::List),
    Rotate(rotate::Rotate),
    Revoke(revoke::Revoke),
    Rewrap(rewrap::Rewrap),
}

impl KeyCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
            Self::Rotate(command) => command.run(globals).await,
            Self::Revoke(command) => command.run(globals).await,
            Self::Rewrap(command) => command.run(globals).await,
        }
    }
}

fn show(views: &[KeyView], output: OutputArgs) -> Result<(), Failure> {
    output.list(views, &["KID", "PURPOSE", "ALG", "STATE", "CREATED", "ACTIVE SINCE", "ENDED"], |view| {
        let moment =
            |at: Option<jeton_core::model::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        vec![
            view.kid.to_string(),
            view.purpose.to_owned(),
            view.algorithm.to_owned(),
            view.state.as_str().to_owned(),
            view.created_at.to_string(),
            moment(view.activated_at),
            moment(view.ended_at.or(view.retired_at)),
        ]
    })
}
