//! `jeton resource create URI`

use std::time::Duration;

use clap::Args;
use jeton_core::admin::NewResource;
use jeton_core::model::{Algorithm, TokenFormat};
use jeton_protocol::ResourceUri;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::input::values;
use crate::input::values::{DeclaredScope, Implication};
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Create a resource: an API or MCP server that accepts tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Tokens have exactly this URI in `aud`, and APIs compare it byte for byte: write it as the API expects \
    it. In requests and other commands, the letter case of scheme and host and the slash of https://HOST/ are \
    ignored.\n\n\
    Example:\n  jeton resource create https://mcp.example.com/mcp/visitor/shttp \\\n    \
    --scope 'read:me=Read what a visitor did' --scope admin \\\n    \
    --implies admin=read:me --token-ttl 1h"
)]
pub(crate) struct Create {
    /// URI of the resource, which is the exact audience of its tokens
    uri: ResourceUri,
    /// Scope of the resource, with an optional description of what it allows; repeatable
    #[arg(long = "scope", value_name = "NAME[=TEXT]", required = true)]
    scopes: Vec<DeclaredScope>,
    /// Scope A includes scope B; repeatable
    #[arg(long, value_name = "A=B")]
    implies: Vec<Implication>,
    /// Display name
    #[arg(long, value_parser = values::label)]
    name: Option<String>,
    /// Token lifetime, 1s to 24h [default: that of the configuration]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    token_ttl: Option<Duration>,
    /// Token format: JWTs, which anyone can check with the published keys, or opaque tokens, only for introspection
    #[arg(long, value_name = "FORMAT", default_value = "jwt", value_parser = values::token_format())]
    token_format: TokenFormat,
    /// Signing algorithm of its JWTs
    #[arg(long, value_name = "ALGORITHM", default_value = "ES256", value_parser = values::algorithm())]
    alg: Algorithm,
    #[command(flatten)]
    output: OutputArgs,
}

impl Create {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open_or_create(globals).await?;
        let scope = |declared: DeclaredScope| (declared.name, declared.text.unwrap_or_default());
        let new = NewResource {
            uri: self.uri,
            name: self.name,
            scopes: self.scopes.into_iter().map(scope).collect(),
            implies: self.implies.into_iter().map(|Implication(scope, implied)| (scope, implied)).collect(),
            token_format: self.token_format,
            algorithm: self.alg,
            token_ttl: self.token_ttl,
        };
        let view = context.administration().create_resource(context.by(), new).await?;
        self.output.show(&view, &super::fields(&view))?;
        audience::say_spelling(&view.uri);
        Ok(())
    }
}
