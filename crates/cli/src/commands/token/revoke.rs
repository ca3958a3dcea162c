//! `jeton token revoke`

use clap::Args;
use jeton_core::{RevokedToken, TokenFault};
use serde_json::json;

use super::unavailable;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::actor::actor;
use crate::input::secret_input;
use crate::open::{authorization_server, configuration};
use crate::print::nodes::Confirmations;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke one token of any account
#[derive(Debug, Args)]
#[command(
    after_help = "The token comes from stdin or a hidden prompt. It is revoked in the database, with the server \
    running or not. Introspection calls it inactive; an API that checks tokens by itself \
    takes it until it expires. Waits at most 2 seconds until every running server has applied it, and says which have.\n\n\
    Example:\n  jeton token revoke < leaked.token"
)]
pub(crate) struct Revoke {
    #[command(flatten)]
    output: OutputArgs,
}

impl Revoke {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let config = configuration(globals)?.config;
        let token = secret_input::read("token")?;
        let server = authorization_server(&config).await?;
        let done = server.revoke_as_administrator(&token, actor()).await.map_err(unavailable)?;
        let done = done.map_err(|fault| Failure::Failed(format!("nothing was revoked: {fault}")))?;
        let nodes = Confirmations::from(server.node().confirm_in_region().await);
        match self.output.format {
            Format::Json => output::json(&json!({
                "token_id": done.revocation.token,
                "client_id": done.revocation.client_id,
                "expires_at": done.revocation.expires_at,
                "revoked": done.already_inactive.is_none(),
                "reason": done.already_inactive.map(|fault| fault.to_string()),
                "nodes": nodes,
            })),
            Format::Table => {
                output::say(&sentence(&done, &nodes));
                Ok(())
            }
        }
    }
}

fn sentence(done: &RevokedToken, nodes: &Confirmations) -> String {
    let (owner, end) = (&done.revocation.client_id, done.revocation.expires_at);
    match &done.already_inactive {
        None => format!(
            "The token of {owner} is revoked: inactive at introspection. {} An API that checks tokens by itself \
             accepts it until it expires at {end}.",
            nodes.sentence()
        ),
        Some(fault @ TokenFault::Expired(_)) => {
            format!("The token of {owner} was already inactive: {fault}. Nothing was changed.")
        }
        // An earlier change made it inactive; whether the servers have applied that one is what counts now.
        Some(fault) => format!(
            "The token of {owner} was already inactive: {fault}. Nothing was changed now. {}",
            nodes.sentence()
        ),
    }
}
