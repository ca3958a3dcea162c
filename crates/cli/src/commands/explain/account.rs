//! From what an operator calls an account to the client id that nodes know it by.
//!
//! Refusals must be explained during an outage too, and on a machine without the database: where the account cannot be
//! looked up, its text is taken for a client id.

use jeton_protocol::ClientId;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;

/// A client id, and why no account of it was found if none was.
pub(super) struct Wanted {
    pub(super) client_id: String,
    doubt: Option<Failure>,
}

impl Wanted {
    /// Looks up a name in the database; an id of our own form needs no look: it may be of a deleted account.
    pub(super) async fn find(reference: &str, globals: &Globals) -> Result<Self, Failure> {
        let id = reference.parse::<ClientId>().ok();
        if id.as_ref().is_some_and(|id| id.region_tag().is_some()) {
            return Ok(Self { client_id: reference.to_owned(), doubt: None });
        }
        match (look_up(reference, globals).await, id) {
            (Ok(client_id), _) => Ok(Self { client_id, doubt: None }),
            (Err(several @ Failure::Conflict(_)), _) | (Err(several), None) => Err(several),
            (Err(doubt), Some(_)) => Ok(Self { client_id: reference.to_owned(), doubt: Some(doubt) }),
        }
    }

    /// Fails where there may be no such account: then an empty list would mislead.
    pub(super) fn ensure_known(self) -> Result<(), Failure> {
        self.doubt.map_or(Ok(()), Err)
    }
}

async fn look_up(reference: &str, globals: &Globals) -> Result<String, Failure> {
    let opened = Opened::open(globals).await?;
    Ok(opened.administrator.find_account(reference).await?.client_id.to_string())
}
