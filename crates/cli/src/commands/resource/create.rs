//! `jeton resource create URI`

use std::time::Duration;

use clap::Args;
use jeton_core::admin::{NewResource, view::ResourceView};
use jeton_core::model::{Algorithm, TokenFormat};
use jeton_protocol::ResourceUri;

use crate::audience;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;
use crate::values::{self, DeclaredScope, Implication};

/// Make a resource: an API or MCP server that tokens are for
#[derive(Debug, Args)]
#[command(
    after_help = "Tokens have the URI in `aud` exactly as it is written here, and APIs compare it byte for byte: write it as\n\
    the API has it. In requests and other commands the letter case of scheme and host and the slash of\n\
    https://HOST/ do not count.\n\n\
    Example:\n  jeton resource create https://mcp.example.com/mcp/visitor/shttp \\\n    \
    --scope 'read:me=Read what a visitor did' --scope admin \\\n    \
    --implies admin=read:me --token-ttl 1h"
)]
pub(crate) struct Create {
    /// Its URI, which is the audience of its tokens, spelled exactly so
    uri: ResourceUri,
    /// A scope it understands, with what it allows in words; may be repeated
    #[arg(long = "scope", value_name = "NAME[=TEXT]", required = true)]
    scopes: Vec<DeclaredScope>,
    /// The scope A contains the scope B; may be repeated
    #[arg(long, value_name = "A=B")]
    implies: Vec<Implication>,
    /// What people call it
    #[arg(long, value_parser = values::label)]
    name: Option<String>,
    /// How long its tokens live, 1s to 24h [default: the configuration's]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    token_ttl: Option<Duration>,
    /// What its tokens are: JWTs that anybody checks by the published keys, or opaque, for introspection only
    #[arg(long, value_name = "FORMAT", default_value = "jwt", value_parser = values::token_format())]
    token_format: TokenFormat,
    /// What its JWTs are signed with
    #[arg(long, value_name = "ALGORITHM", default_value = "ES256", value_parser = values::algorithm())]
    alg: Algorithm,
    #[command(flatten)]
    output: OutputArgs,
}

impl Create {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open_or_make(globals).await?;
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
        let view = ResourceView::from(&opened.administrator.create_resource(new).await?);
        self.output.show(&view, &super::fields(&view))?;
        audience::say_spelling(&view.uri);
        Ok(())
    }
}
