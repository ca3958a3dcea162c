//! Identifies a leaked string: what it is and which account it belongs to.

use jeton_admin::view::{Leak, LeakedSecret};
use jeton_protocol::{PresentedSecret, SecretShape};

use crate::admin::{AdminError, Administrator};
use crate::keys::master_key::MasterKey;

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
        let Some(secret) = account.generated_credential(&lookup) else { return Ok(Leak::Unknown) };
        let secret = secret.view(self.now());
        Ok(Leak::Known(Box::new(LeakedSecret { account: self.view(&account), secret })))
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
