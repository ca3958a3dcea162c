//! Identifies a leaked string: what it is and which account it belongs to.

use jeton_protocol::{PresentedSecret, SecretShape};

use super::{AdminError, Administrator};
use crate::keys::master_key::MasterKey;
use crate::model::{Account, Credential};

/// What a leaked string is. No variant contains the string itself.
#[derive(Debug)]
pub enum Leak {
    /// It has no form that Jeton generates. It may be an imported secret, which cannot be looked up.
    Foreign,
    /// It has the form of an access token, of this server or another one.
    AccessToken,
    /// It has the form of a master key.
    MasterKey {
        /// Whether this region's keys are encrypted with it.
        in_use: bool,
    },
    /// It starts like a generated secret, but its length, alphabet or checksum is wrong. No such secret exists.
    Broken,
    /// A secret that is not in this region. It belongs to another region or store, or its account was deleted.
    Unknown,
    /// A secret of an account of this region, active or not.
    Known(Box<(Account, Credential)>),
}

impl Administrator {
    /// Identifies `leaked` by its form and at most one query.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
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
        // `{"` at the start of a JSON object is `eyJ` in base64url.
        let is_jwt = text.starts_with("eyJ") && text.split('.').count() == 3;
        Ok(if is_jwt || text.starts_with("jtnat_") { Leak::AccessToken } else { Leak::Foreign })
    }
}
