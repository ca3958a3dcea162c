//! `jeton resource …`: the protected APIs and MCP servers, and their scopes.

mod create;
mod delete;
mod list;
mod show;
mod update;

use clap::Subcommand;
use jeton_admin::view::{ResourceView, ScopeView};

use jeton_protocol::ScopeName;

use crate::failure::Failure;
use crate::globals::Globals;

/// Manage protected APIs and MCP servers, and their scopes
#[derive(Debug, Subcommand)]
pub(crate) enum ResourceCommand {
    Create(create::Create),
    List(list::List),
    Show(show::Show),
    Update(update::Update),
    Delete(delete::Delete),
}

impl ResourceCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(globals).await,
            Self::List(command) => command.run(globals).await,
            Self::Show(command) => command.run(globals).await,
            Self::Update(command) => command.run(globals).await,
            Self::Delete(command) => command.run(globals).await,
        }
    }
}

/// A resource as fields of a table.
fn fields(view: &ResourceView) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("URI", view.uri.to_string()),
        ("Name", view.name.clone().unwrap_or_default()),
        ("Token format", view.token_format.as_str().to_owned()),
        ("Algorithm", view.algorithm.to_string()),
        ("Token lifetime", lifetime(view.token_ttl)),
        ("Created", view.created_at.to_string()),
    ];
    fields.extend(view.scopes.iter().map(|scope| ("Scope", described(scope))));
    fields
}

fn described(scope: &ScopeView) -> String {
    let contained: Vec<&str> = scope.implies.iter().map(ScopeName::as_str).collect();
    let implies =
        if contained.is_empty() { String::new() } else { format!(" (implies {})", contained.join(", ")) };
    let text = if scope.text.is_empty() { String::new() } else { format!("  {}", scope.text) };
    format!("{}{implies}{text}", scope.name)
}

/// A lifetime in seconds, in human-readable form.
pub(super) fn lifetime(seconds: Option<u64>) -> String {
    seconds.map_or_else(
        || "the default".to_owned(),
        |seconds| humantime::format_duration(std::time::Duration::from_secs(seconds)).to_string(),
    )
}
