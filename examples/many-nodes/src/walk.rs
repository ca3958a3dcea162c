//! The walk: the move to PostgreSQL, what several nodes do together, and what clients notice when a part fails.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::RETRY_AFTER;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::WalkError;
use crate::load::{Account, Load, fetch_token, is_active, request_token, send};
use crate::poll::until;
use crate::site::{Copied, RESOURCE, Site};
use crate::story::StepPrinter;

/// Runs all steps and prints them to `out`. `program` runs Jeton's commands if its first argument is `jeton`.
///
/// # Errors
/// If a part does not start, or a claim does not hold.
pub async fn walk(program: &Path, out: &mut (dyn Write + Send)) -> Result<(), WalkError> {
    let mut printer = StepPrinter::new(out);
    printer.step("Jeton runs on one machine, with SQLite, behind a reverse proxy")?;
    let mut site = Site::start(program).await?;
    printer.line(&format!("The proxy serves {}, which is the issuer.", site.proxy.url()))?;
    until("the proxy finds the node ready", async || Ok(site.proxy.ready() == 1)).await?;
    let mut accounts = Vec::new();
    for number in 1..=CLIENTS {
        accounts.push(site.create_account(&format!("client-{number}")).await?);
    }
    know(&site, &accounts).await?;

    move_to_postgres(&mut printer, &mut site, &accounts).await?;
    share_an_account(&mut printer, &site).await?;
    disable_on_both(&mut printer, &site).await?;
    kill_a_node(&mut printer, &mut site, &accounts).await?;
    crash_the_database(&mut printer, &mut site, &accounts).await?;
    printer.end("The walk is done: every claim held. Everything stops now, and all files are deleted.")
}

async fn move_to_postgres(
    printer: &mut StepPrinter<'_>,
    site: &mut Site,
    accounts: &[Account],
) -> Result<(), WalkError> {
    printer.step(&format!("It moves to PostgreSQL while {CLIENTS} clients request tokens"))?;
    let api: Account = site.run(&["account", "create", "api", "--introspect", RESOURCE]).await?;
    know(site, std::slice::from_ref(&accounts[0])).await?;
    let token = fetch_token(&site.http, &site.proxy.url(), &accounts[0]).await?;
    let load = Load::start(&site.http, &site.proxy.url(), accounts);
    printer.line("$ jeton store copy --from sqlite:jeton.db --to postgres://…")?;
    let Copied { rows, fenced_ms } = site.copy_to_postgres().await?;
    printer.line(&format!(
        "Copied {rows} rows. The node refused changes for {fenced_ms} ms until the copy was complete."
    ))?;
    site.replace_node().await?;
    for (number, node) in site.nodes().into_iter().enumerate() {
        printer.line(&format!("Node {} serves {node}, on PostgreSQL.", number + 1))?;
    }
    printer.line("The node on SQLite stops.")?;
    sleep(BEFORE).await;
    let tokens = load.stop().await.all_tokens()?;
    printer.line(&format!("The clients got {tokens} tokens and nothing else."))?;
    if !is_active(&site.http, &site.proxy.url(), &api, &token).await? {
        return Err(WalkError::Claim("a token from before the move is active after it".to_owned()));
    }
    printer.line("A token from before the move is active.")
}

/// Waits until each node issues tokens to the accounts.
async fn know(site: &Site, accounts: &[Account]) -> Result<(), WalkError> {
    until("each node knows the accounts", async || Ok(site.warm_up(accounts).await.is_ok())).await
}

async fn share_an_account(printer: &mut StepPrinter<'_>, site: &Site) -> Result<(), WalkError> {
    printer.step("An account is made with the configuration of node 1")?;
    printer.line("$ jeton account create nightly --scope read")?;
    let began = Instant::now();
    let account = site.create_account("nightly").await?;
    let made = began.elapsed();
    for node in site.nodes() {
        until("a node issues a token to the new account", async || {
            Ok(request_token(&site.http, node, &account).await.is_ok_and(|status| status.is_success()))
        })
        .await?;
    }
    let after = began.elapsed().saturating_sub(made);
    printer.line(&format!("Both nodes issue tokens to it, {} ms after the command ended.", after.as_millis()))
}

