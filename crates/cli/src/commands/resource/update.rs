//! `jeton resource update URI`

use std::time::Duration;

use clap::Args;
use jeton_admin::view::ResourceView;
use jeton_core::admin::{Change, ResourceUpdate};
use jeton_core::model::{Algorithm, TokenFormat};
use jeton_protocol::{ResourceUri, ScopeName};

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::input::values;
use crate::input::values::{Clearable, DeclaredScope, Implication};
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Change the settings and scopes of a resource
#[derive(Debug, Args)]
#[command(
    after_help = "Issued tokens stay unchanged until they expire. The spelling of `aud` stays as it was registered.\n\n\
    Example:\n  jeton resource update https://mcp.example.com/mcp/visitor/shttp \\\n    \
    --scope 'write:me=Change it' --token-ttl none"
)]
pub(crate) struct Update {
    /// URI of the resource
    uri: ResourceUri,
    /// Scope to add, or whose description to change; repeatable
    #[arg(long = "scope", value_name = "NAME[=TEXT]")]
    scopes: Vec<DeclaredScope>,
    /// Scope to remove; no account may hold it; repeatable
    #[arg(long = "remove-scope", value_name = "NAME")]
    remove_scopes: Vec<ScopeName>,
    /// Make scope A include scope B; repeatable
    #[arg(long, value_name = "A=B")]
    implies: Vec<Implication>,
    /// Make scope A no longer include scope B; repeatable
    #[arg(long, value_name = "A=B")]
    remove_implies: Vec<Implication>,
    /// Display name; an empty text removes it
    #[arg(long, value_parser = values::label)]
    name: Option<String>,
    /// Token lifetime, 1s to 24h, or "none" for that of the configuration
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_none)]
    token_ttl: Option<Clearable<Duration>>,
    /// Format of new tokens; issued tokens stay valid
    #[arg(long, value_name = "FORMAT", value_parser = values::token_format())]
    token_format: Option<TokenFormat>,
    /// Signing algorithm of its JWTs; used as soon as every verifier can have a key for it
    #[arg(long, value_name = "ALGORITHM", value_parser = values::algorithm())]
    alg: Option<Algorithm>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Update {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let resource = context.administration().find_resource(context.by(), &self.uri).await?;
        let pair = |Implication(scope, implied)| (scope, implied);
        let update = ResourceUpdate {
            name: self.name.map_or(Change::Keep, |name| Some(name).filter(|name| !name.is_empty()).into()),
            scopes: self.scopes.into_iter().map(|scope| with_text(scope, &resource)).collect(),
            remove_scopes: self.remove_scopes,
            implies: self.implies.into_iter().map(pair).collect(),
            remove_implies: self.remove_implies.into_iter().map(pair).collect(),
            token_format: self.token_format,
            algorithm: self.alg,
            token_ttl: values::change(self.token_ttl),
        };
        let view = context.administration().update_resource(context.by(), &self.uri, &update).await?;
        self.output.show(&view, &super::fields(&view))?;
        audience::say_difference(&self.uri, &view.uri);
        Ok(())
    }
}

/// A scope without a description keeps its current one.
fn with_text(declared: DeclaredScope, resource: &ResourceView) -> (ScopeName, String) {
    let current = resource.scopes.iter().find(|scope| scope.name == declared.name);
    let text = declared.text.or_else(|| current.map(|scope| scope.text.clone()));
    (declared.name, text.unwrap_or_default())
}
