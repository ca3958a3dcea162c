//! `jeton token simulate ID`

use clap::Args;
use jeton_admin::request::SimulatedRequest;
use jeton_admin::value::{CallerAddress, CredentialId};
use jeton_admin::view::Simulation;
use jeton_protocol::AccessTokenClaims;
use serde::Serialize;
use serde_json::{Map, Value};

use super::inspect::members;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::explanation;
use crate::print::output;
use crate::print::output::OutputArgs;

/// Simulate a token request: show the token it would get, or why it would be refused
#[derive(Debug, Args)]
#[command(
    after_help = "Runs the same code as a real request on the current database. Writes nothing and creates no token. \
    Exit code 1: the request would be refused.\n\n\
    Example:\n  jeton token simulate nightly --scope read:me --from 192.0.2.7"
)]
pub(crate) struct Simulate {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    /// Scope to request; repeatable, or several separated by spaces [default: no scope parameter]
    #[arg(long = "scope", value_name = "NAME")]
    scopes: Vec<String>,
    /// Resource that the token is for [default: no resource parameter]
    #[arg(long, value_name = "URI")]
    resource: Option<String>,
    /// IP address of the caller, or `unknown` [default: do not check networks]
    #[arg(long, value_name = "IP")]
    from: Option<CallerAddress>,
    /// Secret of the request [default: do not check a secret]
    #[arg(long, value_name = "SECRET_ID", value_parser = values::secret_id)]
    secret: Option<CredentialId>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Simulate {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let request = SimulatedRequest {
            secret: self.secret.clone(),
            scope: Some(self.scopes.join(" ")).filter(|scope| !scope.is_empty()),
            resource: self.resource.clone().filter(|resource| !resource.is_empty()),
            from: self.from,
        };
        let simulation = context.administration().simulate_request(context.by(), &self.id, &request).await?;
        if self.secret.is_none() && !simulation.has_active_secret {
            let id = &simulation.client_id;
            output::say(&format!(
                "{id} has no active secret, so it cannot request tokens; create one with `jeton secret add {id}`"
            ));
        }
        let view = View::of(&simulation);
        self.output.show_all(&view, &fields(&view))?;
        if view.issued { Ok(()) } else { Err(Failure::Silent { exit_code: 1 }) }
    }
}

/// The result of a simulated request.
#[derive(Serialize)]
struct View<'a> {
    client_id: &'a str,
    issued: bool,
    expires_in: Option<u64>,
    claims: Option<Map<String, Value>>,
    refusal: Option<Value>,
    has_live_secret: bool,
}

impl<'a> View<'a> {
    fn of(simulation: &'a Simulation) -> Self {
        let claims = simulation.outcome.as_ref().ok();
        let refusal = simulation.outcome.as_ref().err();
        Self {
            client_id: simulation.client_id.as_str(),
            issued: claims.is_some(),
            expires_in: claims.map(|claims| claims.exp.abs_diff(claims.iat)),
            claims: claims.map(|claims| without_id(claims)),
            refusal: refusal.and_then(|refusal| serde_json::to_value(refusal).ok()),
            has_live_secret: simulation.has_active_secret,
        }
    }
}

/// The claims without `jti`, because the token does not exist.
fn without_id(claims: &AccessTokenClaims) -> Map<String, Value> {
    let mut claims = match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => claims,
        Ok(_) | Err(_) => Map::new(),
    };
    claims.remove("jti");
    claims
}

fn fields(view: &View<'_>) -> Vec<(String, String)> {
    let verdict = if view.issued { "a token would be issued" } else { "the request would be refused" };
    let mut fields = vec![("Verdict".to_owned(), verdict.to_owned())];
    fields.extend(view.expires_in.map(|seconds| ("Expires in".to_owned(), format!("{seconds} s"))));
    fields.extend(members("claim", view.claims.as_ref()));
    fields.extend(view.refusal.iter().flat_map(explanation::fields));
    fields
}