async fn disable_on_both(printer: &mut StepPrinter<'_>, site: &Site) -> Result<(), WalkError> {
    printer.step("The account is disabled")?;
    printer.line("$ jeton account disable gone")?;
    let account = site.create_account("gone").await?;
    know(site, std::slice::from_ref(&account)).await?;
    let began = Instant::now();
    let answer: Disabled = site.run(&["account", "disable", "gone"]).await?;
    let elapsed = began.elapsed();
    let confirmed = answer.nodes.iter().filter(|node| node.state == "confirmed").count();
    if confirmed != 2 {
        return Err(WalkError::Claim(format!(
            "two nodes confirm that the account is disabled; {confirmed} did"
        )));
    }
    for node in site.nodes() {
        let status = request_token(&site.http, node, &account).await;
        let status = status.map_err(WalkError::http("requesting a token at a node"))?;
        if status != StatusCode::UNAUTHORIZED {
            return Err(WalkError::Claim(format!(
                "each node refuses a disabled account; {node} said {status}"
            )));
        }
    }
    printer
        .line(&format!("The command ended after {} ms: both nodes had confirmed it.", elapsed.as_millis()))?;
    printer.line("Both refuse the account with 401.")
}

async fn kill_a_node(
    printer: &mut StepPrinter<'_>,
    site: &mut Site,
    accounts: &[Account],
) -> Result<(), WalkError> {
    printer.step(&format!("Node 2 is killed while {CLIENTS} clients request tokens through the proxy"))?;
    let load = Load::start(&site.http, &site.proxy.url(), accounts);
    sleep(BEFORE).await;
    let killed = site.kill_node_2().await?;
    printer.line("$ kill -9")?;
    sleep(BEFORE).await;
    let tokens = load.stop().await.all_tokens()?;
    printer.line(&format!(
        "The clients got {tokens} tokens and nothing else. The proxy sent {} requests to node 1 again.",
        site.proxy.retries()
    ))?;
    site.start_node_2(&killed).await?;
    until("the proxy finds node 2 ready again", async || Ok(site.proxy.ready() == 2)).await?;
    printer.line("Node 2 starts again, and the proxy uses it.")
}

async fn crash_the_database(
    printer: &mut StepPrinter<'_>,
    site: &mut Site,
    accounts: &[Account],
) -> Result<(), WalkError> {
    printer.step("PostgreSQL crashes while the clients request tokens")?;
    let cold = site.create_account("never-used").await?;
    site.warm_up(accounts).await?;
    let load = Load::start(&site.http, &site.proxy.url(), accounts);
    sleep(BEFORE).await;
    site.crash_database().await?;
    let refusal = send(&site.http, &site.proxy.url(), &cold).await.map_err(WalkError::http(THROUGH_PROXY))?;
    let has_time = refusal.headers().contains_key(RETRY_AFTER);
    if refusal.status() != StatusCode::SERVICE_UNAVAILABLE || !has_time {
        let got = refusal.status();
        return Err(WalkError::Claim(format!(
            "an account that is not in memory gets 503 with Retry-After; it got {got}"
        )));
    }
    printer.line("An account that no node has in memory gets 503 with Retry-After.")?;
    sleep(DOWN).await;
    site.start_database().await?;
    let began = Instant::now();
    until("an account that was not in memory gets a token again", async || {
        let status = request_token(&site.http, &site.proxy.url(), &cold).await;
        match status.map_err(WalkError::http(THROUGH_PROXY))? {
            StatusCode::OK => Ok(true),
            StatusCode::SERVICE_UNAVAILABLE => Ok(false),
            other => Err(WalkError::Claim(format!("a fault of the database is a 503; a client got {other}"))),
        }
    })
    .await?;
    let elapsed = began.elapsed();
    sleep(BEFORE).await;
    let tokens = load.stop().await.all_tokens()?;
    printer
        .line(&format!("It gets a token {} ms after PostgreSQL accepts connections.", elapsed.as_millis()))?;
    printer
        .line(&format!("The clients, whose accounts are in memory, got {tokens} tokens and nothing else."))?;
    // The command fails if a record is missing or was changed.
    site.run::<Value>(&["audit", "verify"]).await?;
    printer.line("$ jeton audit verify")?;
    printer.line("The audit log is intact.")
}

/// The part of the output of `jeton account disable` that shows which nodes have applied it.
#[derive(Deserialize)]
struct Disabled {
    nodes: Vec<Confirmation>,
}

#[derive(Deserialize)]
struct Confirmation {
    state: String,
}

const THROUGH_PROXY: &str = "requesting a token through the proxy";
const CLIENTS: usize = 8;
const BEFORE: Duration = Duration::from_secs(1);
/// How long the database is away.
const DOWN: Duration = Duration::from_secs(3);
