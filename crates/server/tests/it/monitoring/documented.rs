//! `docs/monitor.md` lists exactly the existing metrics, and `docs/explain.md` the existing reasons.

use std::collections::{BTreeMap, BTreeSet};

use jeton_server::Reason;

use super::scrape;
use crate::support::World;

const MONITOR: &str = include_str!("../../../../../docs/monitor.md");
const EXPLAIN: &str = include_str!("../../../../../docs/explain.md");

/// Type and labels by name.
type Listed = BTreeMap<String, (String, BTreeSet<String>)>;

#[tokio::test]
async fn the_page_lists_exactly_the_existing_metrics() {
    let world = World::new().await;
    let mut documented = documented();
    let real = real(&scrape(&world, None).await.body);
    // Present only with TLS, which no in-process test uses.
    if !real.contains_key(TLS) {
        assert!(documented.remove(TLS).is_some(), "{TLS} is documented");
    }
    assert_eq!(documented, real);
}

#[test]
fn the_page_of_reasons_lists_exactly_the_existing_ones() {
    let (_, section) = EXPLAIN.split_once("\n## The reasons\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let documented: BTreeSet<&str> =
        section.lines().filter(|line| line.starts_with("| `")).flat_map(|row| quoted(cell(row, 1))).collect();
    let real: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(documented, real);
}

fn documented() -> Listed {
    let (_, section) = MONITOR.split_once("\n## Metrics\n").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let labels = quoted(cell(row, 3)).map(str::to_owned).collect();
        (quoted(cell(row, 1)).next().unwrap().to_owned(), (cell(row, 2).to_owned(), labels))
    })
    .collect()
}

fn real(metrics: &str) -> Listed {
    let mut listed = Listed::new();
    let mut current = String::new();
    for line in metrics.lines() {
        if let Some(described) = line.strip_prefix("# TYPE ") {
            let (name, kind) = described.split_once(' ').unwrap();
            name.clone_into(&mut current);
            listed.insert(current.clone(), (kind.to_owned(), BTreeSet::new()));
        } else if !line.starts_with('#') {
            assert!(line.starts_with(&current), "{line}");
            let labels = line.split_once('{').map_or("", |(_, rest)| rest.split_once('}').unwrap().0);
            let names = labels.split(',').filter_map(|label| label.split_once('=')).map(|(name, _)| name);
            let (_, known) = listed.get_mut(&current).unwrap();
            known.extend(names.filter(|name| *name != "le").map(str::to_owned));
        }
    }
    listed
}

fn cell(row: &str, number: usize) -> &str {
    row.split('|').nth(number).unwrap().trim()
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

const TLS: &str = "jeton_tls_certificate_expiry_timestamp_seconds";
