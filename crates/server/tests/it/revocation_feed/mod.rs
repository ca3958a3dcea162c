//! `GET /oauth/v1/revocations`: the revocation feed (decision 0012).

mod contents;
mod epochs;
mod outages;
mod polling;
mod rights;
mod work;

use aws_lc_rs::digest::{SHA256, digest};
use jeton_protocol::{NameDigest, RevocationFeed};
use serde_json::Value;

use crate::support::{Answer, Call, Client, World, introspecting, jwt};

const FEED: &str = "/oauth/v1/revocations";
const OTHER: &str = "https://other.example.com";

/// A request for the feed, with this query.
fn call(world: &World, caller: &Client, query: &str) -> Call {
    world.get(&format!("{FEED}{query}")).basic(caller)
}

/// The same request from a caller that has the document with this tag.
fn poll(world: &World, caller: &Client, etag: &str, query: &str) -> Call {
    call(world, caller, query).header("if-none-match", etag)
}

async fn feed(world: &World, caller: &Client) -> RevocationFeed {
    document(&call(world, caller, "").send().await)
}

/// The document. Asserts what holds for every response with a document.
#[track_caller]
fn document(answer: &Answer) -> RevocationFeed {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    etag(answer);
    serde_json::from_str(&answer.body).unwrap()
}

/// The strong entity tag.
#[track_caller]
fn etag(answer: &Answer) -> &str {
    let etag = answer.header("etag").unwrap();
    assert!(etag.len() == 18 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    etag
}

/// Asserts the exact response if the document is unchanged.
#[track_caller]
fn unchanged(answer: &Answer, etag: &str) {
    assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{answer:?}");
    assert_eq!(answer.header("etag"), Some(etag));
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
}

/// Whether the feed says that the token is revoked, following the documentation of the feed.
fn is_revoked(feed: &RevocationFeed, token: &str) -> bool {
    let claims = jwt::claims(token);
    assert_eq!(feed.iss, claims["iss"]);
    let minted: Vec<i64> =
        claims["epoch"].as_array().unwrap().iter().map(|one| one.as_i64().unwrap()).collect();
    let raised = |epochs: &std::collections::BTreeMap<NameDigest, i64>, claim: &str| {
        let name = claims[claim].as_str().unwrap();
        epochs.get(&name_digest(name)).copied().unwrap_or(i64::MIN)
    };
    feed.tokens.iter().any(|one| one.jti == claims["jti"])
        || minted[0] < feed.region_epoch
        || minted[1] < raised(&feed.tenants, "tenant")
        || minted[2] < raised(&feed.accounts, "client_id")
}

fn name_digest(name: &str) -> NameDigest {
    NameDigest::from_sha256(digest(&SHA256, name.as_bytes()).as_ref().try_into().unwrap())
}

fn jti(token: &str) -> String {
    let Value::String(jti) = jwt::claims(token)["jti"].clone() else { panic!("no jti") };
    jti
}

/// The ids that the feed lists.
fn listed(feed: &RevocationFeed) -> Vec<&str> {
    feed.tokens.iter().map(|token| token.jti.as_str()).collect()
}

/// An account that may introspect tokens for this resource and nothing else.
async fn reader(world: &World, resource: &str) -> Client {
    world
        .create(jeton_core::admin::NewAccount { entitlement: introspecting(resource), ..world.new_account() })
        .await
}

/// Returns when this many requests for the feed wait at the node.
async fn until_waiting(world: &World, count: usize) {
    let line = format!("jeton_revocation_feed_waiting {count}");
    for _ in 0..10_000 {
        if world.operations("/metrics").await.body.lines().any(|have| have == line) {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("there are not {count} waiting requests");
}
