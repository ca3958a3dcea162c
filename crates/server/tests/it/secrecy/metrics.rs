//! `/metrics`.

use crate::support::World;

#[tokio::test]
async fn requests_are_counted_by_endpoint_and_outcome() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.introspect(&client, "x").await.inactive();
    world.ask(&client.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    world.revoke(&client, &token).await.revoked();
    world.revoke(&client, "x").await.revoked();
    let answer = world.operations("/metrics").await;
    assert_eq!(answer.status, 200);
    for line in [
        r#"jeton_requests_total{endpoint="token",outcome="issued"} 2"#,
        r#"jeton_requests_total{endpoint="introspection",outcome="active"} 1"#,
        r#"jeton_requests_total{endpoint="introspection",outcome="inactive"} 1"#,
        r#"jeton_requests_total{endpoint="token",outcome="invalid_client"} 1"#,
        r#"jeton_requests_total{endpoint="revocation",outcome="revoked"} 1"#,
        r#"jeton_requests_total{endpoint="revocation",outcome="inactive"} 1"#,
    ] {
        assert!(answer.body.lines().any(|have| have == line), "{line} is not in\n{}", answer.body);
    }
}

#[tokio::test]
async fn no_label_contains_input_of_a_caller() {
    let world = World::new().await;
    let client = world.client().await;
    world.ask(&client.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    let after_one = world.operations("/metrics").await.body;
    let counted = r#"jeton_refusals_total{reason="wrong_secret"} 1"#;
    assert!(after_one.lines().any(|line| line == counted), "the refusal is counted");
    for number in 0..50 {
        let unknown_client = client.with_id(&format!("nobody-{number}"));
        world.ask(&unknown_client, &[("scope", "a-scope"), ("resource", "https://a.example.com")]).await;
    }
    let after_many = world.operations("/metrics").await.body;
    assert_eq!(after_many.lines().count(), after_one.lines().count());
    for text in ["nobody", &client.id, "a-scope", "a.example.com"] {
        assert!(!after_many.contains(text), "{text}");
    }
}

#[tokio::test]
async fn the_public_listener_has_no_metrics() {
    let world = World::new().await;
    world.get("/metrics").send().await.refused(404, "invalid_request");
}
