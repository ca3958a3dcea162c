//! The walk itself, from nothing to the second answer.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::fin::{Answer, Fin, Format, TokenAnswer};
use crate::story::Story;
use crate::{Jeton, McpServer, WalkError};

/// Walks the whole way and tells it to `out`; `program` carries Jeton's commands behind the word `jeton`.
///
/// # Errors
/// At the first step that does not go as it should.
pub async fn walk(program: &Path, out: &mut (dyn Write + Send)) -> Result<(), WalkError> {
    let mut story = Story::new(out);
    let (_jeton, mut fin) = set_up(&mut story, program).await?;

    story.step("Somebody calls without a token")?;
    let refused = fin.send("tools/list", &json!({})).await?;
    expect_challenge(&mut story, &refused, false)?;

    story.step("Fin fetches a token with JSON, which Intercom sends by default over its API")?;
    tell_token(&mut story, &fin.fetch_token(Format::Json).await?)?;
    story.step("It fetches another one with the request format of the guide, Form Encoded")?;
    tell_token(&mut story, &fin.fetch_token(Format::FormEncoded).await?)?;

    story.step("Fin lists the tools")?;
    tell_tools(&mut story, &fin.send("tools/list", &json!({})).await?.result()?)?;

    story.step("A conversation begins: Fin asks what the visitor did, with one POST and no session")?;
    tell_activity(&mut story, fin.send("tools/call", &Fin::tool_call(VISITOR)).await?)?;

    story.step("More conversations, with the same token, until it has expired")?;
    let (answered, refused) = call_until_refused(&fin).await?;
    story.line(&format!("200 OK, {answered} times, and then:"))?;
    expect_challenge(&mut story, &refused, true)?;

    story.step("Fin fetches a new token and asks again")?;
    tell_token(&mut story, &fin.fetch_token(Format::FormEncoded).await?)?;
    tell_activity(&mut story, fin.send("tools/call", &Fin::tool_call(VISITOR)).await?)?;

    story.end(
        "The walk is done: every step went as it should. Both servers stop now, and nothing is left behind.",
    )
}

/// Both servers, and the account's fields in Fin's hands.
async fn set_up(story: &mut Story<'_>, program: &Path) -> Result<(Jeton, Fin), WalkError> {
    story.step("Jeton starts")?;
    story.line("$ jeton dev --listen 127.0.0.1:0     (here and below also the folder of this walk)")?;
    let jeton = Jeton::start(program)?;
    story.line(&format!("It serves {}.", jeton.issuer()))?;

    story.step("The administrator names the MCP server, with tokens that live for a few seconds")?;
    let server = McpServer::bind(jeton.issuer()).await?;
    let resource = server.resource();
    let scope = "read:me=Read what a visitor did";
    let lifetime = format!("{TOKEN_LIFETIME}s");
    let arguments = ["resource", "create", &resource, "--scope", scope, "--token-ttl", &lifetime];
    story.line(&format!("$ jeton resource create {resource} --scope '{scope}' --token-ttl {lifetime}"))?;
    jeton.run::<Value>(&arguments)?;

    story.step("And makes an account for the customer")?;
    story.line(&format!("$ jeton account create fin-customer --resource {resource} --scope read:me"))?;
    let account = jeton.create_account("fin-customer", &resource, "read:me").await?;
    story.line(&format!(
        "Client ID {}; the secret is shown this once, and pasted into Intercom.",
        account.client_id
    ))?;

    story.step("The MCP server starts")?;
    server.serve().await?;
    story.line(&format!("It serves {resource}, and trusts tokens of {}.", jeton.issuer()))?;
    Ok((jeton, Fin::new(account, resource)?))
}

/// Calls as every conversation does, until a new token is asked for. How many were answered, and the refusal.
///
/// Fin looks at no clock: the refusal is how it learns of the expiry.
async fn call_until_refused(fin: &Fin) -> Result<(usize, Answer), WalkError> {
    for answered in 0..PATIENCE {
        let answer = fin.send("tools/call", &Fin::tool_call(VISITOR)).await?;
        if answer.asks_for_a_new_token() {
            return Ok((answered, answer));
        }
        answer.result()?;
        tokio::time::sleep(BETWEEN_CONVERSATIONS).await;
    }
    let got = "answers only".to_owned();
    Err(WalkError::Unexpected { doing: "waiting for the token to expire", expected: "a refusal", got })
}

/// A 401 that says where tokens come from; `error` stands there only if a token was sent.
fn expect_challenge(story: &mut Story<'_>, answer: &Answer, with_error: bool) -> Result<(), WalkError> {
    let said = &answer.challenge;
    let has_error = said.contains("error=\"invalid_token\"");
    if answer.status != StatusCode::UNAUTHORIZED
        || !said.contains("resource_metadata=")
        || has_error != with_error
    {
        return Err(answer.unexpected("401 with a challenge"));
    }
    story.line(&format!("401. WWW-Authenticate: {said}"))
}

fn tell_token(story: &mut Story<'_>, answer: &TokenAnswer) -> Result<(), WalkError> {
    let TokenAnswer { token_type, expires_in, scope, .. } = answer;
    story.line(&format!(
        "200 OK. Found token under the path \"access_token\": {token_type}, for {expires_in} s, scope {scope}."
    ))
}

fn tell_tools(story: &mut Story<'_>, result: &Value) -> Result<(), WalkError> {
    for tool in result["tools"].as_array().into_iter().flatten() {
        story.line(&format!("{}: {}", text(&tool["name"]), text(&tool["description"])))?;
    }
    Ok(())
}

fn tell_activity(story: &mut Story<'_>, answer: Answer) -> Result<(), WalkError> {
    let activity = &answer.result()?["structuredContent"];
    story.line(&format!("200 OK. {VISITOR}: {}", text(&activity["summary"])))?;
    for page in activity["recentPages"].as_array().into_iter().flatten().take(2) {
        story.line(&format!("  {}  looked at {}", text(&page["viewedAt"]), text(&page["page"])))?;
    }
    for signal in activity["frustrationSignals"].as_array().into_iter().flatten().take(2) {
        let (when, what, detail) = (&signal["occurredAt"], &signal["signal"], &signal["detail"]);
        story.line(&format!("  {}  {}: {}", text(when), text(what), text(detail)))?;
    }
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

const VISITOR: &str = "visitor-1001";
/// Seconds: long enough for a slow machine to walk up to the expiry, short enough to wait for it.
const TOKEN_LIFETIME: u64 = 5;
const BETWEEN_CONVERSATIONS: Duration = Duration::from_millis(250);
/// Conversations to wait for the refusal: two minutes of them.
const PATIENCE: usize = 480;
