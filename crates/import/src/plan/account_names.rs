//! Chooses the names of accounts: none may be the id of another account or row.

use std::collections::HashSet;

use jeton_admin::error::AdminError;
use jeton_admin::value::{AccountName, TenantName};
use jeton_core::admin::Administrator;
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
        administrator: &Administrator,
        client: &Client,
        notes: &mut Vec<Note>,
    ) -> Result<Option<AccountName>, AdminError> {
        for name in client.name.clone().into_iter().chain(client.id.as_str().parse().ok()) {
            if let Some(refusal) = self.refusal(administrator, &name, client).await? {
                notes.push(Note::RefusedName(refusal));
                continue;
            }
            let taken = administrator.is_name_taken(&self.tenant, &name).await?;
            if !taken && self.chosen.insert(name.clone()) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Why the name conflicts with an existing id or with the id of another row, if it does.
    async fn refusal(
        &self,
        administrator: &Administrator,
        name: &AccountName,
        client: &Client,
    ) -> Result<Option<NameRefusal>, AdminError> {
        let is_other_id = |id: ClientId| id != client.id && self.ids.contains(&id);
        if name.as_str().parse::<ClientId>().is_ok_and(is_other_id) {
            return Ok(Some(NameRefusal::IdOfAnotherRow));
        }
        match administrator.check_new_name(name, &client.id).await {
            Ok(()) => Ok(None),
            Err(error) if error.is_refusal() => Ok(Some(NameRefusal::Refused(error))),
            Err(error) => Err(error),
        }
    }
}
