//! Single tokens.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::TokenAdministration;
use jeton_admin::error::AdminError;
use jeton_admin::view::{InspectedToken, RevokedToken};
use jeton_protocol::PresentedToken;

use super::StoreAdministration;

#[async_trait]
impl TokenAdministration for StoreAdministration {
    async fn inspect_token(
        &self,
        by: &Authority,
        token: &PresentedToken,
    ) -> Result<InspectedToken, AdminError> {
        self.administrator(by).inspect_token(&self.settings, token.expose()).await
    }

    async fn revoke_token(&self, by: &Authority, token: &PresentedToken) -> Result<RevokedToken, AdminError> {
        self.administrator(by).revoke_token(&self.settings, token.expose()).await
    }
}
