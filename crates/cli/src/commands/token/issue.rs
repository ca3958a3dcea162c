//! `jeton token issue ID`

use std::time::Duration;

use clap::Args;
use jeton_core::store::Migrate;
use jeton_protocol::{ClientId, ResourceUri, Scope};
use reqwest::{Response, StatusCode, Url, header::ACCEPT};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::http;
use crate::input::secret_input;
use crate::input::values;
use crate::open::{AdminContext, configuration, endpoints};
use crate::print::escape::visible;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Request a token from the token endpoint, as a client does
#[derive(Debug, Args)]
#[command(
    after_help = "Reads the secret from stdin or a hidden prompt. Prints only the token to stdout; with --format json, \
    the whole response of the endpoint.\n\n\
    Examples:\n  jeton token issue nightly --scope read:me < nightly.secret\n  \
    jeton token issue sa_us_6hD4nY0cWb2Lq8ZtR1xKpV \\\n    \
    --url https://app.example.com/oauth/v1/token"
)]
pub(crate) struct Issue {
    /// Client id of the account; or TENANT/NAME or its name, if the configured database has it
    id: String,
    /// Scope to request; repeatable, or several separated by spaces [default: every granted scope]
    #[arg(long = "scope", value_name = "NAME", value_parser = values::scope)]
    scopes: Vec<Scope>,
    /// Resource that the token is for [default: the default resource of the account]
    #[arg(long, value_name = "URI")]
    resource: Option<ResourceUri>,
    /// URL of the token endpoint [default: that of the configured region]
    #[arg(long)]
    url: Option<Url>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Issue {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (url, client_id) = match &self.url {
            Some(url) => (url.clone(), client_id(&self.id)?),
            None => from_configuration(globals, &self.id).await?,
        };
        check(&url)?;
        let secret = secret_input::read("client secret")?;
        let scope = values::union(&self.scopes).map(|scope| scope.to_string());
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("client_secret", secret.as_str()),
        ];
        form.extend(scope.as_deref().map(|scope| ("scope", scope)));
        form.extend(self.resource.as_ref().map(|uri| ("resource", uri.as_str())));
        let client = http::client(&url, TIMEOUT)?;
        let answer = client.post(url.clone()).header(ACCEPT, "application/json").form(&form).send().await;
        let response = answer.map_err(|error| unreachable_endpoint(&url, &error))?;
        print(self.output, &url, response).await
    }
}

async fn from_configuration(globals: &Globals, id: &str) -> Result<(Url, ClientId), Failure> {
    let config = configuration(globals)?.config;
    let endpoint = endpoints(&config).token();
    let url = endpoint
        .parse()
        .map_err(|_| Failure::Usage(format!("{endpoint} is not a URL; correct the issuer")))?;
    // A generated client id needs no lookup in the store, which may be on another machine.
    if let Some(id) = ClientId::parse(id).ok().filter(|id| id.region_tag().is_some()) {
        return Ok((url, id));
    }
    match AdminContext::of(config, Migrate::Never).await {
        Ok(context) => Ok((url, context.administration().find_account(context.by(), id).await?.client_id)),
        Err(failure) => {
            // The store may be on another machine; then only a client id works.
            let client_id = client_id(id)?;
            output::say(&format!(
                "{id:?} is used as a client id, because names cannot be looked up: {failure}"
            ));
            Ok((url, client_id))
        }
    }
}

fn client_id(text: &str) -> Result<ClientId, Failure> {
    ClientId::parse(text).map_err(|error| Failure::Usage(format!("{text:?} is not a client id: {error}")))
}

/// A secret must not leave the machine unencrypted.
fn check(url: &Url) -> Result<(), Failure> {
    if url.scheme() == "https" || (url.scheme() == "http" && http::is_loopback(url)) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{url} would send the secret unencrypted; use https://, or http:// only for this machine"
    )))
}

fn unreachable_endpoint(url: &Url, error: &reqwest::Error) -> Failure {
    let reason = http::root_cause(error);
    Failure::Failed(format!("{url} does not answer ({reason}); is the server running there?"))
}

async fn print(output: OutputArgs, url: &Url, response: Response) -> Result<(), Failure> {
    let status = response.status();
    let body =
        Zeroizing::new(response.bytes().await.map_err(|error| unreachable_endpoint(url, &error))?.to_vec());
    let Ok(answer) = serde_json::from_slice::<Value>(&body) else {
        return Err(Failure::Failed(format!(
            "{url} answered {status} without JSON; is it a token endpoint?"
        )));
    };
    let member = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    match member("access_token") {
        Some(token) if status == StatusCode::OK => {
            if output.format == Format::Json {
                return output::json(&answer);
            }
            output::text(&(visible(&token) + "\n"))?;
            let seconds = answer.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
            let scope = member("scope").unwrap_or_else(|| "as requested".to_owned());
            output::say(&format!("expires in {seconds} s, scope {scope}"));
            Ok(())
        }
        _ => Err(refused(status, url, member)),
    }
}

/// The error of the endpoint, with its own texts.
fn refused(status: StatusCode, url: &Url, member: impl Fn(&str) -> Option<String>) -> Failure {
    let error = member("error").unwrap_or_else(|| "without an error code".to_owned());
    let description = member("error_description").map(|text| format!(": {text}")).unwrap_or_default();
    let id = member("error_id").map(|id| format!(" (error_id {id})")).unwrap_or_default();
    let sentence = format!("{url} answered {} {error}{description}{id}", status.as_u16());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        Failure::StoreUnavailable(sentence)
    } else {
        Failure::Failed(sentence)
    }
}

const TIMEOUT: Duration = Duration::from_secs(30);
