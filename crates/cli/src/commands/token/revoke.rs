//! `jeton token revoke`

use clap::Args;
use jeton_admin::error::{AdminError, InvalidRequest};
use jeton_admin::view::{RevokedToken, TokenFault};
use serde_json::json;

use super::token_and_context;
use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
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
        let (token, context) = token_and_context(globals).await?;
        let done = match context.administration().revoke_token(context.by(), &token).await {
            // Not a wrong command line: whether a text is a token is the question of this command.
            Err(AdminError::Invalid(error @ InvalidRequest::NotAToken(_))) => {
                return Err(Failure::Failed(error.to_string()));
            }
            done => done?,
        };
        let nodes = Confirmations::of_region(&context).await;
        match self.output.format {
            Format::Json => output::json(&json!({
                "token_id": done.token_id,
                "client_id": done.client_id,
                "expires_at": done.expires_at,
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
    let (owner, end) = (&done.client_id, done.expires_at);
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
