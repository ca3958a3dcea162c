//! Which refusals are kept, for how long, and who can read them.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_json_snapshot;
use jeton_server::background::log_left_out;
use tokio::time::timeout;

use super::{error_id, explained};
use crate::support::{Answer, Setup, World, everything_logged, token_call};

async fn refusal(world: &World) -> Answer {
    world.get("/nothing").send().await
}

async fn unknown(world: &World, error_id: &str) -> serde_json::Value {
    let answer = world.operations(&format!("/refusals/{error_id}")).await;
    assert_eq!(answer.status, 404, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_refusal_is_kept_for_an_hour() {
    let world = World::new().await;
    let kept = refusal(&world).await;
    world.clock.pass(Duration::from_secs(3_599));
    explained(&world, &kept).await;
    world.clock.pass(Duration::from_secs(1));
    let answer = unknown(&world, &error_id(&kept)).await;
    assert_eq!(answer["node"], world.gateway.tag().to_string());
    assert_json_snapshot!(answer, { ".node" => "[node]" }, @r#"
    {
      "message": "The id begins with this node's tag, but the refusal is not in memory: it is older than an hour, newer refusals replaced it, or the id is mistyped. Search the log for the id.",
      "node": "[node]",
      "reason": "forgotten",
      "region": "us"
    }
    "#);
}

#[tokio::test]
async fn the_hour_does_not_depend_on_the_wall_clock() {
    let world = World::new().await;
    let kept = refusal(&world).await;
    world.clock.set_wall(0);
    world.clock.pass(Duration::from_mins(59));
    explained(&world, &kept).await;
    world.clock.pass(Duration::from_mins(1));
    unknown(&world, &error_id(&kept)).await;
}

#[tokio::test]
async fn ten_thousand_are_kept_and_then_the_oldest_is_removed() {
    let world = World::new().await;
    let (first, second) = (refusal(&world).await, refusal(&world).await);
    for _ in 0..9_998 {
        world.clock.pass(REFUSAL_INTERVAL);
        refusal(&world).await;
    }
    explained(&world, &first).await;
    refusal(&world).await;
    assert_eq!(unknown(&world, &error_id(&first)).await["reason"], "forgotten");
    explained(&world, &second).await;
}

#[tokio::test]
async fn a_burst_of_refusals_is_sampled_and_the_rest_is_counted() {
    let world = World::set_up(Setup { seed: 41, ..Setup::default() }).await;
    let client = world.client().await;
    let mut ids = Vec::new();
    for _ in 0..1_234 {
        ids.push(error_id(&refusal(&world).await));
    }
    // A refusal for another reason is not left out.
    let other = world.ask(&client, &[("scope", "unknown")]).await;
    explained(&world, &other).await;
    let kept = world.operations("/refusals?limit=1000").await.json();
    assert_eq!(kept.as_array().unwrap().len(), 51);
    let tag = format!("{}-", world.gateway.tag());
    let lines =
        |logged: &str| logged.lines().filter(|line| line.contains(&tag) && line.contains("refused")).count();
    assert_eq!(lines(&everything_logged()), 51);
    let metrics = world.operations("/metrics").await.body;
    assert!(metrics.contains("jeton_refusals_total{reason=\"no_such_path\"} 1234"), "{metrics}");

    let left_out = unknown(&world, &ids[50]).await;
    assert_eq!(left_out["reason"], "forgotten");
    assert!(left_out["message"].as_str().unwrap().contains("was left out"), "{left_out}");
    // The task never ends.
    let _ = timeout(Duration::from_millis(50), log_left_out(Arc::clone(&world.gateway))).await;
    assert_eq!(everything_logged().matches("left_out=1184").count(), 1);
    world.clock.pass(Duration::from_secs(1));
    explained(&world, &refusal(&world).await).await;
}

#[tokio::test]
async fn the_error_for_an_id_of_another_node_names_that_node() {
    let world = World::new().await;
    let client = world.client().await;
    let other = world.another_node().await;
    let refusal = token_call(other, &client.with_secret("wrong"), &[]).send().await;
    let id = error_id(&refusal);
    let answer = unknown(&world, &id).await;
    assert_eq!(answer["reason"], "another_node");
    let (theirs, _) = id.split_once('-').unwrap();
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains(theirs) && message.contains(&world.gateway.tag().to_string()), "{message}");
}

#[tokio::test]
async fn text_that_is_not_an_error_id_is_reported_as_such() {
    let world = World::new().await;
    for text in ["x", "-", "a-", "a-b%20c", &format!("a-{}", "b".repeat(40))] {
        assert_eq!(unknown(&world, text).await["reason"], "no_error_id", "{text}");
    }
}

#[tokio::test]
async fn the_public_listener_explains_nothing() {
    let world = World::new().await;
    let id = error_id(&refusal(&world).await);
    for path in ["/refusals", "/oauth/v1/refusals"] {
        world.get(&format!("{path}/{id}")).send().await.refused(404, "invalid_request");
    }
}

/// So long apart, no refusal is left out.
const REFUSAL_INTERVAL: Duration = Duration::from_millis(25);
