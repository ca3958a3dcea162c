//! The walk: starts both servers, fetches tokens and calls the tool until a token expires and is replaced.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::fin::{Answer, Fin, Format, TokenAnswer};
use crate::story::StepPrinter;
use crate::{Jeton, McpServer, WalkError};

/// Runs all steps and prints them to `out`. `program` runs Jeton's commands if its first argument is `jeton`.
///
/// # Errors
/// If a step fails.
pub async fn walk(program: &Path, out: &mut (dyn Write + Send)) -> Result<(), WalkError> {
    let mut printer = StepPrinter::new(out);
    let (_jeton, mut fin) = set_up(&mut printer, program).await?;

    printer.step("A client calls without a token")?;
    let refused = fin.send("tools/list", &json!({})).await?;
    expect_challenge(&mut printer, &refused, false)?;

    printer.step("Fin fetches a token with JSON, the default request format of Intercom's API")?;
    print_token(&mut printer, &fin.fetch_token(Format::Json).await?)?;
    printer.step("Fin fetches another token with the request format of the guide, Form Encoded")?;
    print_token(&mut printer, &fin.fetch_token(Format::FormEncoded).await?)?;

    printer.step("Fin lists the tools")?;
    print_tools(&mut printer, &fin.send("tools/list", &json!({})).await?.result()?)?;

    printer
        .step("A conversation begins: Fin requests the visitor's activity, with one POST and no session")?;
    print_activity(&mut printer, fin.send("tools/call", &Fin::tool_call(VISITOR)).await?)?;

    printer.step("More conversations use the same token until it expires")?;
    let (answered, refused) = call_until_refused(&fin).await?;
    printer.line(&format!("200 OK {answered} times, then:"))?;
    expect_challenge(&mut printer, &refused, true)?;

    printer.step("Fin fetches a new token and repeats the call")?;
    print_token(&mut printer, &fin.fetch_token(Format::FormEncoded).await?)?;
    print_activity(&mut printer, fin.send("tools/call", &Fin::tool_call(VISITOR)).await?)?;

    printer.end("The walk is done: every step succeeded. Both servers stop now, and their files are deleted.")
}

/// Starts both servers and creates Fin's account.
async fn set_up(printer: &mut StepPrinter<'_>, program: &Path) -> Result<(Jeton, Fin), WalkError> {
    printer.step("Jeton starts")?;
    printer.line("$ jeton dev --listen 127.0.0.1:0     (all commands also get the folder of this walk)")?;
    let jeton = Jeton::start(program)?;
    printer.line(&format!("It serves {}.", jeton.issuer()))?;

    printer
        .step("The administrator registers the MCP server, with tokens that expire after a few seconds")?;
    let server = McpServer::bind(jeton.issuer()).await?;
    let resource = server.resource();
    let scope = "read:me=Read what a visitor did";
    let lifetime = format!("{TOKEN_LIFETIME}s");
    let arguments = ["resource", "create", &resource, "--scope", scope, "--token-ttl", &lifetime];
    printer.line(&format!("$ jeton resource create {resource} --scope '{scope}' --token-ttl {lifetime}"))?;
    jeton.run::<Value>(&arguments)?;

    printer.step("The administrator creates an account for the customer")?;
    printer.line(&format!("$ jeton account create fin-customer --resource {resource} --scope read:me"))?;
    let account = jeton.create_account("fin-customer", &resource, "read:me").await?;
    printer.line(&format!(
        "Client ID {}. The secret is printed only once; the administrator pastes it into Intercom.",
        account.client_id
    ))?;

    printer.step("The MCP server starts")?;
    server.serve().await?;
    printer.line(&format!("It serves {resource} and accepts tokens of {}.", jeton.issuer()))?;
    Ok((jeton, Fin::new(account, resource)?))
}

/// Repeats the call of a conversation until the response requires a new token. Returns the number of successful calls
/// and the refusal.
///
/// Fin does not check the expiry by a clock. It learns of the expiry from the refusal.
async fn call_until_refused(fin: &Fin) -> Result<(usize, Answer), WalkError> {
    for answered in 0..MAX_CALLS {
        let answer = fin.send("tools/call", &Fin::tool_call(VISITOR)).await?;
        if answer.requires_new_token() {
            return Ok((answered, answer));
        }
        answer.result()?;
        tokio::time::sleep(BETWEEN_CONVERSATIONS).await;
    }
    let got = "only successful calls".to_owned();
    Err(WalkError::Unexpected { action: "waiting for the token to expire", expected: "a refusal", got })
}

/// Expects a 401 whose challenge names the resource metadata, with `error` only if a token was sent.
fn expect_challenge(
    printer: &mut StepPrinter<'_>,
    answer: &Answer,
    with_error: bool,
) -> Result<(), WalkError> {
    let challenge = &answer.challenge;
    let has_error = challenge.contains("error=\"invalid_token\"");
    if answer.status != StatusCode::UNAUTHORIZED
        || !challenge.contains("resource_metadata=")
        || has_error != with_error
    {
        return Err(answer.unexpected("401 with a challenge"));
    }
    printer.line(&format!("401. WWW-Authenticate: {challenge}"))
}

fn print_token(printer: &mut StepPrinter<'_>, answer: &TokenAnswer) -> Result<(), WalkError> {
    let TokenAnswer { token_type, expires_in, scope, .. } = answer;
    printer.line(&format!(
        "200 OK. Found token under the path \"access_token\": {token_type}, for {expires_in} s, scope {scope}."
    ))
}

fn print_tools(printer: &mut StepPrinter<'_>, result: &Value) -> Result<(), WalkError> {
    for tool in result["tools"].as_array().into_iter().flatten() {
        printer.line(&format!("{}: {}", text(&tool["name"]), text(&tool["description"])))?;
    }
    Ok(())
}

fn print_activity(printer: &mut StepPrinter<'_>, answer: Answer) -> Result<(), WalkError> {
    let activity = &answer.result()?["structuredContent"];
    printer.line(&format!("200 OK. {VISITOR}: {}", text(&activity["summary"])))?;
    for page in activity["recentPages"].as_array().into_iter().flatten().take(2) {
        printer.line(&format!("  {}  viewed {}", text(&page["viewedAt"]), text(&page["page"])))?;
    }
    for signal in activity["frustrationSignals"].as_array().into_iter().flatten().take(2) {
        let (when, what, detail) = (&signal["occurredAt"], &signal["signal"], &signal["detail"]);
        printer.line(&format!("  {}  {}: {}", text(when), text(what), text(detail)))?;
    }
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

const VISITOR: &str = "visitor-1001";
/// In seconds: long enough for a slow machine to reach the expiry step, short enough to wait for.
const TOKEN_LIFETIME: u64 = 5;
const BETWEEN_CONVERSATIONS: Duration = Duration::from_millis(250);
/// Two minutes of conversations.
const MAX_CALLS: usize = 480;
