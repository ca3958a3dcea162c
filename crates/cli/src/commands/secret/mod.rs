//! `jeton secret …`: the secrets of an account.

mod add;
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
}

impl SecretCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
            Self::Add(command) => command.run(globals).await,
            Self::Rotate(command) => command.run(globals).await,
            Self::Revoke(command) => command.run(globals).await,
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
        ("Ends in", ending(view)),
        ("Created", view.created_at.to_string()),
        ("Expires", expiry(view)),
    ]
}

/// The last characters, where they may be told.
fn ending(view: &SecretView) -> String {
    if view.last_four.is_empty() { "not known".to_owned() } else { format!("…{}", view.last_four) }
}

fn expiry(view: &SecretView) -> String {
    view.expires_at.map_or("never".to_owned(), |end| end.to_string())
}
