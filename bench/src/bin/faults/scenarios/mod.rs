//! The scenarios: each breaks something under load, and returns what it found.

mod first_start;
mod full_disk;
mod kills;
mod partition;
mod promotion;
mod store_faults;

use std::io::Write as _;
use std::time::Duration;

use jeton_bench::Error;
use jeton_postgres_cluster::{Cluster, Durability};
use tempfile::TempDir;

use crate::commands::Program;
use crate::database::{Database, blocking};
use crate::findings::Findings;
use crate::options::{Options, Scenario};

/// What most scenarios share. Dropping the value stops the server and deletes all files.
pub(crate) struct World<'a> {
    options: &'a Options,
    program: Program,
    database: Database,
    folder: TempDir,
}

/// Runs the scenarios that the user wants, and adds what they found.
pub(crate) async fn run(options: &Options, all: &mut Vec<Findings>) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let cluster = blocking(|| Cluster::start(Durability::Durable))?;
    let database = Database::fill(cluster, folder.path(), options.cold).await?;
    let world = World { options, program: options.program()?, database, folder };
    store_faults::run(&world, all).await?;
    if options.includes(Scenario::Partition) {
        say("partition")?;
        all.push(partition::run(&world).await?);
    }
    if options.includes(Scenario::FirstStart) {
        say("first start")?;
        all.push(first_start::run(&world).await?);
    }
    if options.includes(Scenario::Kills) {
        say("kills")?;
        all.push(kills::run(&world).await?);
    }
    // The last one on this server, which is replaced in it.
    if options.includes(Scenario::Promotion) {
        say("promotion")?;
        all.extend(promotion::run(&world).await?);
    }
    if options.includes(Scenario::FullDisk) {
        say("full disk")?;
        all.extend(full_disk::run(&world).await?);
    }
    Ok(())
}

/// Says on stderr what runs now.
fn say(scenario: &str) -> std::io::Result<()> {
    writeln!(std::io::stderr(), "== {scenario}")
}

/// How long the load runs before a fault and after it.
const CALM: Duration = Duration::from_secs(1);
/// How long a scenario waits for what must be so much earlier.
const AMPLE: Duration = Duration::from_mins(1);
