//! `jeton token inspect`

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use jeton_admin::value::{KeyId, Timestamp, TokenFormat};
use jeton_protocol::{AccessTokenClaims, SealedToken};
use serde_json::{Map, Value, json};

use super::token_and_context;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::print::output::OutputArgs;

/// Show the contents of a token, and whether it is active or why not
#[derive(Debug, Args)]
#[command(
    after_help = "Reads the token from stdin or a hidden prompt. The contents of a JWT are shown even if it is not \
    from this server; the verdict says so. The contents of an opaque token are shown if a key of the region can open \
    it, active or not. Callers of the server never see the reason.\n\n\
    Example:\n  jeton token issue nightly < nightly.secret | jeton token inspect"
)]
pub(crate) struct Inspect {
    #[command(flatten)]
    output: OutputArgs,
}

impl Inspect {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (token, context) = token_and_context(globals).await?;
        let inspection = context.administration().inspect_token(context.by(), &token).await?;
        let contents = TokenContents::of(token.expose(), inspection.claims.as_ref());
        let (active, verdict) = match inspection.validity {
            Ok(_) => (true, "it is active".to_owned()),
            Err(fault) => (false, fault.to_string()),
        };
        let mut fields = vec![];
        fields.extend(contents.format.map(|format| ("Format".to_owned(), format.as_str().to_owned())));
        fields.extend(contents.kid.clone().map(|kid| ("Key id".to_owned(), kid)));
        fields.extend(members("header", contents.header.as_ref()));
        fields.extend(members("claim", contents.claims.as_ref()));
        fields.push(("Verdict".to_owned(), verdict.clone()));
        let view = json!({
            "active": active, "verdict": verdict, "format": contents.format, "kid": contents.kid,
            "header": contents.header, "claims": contents.claims,
        });
        self.output.show_all(&view, &fields)
    }
}

/// The readable parts of a token: all parts of a JWT, unverified; the key id of an opaque token, and its claims if the
/// key opens it.
#[derive(Default)]
struct TokenContents {
    format: Option<TokenFormat>,
    kid: Option<String>,
    header: Option<Map<String, Value>>,
    claims: Option<Map<String, Value>>,
}

impl TokenContents {
    fn of(token: &str, verified: Option<&AccessTokenClaims>) -> Self {
        if let Ok(opaque) = SealedToken::parse(token) {
            let claims = verified.and_then(|claims| serde_json::to_value(claims).ok());
            return Self {
                format: Some(TokenFormat::Opaque),
                kid: Some(KeyId::from_bytes(opaque.key_id).to_string()),
                header: None,
                claims: claims.and_then(|claims| claims.as_object().cloned()),
            };
        }
        let mut parts = token.split('.').map(unverified_object);
        let (Some(header), claims) = (parts.next().flatten(), parts.next().flatten()) else {
            return Self::default();
        };
        let kid = header.get("kid").and_then(Value::as_str).map(str::to_owned);
        Self { format: Some(TokenFormat::Jwt), kid, header: Some(header), claims }
    }
}

/// A part of a JWT. Its signature is not checked.
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
