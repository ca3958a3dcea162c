//! `jeton resource update URI`

use std::time::Duration;

use clap::Args;
use jeton_core::admin::{ResourceUpdate, view::ResourceView};
use jeton_core::model::{Algorithm, Resource, TokenFormat};
use jeton_protocol::{ResourceUri, ScopeName};

use crate::audience;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;
use crate::values::{self, Clearable, DeclaredScope, Implication};

/// Change a resource
#[derive(Debug, Args)]
#[command(
    after_help = "Tokens that are out keep what they have until they expire. The spelling of `aud` stays as it was registered.\n\n\
    Example:\n  jeton resource update https://mcp.example.com/mcp/visitor/shttp \\\n    \
    --scope 'write:me=Change it' --token-ttl none"
)]
pub(crate) struct Update {
    /// Its URI
    uri: ResourceUri,
    /// A scope to add, or to give another text; may be repeated
    #[arg(long = "scope", value_name = "NAME[=TEXT]")]
    scopes: Vec<DeclaredScope>,
    /// A scope to remove, which no account may hold; may be repeated
    #[arg(long = "remove-scope", value_name = "NAME")]
    remove_scopes: Vec<ScopeName>,
    /// From now on the scope A contains the scope B; may be repeated
    #[arg(long, value_name = "A=B")]
    implies: Vec<Implication>,
    /// The scope A no longer contains the scope B; may be repeated
    #[arg(long, value_name = "A=B")]
    remove_implies: Vec<Implication>,
    /// What people call it; an empty name takes it away
    #[arg(long, value_parser = values::label)]
    name: Option<String>,
    /// How long its tokens live, 1s to 24h, or "none" for the configuration's default
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_none)]
    token_ttl: Option<Clearable<Duration>>,
    /// What its tokens are from now on; those that are out stay good
    #[arg(long, value_name = "FORMAT", value_parser = values::token_format())]
    token_format: Option<TokenFormat>,
    /// What its JWTs are signed with, as soon as every verifier can know a key of it
    #[arg(long, value_name = "ALGORITHM", value_parser = values::algorithm())]
    alg: Option<Algorithm>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Update {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let resource = opened.administrator.find_resource(&self.uri).await?;
        let pair = |Implication(scope, implied)| (scope, implied);
        let update = ResourceUpdate {
            name: self.name,
            scopes: self.scopes.into_iter().map(|scope| with_text(scope, &resource)).collect(),
            remove_scopes: self.remove_scopes,
            implies: self.implies.into_iter().map(pair).collect(),
            remove_implies: self.remove_implies.into_iter().map(pair).collect(),
            token_format: self.token_format,
            algorithm: self.alg,
            token_ttl: self.token_ttl.map(|Clearable(ttl)| ttl),
        };
        let view = ResourceView::from(&opened.administrator.update_resource(&self.uri, &update).await?);
        self.output.show(&view, &super::fields(&view))?;
        audience::say_difference(&self.uri, &view.uri);
        Ok(())
    }
}

/// A scope that is named without a text keeps the one it has.
fn with_text(declared: DeclaredScope, resource: &Resource) -> (ScopeName, String) {
    let text = declared.text.or_else(|| resource.scopes.get(&declared.name).map(|facts| facts.text.clone()));
    (declared.name, text.unwrap_or_default())
}
