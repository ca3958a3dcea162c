//! `jeton token introspect`

use clap::Args;
use jeton_protocol::IntrospectionResponse;

use super::unavailable;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::secret_input;
use crate::open::{authorization_server, configuration};
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
        let config = configuration(globals)?.config;
        let token = secret_input::read("token")?;
        let server = authorization_server(&config).await?;
        let judged = server.introspect_as_administrator(&token).await.map_err(unavailable)?;
        output::json(&match judged {
            Ok(token) => IntrospectionResponse::Active(Box::new(token)),
            Err(_) => IntrospectionResponse::Inactive,
        })
    }
}
