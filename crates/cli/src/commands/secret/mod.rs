//! `jeton secret …`: the secrets of an account.

mod add;
mod check;
mod expiring;
mod finding;
mod finish;
mod list;
mod new_secret;
mod revoke;
mod rotate;
mod unused;

use clap::Subcommand;
use jeton_admin::view::SecretView;
use jeton_core::model::{CredentialState, Timestamp};
use jeton_protocol::ScopeName;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::print::output::OutputArgs;

pub(crate) use new_secret::NewSecretArgs;

/// Manage the secrets of an account; at most two are active at a time
#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    List(list::List),
    Add(add::Add),
    Rotate(rotate::Rotate),
    Finish(finish::Finish),
    Revoke(revoke::Revoke),
    Expiring(expiring::Expiring),
    Unused(unused::Unused),
    Check(check::Check),
}

impl SecretCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(globals).await,
            Self::Add(command) => command.run(globals).await,
            Self::Rotate(command) => command.run(globals).await,
            Self::Finish(command) => command.run(globals).await,
            Self::Revoke(command) => command.run(globals).await,
            Self::Expiring(command) => command.run(globals).await,
            Self::Unused(command) => command.run(globals).await,
            Self::Check(command) => command.run(globals).await,
        }
    }
}

/// Prints a list of secrets, never the secrets themselves.
fn print_list(output: OutputArgs, views: &[SecretView]) -> Result<(), Failure> {
    let header = [
        "SECRET ID",
        "LABEL",
        "STATE",
        "KIND",
        "LAST 4",
        "CREATED",
        "EXPIRES",
        "LAST USED",
        "FROM",
        "LIMITS",
    ];
    output.list(views, &header, |view| {
        vec![
            view.secret_id.to_string(),
            view.label.clone().unwrap_or_default(),
            state(view.state).to_owned(),
            view.kind.to_owned(),
            view.last_four.clone(),
            view.created_at.to_string(),
            moment(view.expires_at),
            moment(view.last_used_at),
            from(view),
            limits(view),
        ]
    })
}

/// A secret as fields of a table, never the secret itself.
fn fields(view: &SecretView) -> Vec<(&'static str, String)> {
    vec![
        ("Secret ID", view.secret_id.to_string()),
        ("Label", view.label.clone().unwrap_or_default()),
        ("State", state(view.state).to_owned()),
        ("Kind", view.kind.to_owned()),
        ("Last 4", last_four(view)),
        ("Created", view.created_at.to_string()),
        ("Expires", moment(view.expires_at)),
        ("Last used", [moment(view.last_used_at), from(view)].join(" ").trim_end().to_owned()),
        ("Limits", limits(view)),
    ]
}

/// The state in tables; JSON says `live` for `active`.
fn state(state: CredentialState) -> &'static str {
    match state {
        CredentialState::Active => "active",
        CredentialState::Expired | CredentialState::Revoked => state.as_str(),
    }
}

/// The last four characters, if they may be shown.
fn last_four(view: &SecretView) -> String {
    if view.last_four.is_empty() { "unknown".to_owned() } else { format!("…{}", view.last_four) }
}

/// A secret on one line, for `account show`.
pub(super) fn line(view: &SecretView) -> String {
    let label = view.label.as_ref().map(|label| format!(" {label:?}")).unwrap_or_default();
    let used = match view.last_used_from {
        Some(from) => format!("last used {} from {}", moment(view.last_used_at), from.in_words()),
        None => "never used".to_owned(),
    };
    let expires = format!("expires {}", moment(view.expires_at));
    let mut parts = vec![format!("{} …{}{label}", view.secret_id, view.last_four), used, expires];
    parts.extend(Some(limits(view)).filter(|limits| !limits.is_empty()));
    parts.join(", ")
}

fn moment(moment: Option<Timestamp>) -> String {
    moment.map_or("never".to_owned(), |moment| moment.to_string())
}

fn from(view: &SecretView) -> String {
    view.last_used_from.map(|from| from.to_string()).unwrap_or_default()
}

/// The restrictions of the secret compared with its account; empty if it has none.
fn limits(view: &SecretView) -> String {
    let names = view.scopes.iter().flatten().map(ScopeName::as_str).collect::<Vec<_>>().join(" ");
    let scopes = Some(names).filter(|names| !names.is_empty()).map(|names| format!("only {names}"));
    let networks = Some(view.allow_cidr.join(" ")).filter(|networks| !networks.is_empty());
    let networks = networks.map(|networks| format!("only from {networks}"));
    scopes.into_iter().chain(networks).collect::<Vec<_>>().join(", ")
}
