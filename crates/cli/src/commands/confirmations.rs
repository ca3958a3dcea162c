//! Waits for the running servers to apply a change, and reports which have.
//!
//! The exit code never depends on it, because the change is already stored.

use jeton_admin::view::{ConfirmationState, NodeConfirmation};
use serde::Serialize;

use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::Format;

/// The state of a change on each running server; `None` if the table of servers could not be read.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Confirmations(Option<Vec<NodeConfirmation>>);

impl Confirmations {
    /// Waits for the servers of the region.
    pub(crate) async fn of_region(context: &AdminContext) -> Self {
        Self::from(context.administration().confirm_in_region(context.by()).await)
    }

    /// Waits for the servers of every region, for a change that all regions share.
    pub(crate) async fn of_all_regions(context: &AdminContext) -> Self {
        Self::from(context.administration().confirm_in_all_regions(context.by()).await)
    }

    /// Whether servers report, and every one of them that may be serving has applied the change.
    pub(crate) fn is_complete(&self) -> bool {
        self.0.as_ref().is_some_and(|nodes| !nodes.is_empty() && nodes.iter().all(is_confirmed))
    }

    /// `view` with the additional member `nodes`.
    pub(crate) fn with<'a, V>(&'a self, view: &'a V) -> WithNodes<'a, V> {
        WithNodes { view, nodes: self }
    }

    /// Prints the sentence below a table; JSON output has the member `nodes` instead.
    pub(crate) fn say(&self, format: Format) {
        if format == Format::Table {
            output::say(&self.sentence());
        }
    }

    /// The confirmations in words.
    pub(crate) fn sentence(&self) -> String {
        let Some(nodes) = &self.0 else {
            return "The change is stored. It is unknown which servers have applied it: the table of servers could not \
                    be read."
                .to_owned();
        };
        let (confirmed, others): (Vec<_>, Vec<_>) = nodes.iter().partition(|node| is_confirmed(node));
        match (confirmed.is_empty(), others.is_empty()) {
            (true, true) => {
                "The change is stored. No running server reports to this database, so none has confirmed it."
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

impl<E> From<Result<Vec<NodeConfirmation>, E>> for Confirmations {
    fn from(asked: Result<Vec<NodeConfirmation>, E>) -> Self {
        Self(asked.ok())
    }
}

/// The JSON output of a command, with the state of its change on each server.
#[derive(Debug, Serialize)]
pub(crate) struct WithNodes<'a, V> {
    #[serde(flatten)]
    view: &'a V,
    nodes: &'a Confirmations,
}

impl<V> WithNodes<'_, V> {
    /// What was changed.
    pub(crate) fn view(&self) -> &V {
        self.view
    }
}

fn is_confirmed(node: &NodeConfirmation) -> bool {
    node.state == ConfirmationState::Confirmed
}

fn list(nodes: &[&NodeConfirmation]) -> String {
    let names: Vec<String> = nodes.iter().map(|node| format!("{} ({})", node.node, node.region)).collect();
    names.join(", ")
}

const STORED: &str = "The change is stored; a server applies it as soon as it can read the database. `jeton node list` \
                      shows what each server has applied.";
