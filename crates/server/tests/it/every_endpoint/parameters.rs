//! Repeated, empty and unknown parameters.

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::{API, World};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_repeated_parameter_is_refused_even_if_one_is_escaped() {
    let world = World::new().await;
    let client = world.client().await;
    for body in [
        "grant_type=client_credentials&grant_type=client_credentials",
        "grant_type=client_credentials&%67rant_type=client_credentials",
        "grant_type=client_credentials&scope=read:me&scope=read:me",
        "grant_type=client_credentials&scope=&scope=read:me",
    ] {
        let answer = world.post(TOKEN).basic(&client).body(FORM, body).send().await;
        answer.refused(400, "invalid_request");
    }
    for path in [INTROSPECT, REVOKE] {
        let answer = world.post(path).basic(&client).body(FORM, "token=a&token=b").send().await;
        answer.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn only_resource_may_repeat_and_two_different_ones_are_an_invalid_target() {
    let world = World::new().await;
    let client = world.client().await;
    world.ask(&client, &[("resource", API), ("resource", API)]).await.token();
    let two = [("resource", API), ("resource", "https://other.example.com")];
    world.ask(&client, &two).await.refused(400, "invalid_target");
}

#[tokio::test]
async fn an_empty_parameter_counts_as_absent() {
    let world = World::new().await;
    let client = world.client().await;
    let empty = [("scope", ""), ("resource", ""), ("audience", ""), ("client_assertion", "")];
    let answer = world.ask(&client, &empty).await;
    assert_eq!(answer.scope(), "read:me write:me");
    let call = world.post(TOKEN).basic(&client).form(&[("grant_type", "")]);
    let description = call.send().await.refused(400, "invalid_request");
    assert!(description.contains("grant_type"), "{description}");
}

#[tokio::test]
async fn an_unknown_parameter_is_ignored() {
    let world = World::new().await;
    let client = world.client().await;
    world.ask(&client, &[("visitorId", "v-1"), ("redirect_uri", "https://x.example.com")]).await.token();
}
