//! Single tokens.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::TokenAdministration;
use jeton_admin::error::AdminError;
use jeton_admin::request::SimulatedRequest;
use jeton_admin::view::{InspectedToken, RevokedToken, Simulation};
use jeton_protocol::PresentedToken;

use super::StoreAdministration;
use crate::refusal::SecretCheck;

#[async_trait]
impl TokenAdministration for StoreAdministration {
    async fn inspect_token(
        &self,
        by: &Authority,
        token: &PresentedToken,
    ) -> Result<InspectedToken, AdminError> {
        self.administrator(by).inspect_token(&self.settings, token.expose()).await
    }

    async fn simulate_request(
        &self,
        by: &Authority,
        reference: &str,
        request: &SimulatedRequest,
    ) -> Result<Simulation, AdminError> {
        let administrator = self.administrator(by);
        let (account, outcome) = administrator.simulate(&self.settings, reference, request).await?;
        let now = administrator.now();
        let has_active_secret = account.active_credentials(now).next().is_some();
        let secret = if request.secret.is_some() { SecretCheck::Passed } else { SecretCheck::Skipped };
        let explain = |refusal| self.explainer.explain_refusal(&refusal, &account.client_id, secret, now);
        let outcome = outcome.map_err(explain);
        Ok(Simulation { client_id: account.client_id, has_active_secret, outcome })
    }

    async fn revoke_token(&self, by: &Authority, token: &PresentedToken) -> Result<RevokedToken, AdminError> {
        self.administrator(by).revoke_token(&self.settings, token.expose()).await
    }
}
