//! Whose is a string that was found where it should not be?

use jeton_protocol::{PresentedSecret, SecretShape};

use super::{AdminError, Administrator};
use crate::master_key::MasterKey;
use crate::model::{Account, Credential};

/// What a leaked string is. None of them holds the string.
#[derive(Debug)]
pub enum Leak {
    /// Nothing that Jeton makes. It may be a secret that was brought along, which cannot be looked up.
    Foreign,
    /// It has the form of an access token, of this server or of another.
    AccessToken,
    /// It has the form of a master key.
    MasterKey {
        /// It is the one that this region's keys are sealed with.
        in_use: bool,
    },
    /// It begins like a secret, but its length, alphabet or checksum is wrong: no such secret exists.
    Broken,
    /// A secret that is not in this region: it is another region's or another store's, or its account was deleted.
    Unknown,
    /// A secret of an account of this region, live or not.
    Known(Box<(Account, Credential)>),
}

impl Administrator {
    /// What `leaked` is, by its form and at most one query.
    ///
    /// # Errors
    /// [`AdminError::Store`] when the store does not answer.
    pub async fn check_leak(&self, leaked: &PresentedSecret) -> Result<Leak, AdminError> {
        match leaked.shape() {
            SecretShape::Broken => return Ok(Leak::Broken),
            SecretShape::Other => return self.other_leak(leaked.expose()).await,
            SecretShape::Generated => {}
        }
        let lookup = self.indexer.presented_lookup(leaked);
        let Some(account) = self.store.find_account_by_lookup(&lookup).await? else {
            return Ok(Leak::Unknown);
        };
        let credential = account.generated_credential(&lookup).cloned();
        Ok(credential.map_or(Leak::Unknown, |credential| Leak::Known(Box::new((account, credential)))))
    }

    async fn other_leak(&self, text: &str) -> Result<Leak, AdminError> {
        if text.starts_with("jtnmk_") {
            let check = MasterKey::parse(text).ok().map(|key| key.check_value().to_vec());
            let in_use = check.is_some() && check == self.store.find_master_key_check().await?;
            return Ok(Leak::MasterKey { in_use });
        }
        // A JSON object that begins with `{"` begins with `eyJ` in base64url.
        let is_jwt = text.starts_with("eyJ") && text.split('.').count() == 3;
        Ok(if is_jwt || text.starts_with("jtnat_") { Leak::AccessToken } else { Leak::Foreign })
    }
}
