//! The metrics, and that all series exist from the start.

use std::time::Duration;

use jeton_core::admin::NewAccount;
use jeton_server::Reason;

use super::{scrape, value};
use crate::support::World;

#[tokio::test]
async fn all_series_exist_from_the_start() {
    let world = World::new().await;
    let before = scrape(&world, None).await.body;
    let names = |text: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.rsplit_once(' ')).map(|(series, _)| series.to_owned()).collect()
    };
    for series in [
        r#"jeton_requests_total{endpoint="token",outcome="issued"}"#,
        r#"jeton_requests_total{endpoint="token",outcome="server_error"}"#,
        r#"jeton_requests_total{endpoint="revocation",outcome="unauthorized_client"}"#,
        r#"jeton_request_duration_seconds_count{endpoint="introspection"}"#,
        r#"jeton_store_errors_total{kind="unavailable"}"#,
        r#"jeton_store_errors_total{kind="conflict"}"#,
        r#"jeton_store_errors_total{kind="corrupt"}"#,
        r#"jeton_hash_queue{lane="light"}"#,
        r#"jeton_hash_queue{lane="heavy"}"#,
        r#"jeton_secrets_expiring{within="30d"}"#,
        "jeton_in_flight_requests",
    ] {
        assert_eq!(value(&before, series), 0.0, "{series}");
    }
    for reason in Reason::ALL {
        assert_eq!(value(&before, &format!(r#"jeton_refusals_total{{reason="{reason}"}}"#)), 0.0);
    }
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.revoke(&client, &token).await.revoked();
    world.ask(&client, &[("scope", "a-scope")]).await.refused(400, "invalid_scope");
    world.get("/oauth/v1/authorize").send().await.refused(400, "unsupported_response_type");
    world.get("/nothing").send().await.refused(404, "invalid_request");
    world.get("/oauth/v1/jwks").send().await;
    assert_eq!(names(&scrape(&world, None).await.body), names(&before));
}

#[tokio::test]
async fn a_refusal_is_counted_by_its_reason() {
    let world = World::new().await;
    let client = world.client().await;
    world.ask(&client.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    world.ask(&client.with_id("nobody"), &[]).await.refused(401, "invalid_client");
    let metrics = scrape(&world, None).await.body;
    assert_eq!(value(&metrics, r#"jeton_refusals_total{reason="wrong_secret"}"#), 1.0);
    assert_eq!(value(&metrics, r#"jeton_refusals_total{reason="unknown_client"}"#), 1.0);
    assert_eq!(value(&metrics, r#"jeton_requests_total{endpoint="token",outcome="invalid_client"}"#), 2.0);
}

#[tokio::test]
async fn durations_are_recorded_by_endpoint() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.token(&client).await;
    world.introspect(&client, &token).await.active();
    let metrics = scrape(&world, None).await.body;
    for (endpoint, count) in
        [("token", 2.0), ("introspection", 1.0), ("revocation", 0.0), ("jwks", 0.0), ("authorize", 0.0)]
    {
        let labels = format!(r#"{{endpoint="{endpoint}"}}"#);
        assert_eq!(value(&metrics, &format!("jeton_request_duration_seconds_count{labels}")), count);
        let last = format!(r#"jeton_request_duration_seconds_bucket{{endpoint="{endpoint}",le="+Inf"}}"#);
        assert_eq!(value(&metrics, &last), count);
    }
}

#[tokio::test]
async fn errors_of_the_store_are_counted_by_kind() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.make_unavailable();
    world.ask(&client, &[]).await.refused(503, "temporarily_unavailable");
    world.store.restore();
    let metrics = scrape(&world, None).await.body;
    assert_eq!(value(&metrics, r#"jeton_store_errors_total{kind="unavailable"}"#), 1.0);
    assert_eq!(value(&metrics, r#"jeton_refusals_total{reason="store_unavailable"}"#), 1.0);
    assert_eq!(value(&metrics, r#"jeton_store_errors_total{kind="corrupt"}"#), 0.0);
}

#[tokio::test]
async fn secrets_that_expire_within_30_days_are_counted() {
    let world = World::new().await;
    let day = Duration::from_hours(24);
    for ends in [Some(29 * day), Some(31 * day), None] {
        world.create(NewAccount { secret_expires_in: ends, ..world.new_account() }).await;
    }
    world.gateway.count_expiring_secrets().await.unwrap();
    let series = r#"jeton_secrets_expiring{within="30d"}"#;
    assert_eq!(value(&scrape(&world, None).await.body, series), 1.0);
    world.clock.pass(2 * day);
    world.gateway.count_expiring_secrets().await.unwrap();
    assert_eq!(value(&scrape(&world, None).await.body, series), 2.0);
    world.store.make_unavailable();
    world.gateway.count_expiring_secrets().await.unwrap_err();
    assert_eq!(value(&scrape(&world, None).await.body, series), 2.0, "the last count is kept");
}

#[tokio::test]
async fn the_age_of_the_active_key_grows_until_it_is_rotated() {
    let world = World::new().await;
    let age = async || value(&scrape(&world, None).await.body, "jeton_active_key_age_seconds");
    let before = age().await;
    world.pass(Duration::from_hours(24)).await;
    assert_eq!(age().await - before, 86_400.0);
    world.pass(Duration::from_hours(24 * 90)).await;
    world.maintain_keys().await;
    assert_eq!(age().await, 0.0);
}

#[tokio::test]
async fn process_metrics_exist() {
    let world = World::new().await;
    let metrics = scrape(&world, None).await.body;
    for name in [
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_start_time_seconds",
    ] {
        assert!(value(&metrics, name) > 0.0, "{name}");
    }
    assert!(value(&metrics, "process_cpu_seconds_total") >= 0.0);
    assert!(
        value(&metrics, "process_resident_memory_bytes") < value(&metrics, "process_virtual_memory_bytes")
    );
    assert!(value(&metrics, "process_open_fds") < value(&metrics, "process_max_fds"));
}
