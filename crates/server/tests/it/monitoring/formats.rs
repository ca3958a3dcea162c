//! `Accept` decides between the classic text format and `OpenMetrics`.

use super::scrape;
use crate::support::World;

const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[tokio::test]
async fn openmetrics_is_sent_if_preferred() {
    let world = World::new().await;
    for accept in [
        // Prometheus 2
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        // Prometheus 3
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        // Prometheus 3 that prefers protobuf
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text",
        "Application/OpenMetrics-Text; q=0.5, text/plain; q=0.5",
        "application/openmetrics-text;q=0.9, text/*;q=0.8",
    ] {
        let answer = scrape(&world, Some(accept)).await;
        assert_eq!(answer.header("content-type"), Some(OPEN_METRICS), "{accept}");
        assert_eq!(answer.header("vary"), Some("accept"));
        assert!(answer.body.ends_with("# EOF\n"), "{}", answer.body);
        assert!(answer.body.contains("# TYPE jeton_requests counter\n"), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_classic_format_is_sent_otherwise() {
    let world = World::new().await;
    for accept in [
        None,
        // curl
        Some("*/*"),
        // Firefox
        Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        // Chrome
        Some(
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        ),
        Some("text/plain"),
        Some("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.8"),
        Some("*/*, application/openmetrics-text;q=0.5"),
        Some("application/openmetrics-text;q=0"),
        Some("application/openmetrics-text;q=2"),
        Some("application/json"),
        Some(""),
    ] {
        let answer = scrape(&world, accept).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(CLASSIC), "{accept:?}");
        assert_eq!(answer.header("vary"), Some("accept"));
        assert!(!answer.body.contains("# EOF") && !answer.body.contains("# UNIT"), "{}", answer.body);
        assert!(answer.body.contains("# TYPE jeton_requests_total counter\n"), "{}", answer.body);
    }
}
