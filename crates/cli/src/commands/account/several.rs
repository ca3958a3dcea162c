//! Commands that change one account or several.
//!
//! All accounts are found before the first one is changed, so that a mistyped name changes nothing. Must not know what
//! the change is.

use clap::Args;
use jeton_admin::error::AdminError;
use jeton_admin::view::AccountView;
use jeton_protocol::ClientId;
use serde::Serialize;

use crate::failure::Failure;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// The accounts of a command.
#[derive(Debug, Args)]
pub(super) struct AccountsArgs {
    /// Account: client id, TENANT/NAME, or its name if only one account has it; with several, all must exist
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

impl AccountsArgs {
    /// Whether the command line names several accounts. Their output is a list then, even of one account that is named
    /// twice.
    pub(super) fn are_several(&self) -> bool {
        self.ids.len() > 1
    }

    /// The client ids of the accounts, each once.
    pub(super) async fn find(&self, context: &AdminContext) -> Result<Vec<ClientId>, Failure> {
        let mut found = Vec::with_capacity(self.ids.len());
        for reference in &self.ids {
            let id = context.administration().find_account(context.by(), reference).await?.client_id;
            if !found.contains(&id) {
                found.push(id);
            }
        }
        Ok(found)
    }
}

/// Changes one account after the other. The error of one says which were changed before it.
pub(super) async fn change_each<T>(
    ids: &[ClientId],
    change: impl AsyncFn(&ClientId) -> Result<T, AdminError>,
) -> Result<Vec<T>, Failure> {
    let mut changed = Vec::with_capacity(ids.len());
    for id in ids {
        match change(id).await {
            Ok(view) => changed.push(view),
            Err(error) if ids.len() == 1 => return Err(error.into()),
            Err(error) => {
                let (done, open) = ids.split_at(changed.len());
                let note = format!(". Done: {}. Not done: {}", list(done), list(open));
                return Err(Failure::from(error).with_note(&note));
            }
        }
    }
    Ok(changed)
}

/// Prints several accounts, each with the JSON document `view`.
pub(super) fn list_accounts<V: Serialize>(
    output: OutputArgs,
    views: &[V],
    account: impl Fn(&V) -> &AccountView,
) -> Result<(), Failure> {
    output.list(views, &["CLIENT ID", "NAME", "TENANT", "STATE"], |view| {
        let account = account(view);
        vec![
            account.client_id.to_string(),
            account.name.clone(),
            account.tenant.to_string(),
            super::state(account).to_owned(),
        ]
    })
}

fn list(ids: &[ClientId]) -> String {
    if ids.is_empty() {
        return "none".to_owned();
    }
    ids.iter().map(ClientId::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use jeton_admin::error::NotFound;

    use super::*;

    fn ids(names: &[&str]) -> Vec<ClientId> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    /// The result of changing these accounts if the change of the account `broken` fails.
    async fn change(names: &[&str]) -> Result<Vec<String>, (u8, String)> {
        let change = async |id: &ClientId| match id.as_str() {
            "broken" => Err(NotFound::DeletedAccount(id.clone()).into()),
            name => Ok(name.to_owned()),
        };
        let result = change_each(&ids(names), change).await;
        result.map_err(|failure| (failure.exit_code(), failure.to_string()))
    }

    #[tokio::test]
    async fn a_failure_in_the_middle_says_which_accounts_were_changed() {
        assert_eq!(change(&["a", "b"]).await, Ok(vec!["a".to_owned(), "b".to_owned()]));
        for (names, text) in [
            (vec!["broken"], "the account broken was deleted"),
            (vec!["broken", "a"], "the account broken was deleted. Done: none. Not done: broken, a"),
            (
                vec!["a", "b", "broken", "c"],
                "the account broken was deleted. Done: a, b. Not done: broken, c",
            ),
        ] {
            assert_eq!(change(&names).await, Err((3, text.to_owned())));
        }
    }
}
