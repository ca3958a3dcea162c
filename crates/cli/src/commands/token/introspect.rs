//! `jeton token introspect`

use clap::Args;
use jeton_protocol::IntrospectionResponse;

use super::token_and_context;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::print::output;
use crate::print::output::OutputArgs;

/// Introspect a token: print the response for an API with the introspection right (RFC 7662)
#[derive(Debug, Args)]
#[command(
    after_help = "Reads the token from stdin or a hidden prompt; it may be a JWT or opaque. Uses the database directly, \
    so no server needs to run. The output is JSON with either --format.\n\n\
    Example:\n  jeton token issue nightly < nightly.secret | jeton token introspect"
)]
pub(crate) struct Introspect {
    #[command(flatten)]
    _output: OutputArgs,
}

impl Introspect {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (token, context) = token_and_context(globals).await?;
        let inspected = context.administration().inspect_token(context.by(), &token).await?;
        output::json(&match inspected.validity {
            Ok(token) => IntrospectionResponse::Active(Box::new(token)),
            Err(_) => IntrospectionResponse::Inactive,
        })
    }
}
