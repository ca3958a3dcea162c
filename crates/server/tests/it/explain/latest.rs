//! The latest refusals, without an error id.

use std::time::Duration;

use serde_json::Value;

use super::{error_id, explained};
use crate::support::{Client, World};

/// The listed refusals, newest first.
async fn listed(world: &World, query: &str) -> Vec<Value> {
    let answer = world.operations(&format!("/refusals{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json().as_array().unwrap().clone()
}

async fn refuse(world: &World, client: &Client) -> String {
    error_id(&world.ask(&client.with_secret("wrong"), &[]).await)
}

fn ids(refusals: &[Value]) -> Vec<&str> {
    refusals.iter().map(|refused| refused["error_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_newest_comes_first_and_each_is_the_same_as_by_its_id() {
    let world = World::new().await;
    assert!(listed(&world, "").await.is_empty());
    let client = world.client().await;
    let first = world.ask(&client.with_secret("wrong"), &[]).await;
    let second = world.get("/nothing").send().await;
    let known = [explained(&world, &second).await, explained(&world, &first).await];
    assert_eq!(listed(&world, "").await, known);
}

#[tokio::test]
async fn a_client_id_and_a_limit_narrow_the_list() {
    let world = World::new().await;
    let (one, other) = (world.client().await, world.client().await);
    let mut refused = Vec::new();
    for client in [&one, &other, &one, &other, &one] {
        refused.push(refuse(&world, client).await);
    }
    let of_one = listed(&world, &format!("?client_id={}", one.id)).await;
    assert_eq!(ids(&of_one), [&refused[4], &refused[2], &refused[0]]);
    let of_other = listed(&world, &format!("?limit=1&client_id={}", other.id)).await;
    assert_eq!(ids(&of_other), [&refused[3]]);
    assert_eq!(ids(&listed(&world, "?limit=2").await), [&refused[4], &refused[3]]);
    assert!(listed(&world, "?client_id=sa_us_0000000000000000000000").await.is_empty());
    assert!(listed(&world, "?client_id=somebody").await.is_empty());
}

#[tokio::test]
async fn without_a_limit_twenty_are_listed_and_never_more_than_a_thousand() {
    let world = World::new().await;
    for _ in 0..1_010 {
        // So long apart, no refusal is left out.
        world.clock.pass(Duration::from_millis(25));
        world.get("/nothing").send().await;
    }
    assert_eq!(listed(&world, "").await.len(), 20);
    assert_eq!(listed(&world, "?limit=1000").await.len(), 1_000);
}

#[tokio::test]
async fn refusals_older_than_an_hour_are_not_listed() {
    let world = World::new().await;
    let client = world.client().await;
    let old = refuse(&world, &client).await;
    world.clock.pass(Duration::from_mins(59));
    let new = refuse(&world, &client).await;
    assert_eq!(ids(&listed(&world, "").await), [&new, &old]);
    world.clock.pass(Duration::from_mins(1));
    assert_eq!(ids(&listed(&world, &format!("?client_id={}", client.id)).await), [&new]);
}

#[tokio::test]
async fn a_client_id_that_may_be_a_secret_is_not_recorded() {
    let world = World::new().await;
    let client = Client { id: "hunter2-hunter2".to_owned(), secret: "wrong".to_owned() };
    world.ask(&client, &[]).await;
    assert!(listed(&world, "?client_id=hunter2-hunter2").await.is_empty());
    let all = listed(&world, "").await;
    assert_eq!((all.len(), &all[0]["client_id"]), (1, &Value::Null));
}

#[tokio::test]
async fn an_invalid_query_is_refused_with_its_reason() {
    let world = World::new().await;
    for (query, reason) in [
        ("?account=nightly", "unknown_parameter"),
        ("?limit=5&limit=5", "repeated_parameter"),
        ("?client_id=", "invalid_client_id"),
        ("?limit=0", "invalid_limit"),
        ("?limit=1001", "invalid_limit"),
        ("?limit=ten", "invalid_limit"),
    ] {
        let answer = world.operations(&format!("/refusals{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        let answer_body = answer.json();
        assert_eq!(answer_body["reason"], reason, "{query}: {answer_body}");
        assert!(answer_body["message"].as_str().unwrap().ends_with('.'), "{answer_body}");
        assert_eq!(answer_body["node"], world.gateway.tag().to_string());
    }
}

#[tokio::test]
async fn the_public_listener_lists_nothing() {
    let world = World::new().await;
    for path in ["/refusals", "/oauth/v1/refusals", "/refusals?limit=1"] {
        world.get(path).send().await.refused(404, "invalid_request");
    }
}
