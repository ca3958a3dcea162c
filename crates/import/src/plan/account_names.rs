//! Chooses the names of accounts: none may be the id of another account or row.

use std::collections::HashSet;

use jeton_admin::error::{AdminError, AlreadyExists};
use jeton_admin::value::{AccountName, TenantName};
use jeton_admin::{Administration, Authority};
use jeton_protocol::ClientId;

use super::note::{NameRefusal, Note};
use crate::row::Client;

/// The names that the planned accounts get.
#[derive(Debug)]
pub(super) struct AccountNames {
    tenant: TenantName,
    /// The ids of all rows, including later ones: none of them may become an account's name.
    ids: HashSet<ClientId>,
    chosen: HashSet<AccountName>,
}

impl AccountNames {
    /// Names of accounts of `tenant`.
    pub(super) fn new(tenant: TenantName) -> Self {
        Self { tenant, ids: HashSet::new(), chosen: HashSet::new() }
    }

    /// Adds ids of rows.
    pub(super) fn register_ids(&mut self, ids: impl Iterator<Item = ClientId>) {
        self.ids.extend(ids);
    }

    /// Its name in Hydra if no other account has that name, otherwise its id. `None` if both are taken.
    pub(super) async fn choose(
        &mut self,
        (administration, by): (&dyn Administration, &Authority),
        client: &Client,
        notes: &mut Vec<Note>,
    ) -> Result<Option<AccountName>, AdminError> {
        for name in client.name.clone().into_iter().chain(client.id.as_str().parse().ok()) {
            let is_other_id = |id: ClientId| id != client.id && self.ids.contains(&id);
            if name.as_str().parse::<ClientId>().is_ok_and(is_other_id) {
                notes.push(Note::RefusedName(NameRefusal::IdOfAnotherRow));
                continue;
            }
            match administration.check_new_name(by, &self.tenant, &name, &client.id).await {
                Ok(()) if self.chosen.insert(name.clone()) => return Ok(Some(name)),
                Ok(()) | Err(AdminError::AlreadyExists(AlreadyExists::AccountName { .. })) => {}
                Err(error) if error.is_refusal() => {
                    notes.push(Note::RefusedName(NameRefusal::Refused(error)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}
