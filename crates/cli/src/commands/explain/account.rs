//! Resolves an account reference to the client id, by which nodes record refusals.
//!
//! Must also work during an outage and on a machine without the database: if the account cannot be looked up, its
//! reference is used as a client id.

use jeton_protocol::ClientId;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;

/// A client id, and the error if no account with it was found.
pub(super) struct AccountReference {
    pub(super) client_id: String,
    lookup_failure: Option<Failure>,
}

impl AccountReference {
    /// Looks up a name in the database. A generated client id needs no lookup, and its account may be deleted.
    pub(super) async fn find(reference: &str, globals: &Globals) -> Result<Self, Failure> {
        let id = reference.parse::<ClientId>().ok();
        if id.as_ref().is_some_and(|id| id.region_tag().is_some()) {
            return Ok(Self { client_id: reference.to_owned(), lookup_failure: None });
        }
        match (look_up(reference, globals).await, id) {
            (Ok(client_id), _) => Ok(Self { client_id, lookup_failure: None }),
            (Err(failure @ Failure::Conflict(_)), _) | (Err(failure), None) => Err(failure),
            (Err(failure), Some(_)) => {
                Ok(Self { client_id: reference.to_owned(), lookup_failure: Some(failure) })
            }
        }
    }

    /// Fails if the account may not exist: an empty list would be misleading then.
    pub(super) fn ensure_known(self) -> Result<(), Failure> {
        self.lookup_failure.map_or(Ok(()), Err)
    }
}

async fn look_up(reference: &str, globals: &Globals) -> Result<String, Failure> {
    let context = AdminContext::open(globals).await?;
    Ok(context.administration().find_account(context.by(), reference).await?.client_id.to_string())
}
