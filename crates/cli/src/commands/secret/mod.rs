//! `jeton secret …`: the secrets of an account.

mod add;
mod check;
mod list;
mod revoke;
mod rotate;

use clap::Subcommand;
use jeton_core::admin::view::SecretView;

use crate::command_line::Globals;
use crate::failure::Failure;

/// Secrets of an account; at most two live at a time
#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    List(list::List),
    Add(add::Add),
    Rotate(rotate::Rotate),
    Revoke(revoke::Revoke),
    Check(check::Check),
}

impl SecretCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
            Self::Add(command) => command.run(globals).await,
            Self::Rotate(command) => command.run(globals).await,
            Self::Revoke(command) => command.run(globals).await,
            Self::Check(command) => command.run(globals).await,
        }
    }
}

/// A secret for people, without the secret.
fn fields(view: &SecretView) -> Vec<(&'static str, String)> {
    vec![
        ("Secret ID", view.secret_id.to_string()),
        ("Label", view.label.clone().unwrap_or_default()),
        ("State", view.state.as_str().to_owned()),
        ("Kind", view.kind.to_owned()),
        ("Ends in", format!("…{}", view.last_four)),
        ("Created", view.created_at.to_string()),
        ("Expires", expiry(view)),
    ]
}

fn expiry(view: &SecretView) -> String {
    view.expires_at.map_or("never".to_owned(), |end| end.to_string())
}
