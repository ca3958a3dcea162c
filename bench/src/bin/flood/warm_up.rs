//! Brings accounts into the server's memory before the flood, and prepares what the operator will change.

use std::net::SocketAddr;
use std::time::Duration;

use jeton_bench::Error;

use crate::accounts::{Account, Accounts};
use crate::addresses::good_client;
use crate::connection::Client;
use crate::operator::{Change, WatchedChange};

/// Gets a token for each account that is in memory during the flood. Returns the changes that the operator will make, and
/// a token without its signature.
pub(crate) async fn warm_up(
    server: SocketAddr,
    accounts: &Accounts,
) -> Result<(Vec<WatchedChange>, String), Error> {
    let mut client = Client::new(good_client(0), server);
    for account in accounts.in_memory.iter().chain(&*accounts.attackers) {
        token(&mut client, account, server).await?;
    }
    let Some((introspecting, others)) = accounts.changed.split_last() else {
        return Err("no account".into());
    };
    let (mut changes, mut last_token) = (Vec::new(), token(&mut client, introspecting, server).await?);
    for (number, account) in others.iter().enumerate() {
        last_token = token(&mut client, account, server).await?;
        let introspection = introspecting.introspection_request(server, None, &last_token);
        client
            .ask(&introspection, CALL_LIMIT)
            .await
            .ok_or("the server does not answer an introspection request")?;
        // Of ten accounts, six are disabled.
        changes.push(if number % 5 < 3 {
            WatchedChange {
                change: Change::Disable(account.client_id.clone()),
                request: account.token_request(server, None),
            }
        } else {
            WatchedChange { change: Change::Revoke(last_token.clone()), request: introspection }
        });
    }
    let signature = last_token.rfind('.').ok_or("the server's tokens are not signed")?;
    last_token.truncate(signature + 1);
    Ok((changes, last_token))
}

async fn token(client: &mut Client, account: &Account, server: SocketAddr) -> Result<String, Error> {
    let answer = client.ask(&account.token_request(server, None), CALL_LIMIT).await;
    let answer = answer.ok_or("the server does not answer a token request")?;
    let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let token = body["access_token"].as_str();
    Ok(token.ok_or_else(|| format!("the server refuses a token with status {}", answer.status))?.to_owned())
}

const CALL_LIMIT: Duration = Duration::from_secs(10);
