//! Several nodes start at once on an empty database, and on one with a resource of another algorithm but without keys.

use std::time::Duration;

use jeton_bench::Error;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::World;
use crate::caller::Caller;
use crate::checks::audit_and_keys;
use crate::findings::{Findings, seconds};
use crate::node::{Node, write_config};
use crate::sample::Samples;
use crate::site::{Administration, until};

pub(super) async fn run(world: &World<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::new("first start");
    for (name, count, algorithm) in [("two", 2, None), ("four", 4, None), ("algorithms", 3, Some("RS256"))] {
        start(world, &format!("first_start_{name}"), count, algorithm, &mut findings).await?;
    }
    Ok(findings)
}

/// Starts so many nodes. The first one that comes to it migrates the database, and creates the master key and the keys.
/// With an algorithm, the database is migrated before and has a resource of this algorithm.
async fn start(
    world: &World<'_>,
    database: &str,
    count: usize,
    algorithm: Option<&str>,
    findings: &mut Findings,
) -> Result<(), Error> {
    world.database.cluster.create_database(database)?;
    let folder = tempfile::tempdir_in(world.folder.path())?;
    let url = world.database.cluster.url(database);
    let mut nodes = Vec::new();
    for number in 0..count {
        nodes.push(Node::new(
            &world.program,
            write_config(folder.path(), &format!("{number}.toml"), &url, "5m")?,
        ));
    }
    let administration = Administration::new(&world.program, folder.path().join("0.toml"));
    if let Some(algorithm) = algorithm {
        let resource =
            ["resource", "create", "https://other.example.com", "--scope", "read", "--alg", algorithm];
        administration.run(&resource).await?;
    }
    let began = Instant::now();
    let mut starts = JoinSet::new();
    for mut node in nodes {
        starts.spawn(async move { node.start().await.map(|()| node) });
    }
    let mut nodes = Vec::new();
    while let Some(started) = starts.join_next().await {
        match started? {
            Ok(node) => nodes.push(node),
            Err(error) => findings.require(false, || error.to_string()),
        }
    }
    let mut key_sets = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        let caller = Caller::new(number, node.address(), Samples::default())?;
        let is_ready = until(|| async { caller.is_ready().await.then_some(()) }).await;
        findings.require(is_ready.is_some(), || "a node is not ready".to_owned());
    }
    let elapsed = began.elapsed();
    // A node that created keys, and one that read them a moment before another one was added, agree within a second.
    sleep(AGREE).await;
    for (number, node) in nodes.iter().enumerate() {
        key_sets.push(Caller::new(number, node.address(), Samples::default())?.keys().await);
    }
    let is_equal = key_sets.iter().all(|keys| keys.is_some() && *keys == key_sets[0]);
    findings.require(is_equal, || format!("{count} nodes do not have the same keys"));
    let applied = world.database.cluster.execute(database, APPLIED)?;
    findings.require(applied == "t", || "a migration was applied twice or not at all".to_owned());
    let listed = administration.run(&["node", "list"]).await?;
    let listed = listed.as_array().map_or(0, Vec::len);
    findings.require(listed == count, || format!("{listed} of {count} nodes report to the database"));
    audit_and_keys(&administration, findings).await?;
    findings.note(format!("{count} nodes started and were ready after {}", seconds(elapsed)));
    findings.normal_after = findings.normal_after.max(Some(elapsed));
    Ok(())
}

/// Whether each migration was applied once.
const APPLIED: &str =
    "SELECT count(*) > 0 AND count(*) = count(DISTINCT version) AND bool_and(success) FROM _sqlx_migrations";
const AGREE: Duration = Duration::from_secs(1);
