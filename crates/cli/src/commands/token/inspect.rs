//! `jeton token inspect`

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use jeton_core::model::Timestamp;
use serde_json::{Map, Value, json};

use super::unavailable;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::{authorization_server, configuration};
use crate::output::OutputArgs;
use crate::secret_input;

/// Show what a token says, and whether it is alive or why not
#[derive(Debug, Args)]
#[command(
    after_help = "The token comes from stdin or a hidden prompt. What it says is shown whether it is ours or not; \
    the verdict tells which. Callers of the server are never told the reason.\n\n\
    Example:\n  jeton token issue nightly < nightly.secret | jeton token inspect"
)]
pub(crate) struct Inspect {
    #[command(flatten)]
    output: OutputArgs,
}

impl Inspect {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let config = configuration(globals)?.config;
        let token = secret_input::read("token")?;
        let server = authorization_server(&config).await?;
        let judged = server.introspect_as_administrator(&token).await.map_err(unavailable)?;
        let mut parts = token.split('.').map(unverified_object);
        let (header, claims) = (parts.next().flatten(), parts.next().flatten());
        let (active, verdict) = match judged {
            Ok(_) => (true, "it is alive".to_owned()),
            Err(fault) => (false, fault.to_string()),
        };
        let mut fields = vec![];
        fields.extend(members("header", header.as_ref()));
        fields.extend(members("claim", claims.as_ref()));
        fields.push(("Verdict".to_owned(), verdict.clone()));
        let view = json!({ "active": active, "verdict": verdict, "header": header, "claims": claims });
        self.output.show_all(&view, &fields)
    }
}

/// A part of a JWT, whoever wrote it.
fn unverified_object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The members of a header or of claims, with readable times.
pub(super) fn members(kind: &str, object: Option<&Map<String, Value>>) -> Vec<(String, String)> {
    let readable = |(name, value): (&String, &Value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let moment = value.as_i64().filter(|_| matches!(name.as_str(), "iat" | "exp" | "nbf"));
        let text = moment.map_or(text.clone(), |unix| format!("{} ({text})", Timestamp::from_unix(unix)));
        (format!("{kind} {name}"), text)
    };
    object.into_iter().flatten().map(readable).collect()
}
