//! Which running servers have applied a change: waits for them, and says it for people and for programs.
//!
//! The exit code never depends on it, because the change is stored.

use jeton_core::store::StoreError;
use jeton_core::{ConfirmationState, NodeConfirmation};
use serde::Serialize;

use crate::open::Opened;
use crate::output::{self, Format};

/// What the running servers say of a change; none where the table of servers could not be read.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Confirmations(Option<Vec<NodeConfirmation>>);

impl Confirmations {
    /// Waits for the servers of the region.
    pub(crate) async fn of_region(opened: &Opened) -> Self {
        Self::from(opened.administrator.confirm_in_region().await)
    }

    /// Waits for the servers of every region, for a change of what the regions share.
    pub(crate) async fn of_all_regions(opened: &Opened) -> Self {
        Self::from(opened.administrator.confirm_in_all_regions().await)
    }

    /// Whether no running server is left that has not applied the change.
    pub(crate) fn is_complete(&self) -> bool {
        self.0.as_ref().is_some_and(|nodes| nodes.iter().all(is_confirmed))
    }

    /// `view` with the member `nodes`.
    pub(crate) fn with<'a, V>(&'a self, view: &'a V) -> WithNodes<'a, V> {
        WithNodes { view, nodes: self }
    }

    /// Says it below a table; JSON has it as a member.
    pub(crate) fn say(&self, format: Format) {
        if format == Format::Table {
            output::say(&self.sentence());
        }
    }

    /// For people.
    pub(crate) fn sentence(&self) -> String {
        let Some(nodes) = &self.0 else {
            return "The change is stored. Which servers have applied it is unknown: the table of servers could not be \
                    read."
                .to_owned();
        };
        let (confirmed, others): (Vec<_>, Vec<_>) = nodes.iter().partition(|node| is_confirmed(node));
        match (confirmed.is_empty(), others.is_empty()) {
            (true, true) => {
                "No running server reports to this database, so none confirmed the change. The change is stored."
                    .to_owned()
            }
            (false, true) => format!("Confirmed by every running server: {}.", list(&confirmed)),
            (true, false) => {
                format!("Not confirmed within 2 seconds by {}. {STORED}", list(&others))
            }
            (false, false) => format!(
                "Not confirmed within 2 seconds by {}. Confirmed by {}. {STORED}",
                list(&others),
                list(&confirmed)
            ),
        }
    }
}

impl From<Result<Vec<NodeConfirmation>, StoreError>> for Confirmations {
    fn from(asked: Result<Vec<NodeConfirmation>, StoreError>) -> Self {
        Self(asked.ok())
    }
}

/// What a command prints as JSON, with the servers that have applied its change.
#[derive(Debug, Serialize)]
pub(crate) struct WithNodes<'a, V> {
    #[serde(flatten)]
    view: &'a V,
    nodes: &'a Confirmations,
}

fn is_confirmed(node: &NodeConfirmation) -> bool {
    node.state == ConfirmationState::Confirmed
}

fn list(nodes: &[&NodeConfirmation]) -> String {
    let names: Vec<String> = nodes.iter().map(|node| format!("{} ({})", node.node, node.region)).collect();
    names.join(", ")
}

const STORED: &str = "The change is stored; a server applies it when it can read the database. `jeton node list` shows \
                      what each server has applied.";
