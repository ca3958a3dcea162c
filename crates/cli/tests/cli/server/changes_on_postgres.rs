//! Two servers on one PostgreSQL database learn of each other's changes.

use std::thread::sleep;
use std::time::Duration;

use crate::harness::{Place, RESOURCE, Server};
use crate::postgres;

/// The body of a page for operators.
fn page(place: &Place, server: &Server, path: &str) -> String {
    place.shell(&format!("curl --silent {}{path}", server.operations_url())).done().stdout
}

/// The value of one series.
fn value(metrics: &str, series: &str) -> String {
    let found = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{series} is not in\n{metrics}")).to_owned()
}

/// Waits at most 30 s.
pub(super) fn until(mut condition: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if condition() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("it did not happen within 30 s");
}

#[test]
fn two_servers_apply_announced_changes_and_say_so() {
    let place = postgres::place("announcements");
    place.run(["resource", "create", RESOURCE, "--scope", "read:me=Read"]).done();
    let made = place.create_account("nightly", &["--scope", "read:me"]);
    let text = |member: &str| made[member].as_str().unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text("client_id"),
        text("client_secret")
    );
    let status = |server: &Server| {
        let at = format!("{}/oauth/v1/token", server.public_url());
        let curl = format!("curl --silent --output body --write-out '%{{http_code}}' --data @- {at}");
        place.shell(&format!("printf %s '{form}' | {curl}")).done().stdout
    };
    let servers = [Server::start(&place, &["serve"]), Server::start(&place, &["serve"])];
    for server in &servers {
        until(|| page(&place, server, "/readyz") == "ready\nchange source: notify\n");
        assert_eq!(status(server), "200");
    }
    for _ in 0..5 {
        for (command, effect) in [("disable", "401"), ("enable", "200")] {
            place.run(["account", command, "nightly"]).done();
            for server in &servers {
                until(|| status(server) == effect);
            }
        }
    }
    for server in &servers {
        let metrics = page(&place, server, "/metrics");
        assert_eq!(value(&metrics, "jeton_change_source{source=\"notify\"}"), "1");
        assert_eq!(value(&metrics, "jeton_change_source{source=\"poll\"}"), "0");
        let lag =
            |part: &str| value(&metrics, &format!("jeton_change_lag_seconds_{part}{{source=\"notify\"}}"));
        let count: f64 = lag("count").parse().unwrap();
        println!("{count} announced changes in {} s", lag("sum"));
        // Some may have been found by polling.
        assert!(count >= 5.0, "{metrics}");
    }
}
