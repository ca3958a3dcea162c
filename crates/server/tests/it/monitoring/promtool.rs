//! Checks of the metrics and the example rules with the tools of Prometheus.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::scrape;
use crate::support::World;

#[tokio::test]
async fn promtool_finds_no_fault_in_the_metrics() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    let metrics = scrape(&world, None).await.body;
    let mut child = promtool(&["check", "metrics"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    assert_success(&child.wait_with_output().unwrap());
}

#[test]
fn promtool_accepts_the_example_configuration_and_rules() {
    for arguments in [
        ["check", "config", "prometheus.yml"],
        ["check", "rules", "alerts.yml"],
        ["test", "rules", "alerts_test.yml"],
    ] {
        assert_success(&promtool(&arguments).current_dir(root().join("examples/monitor")).output().unwrap());
    }
}

#[test]
fn every_metric_in_the_rules_is_documented() {
    let rules = std::fs::read_to_string(root().join("examples/monitor/alerts.yml")).unwrap();
    let page = std::fs::read_to_string(root().join("docs/monitor.md")).unwrap();
    let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = rules.split(|letter| !is_of_a_name(letter));
    let names: Vec<&str> =
        words.filter(|word| word.starts_with("jeton_") || word.starts_with("process_")).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let name = name.strip_suffix("_bucket").unwrap_or(name);
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

fn promtool(arguments: &[&str]) -> Command {
    let mut command = Command::new(root().join("target/prometheus/promtool"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[track_caller]
fn assert_success(output: &Output) {
    let output_text = [&*output.stdout, &*output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output_text));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
