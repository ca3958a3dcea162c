//! The primary is lost, and its synchronous standby becomes the primary. Then the old primary returns.

use std::time::Duration;

use jeton_bench::Error;
use jeton_postgres_cluster::Cluster;
use tokio::time::{Instant, sleep};

use super::store_faults::finish;
use super::{AMPLE, CALM, World};
use crate::administrators::Administrators;
use crate::checks::nothing_is_lost;
use crate::database::blocking;
use crate::findings::{Findings, seconds};
use crate::judge::Fault;
use crate::load::{Load, Rates};
use crate::options::Options;
use crate::site::{Plan, Site};

pub(super) async fn run(world: &World<'_>) -> Result<[Findings; 2], Error> {
    world.database.copy("promotion")?;
    let new = blocking(|| world.database.cluster.start_standby())?;
    make_synchronous(&world.database.cluster).await?;
    let old = &world.database.cluster;
    // The order of the servers does not matter.
    let url = format!("postgres://jeton@{},{}/promotion", new.host(), old.host());
    let site = Site::start(&Plan {
        program: &world.program,
        folder: world.folder.path(),
        name: "promotion",
        urls: [&url; 3],
        stale: "5m",
        accounts: &world.database.accounts,
    })
    .await?;
    let promotion = promote(world.options, &site, old, &new).await?;
    let returned = return_old(world.options, &site, old, &new).await?;
    Ok([promotion, returned])
}

/// From now on, a commit is acknowledged only after the standby has it.
async fn make_synchronous(primary: &Cluster) -> Result<(), Error> {
    primary.set("synchronous_standby_names", "standby")?;
    let began = Instant::now();
    while primary.execute("postgres", "SELECT sync_state FROM pg_stat_replication")? != "sync" {
        if began.elapsed() > AMPLE {
            return Err("the standby does not replicate synchronously".into());
        }
        sleep(POLL).await;
    }
    Ok(())
}

async fn promote(options: &Options, site: &Site, old: &Cluster, new: &Cluster) -> Result<Findings, Error> {
    let mut findings = Findings::new("promotion");
    let load = Load::start(site, Rates { revoking_clients: 2 })?;
    let administrators = Administrators::start(&site.administration, "promotion");
    sleep(CALM * 2).await;
    let from = Instant::now();
    blocking(|| old.crash())?;
    sleep(CALM).await;
    blocking(|| new.promote())?;
    let to = Instant::now();
    finish(site, load, Fault::of_database(from, to), options, &mut findings).await?;
    let changes = administrators.stop().await;
    let first = changes.first_after(to);
    findings.require(first.is_some_and(|time| time <= options.allow(COMMAND_WITHIN)), || {
        "no account was created after the promotion".to_owned()
    });
    findings.note(format!(
        "first account created by a command {} after the promotion",
        first.map_or_else(|| "never".to_owned(), seconds)
    ));
    nothing_is_lost(site, &changes, &mut findings).await?;
    Ok(findings)
}

/// The old primary does not know that it was replaced, and accepts writes.
async fn return_old(options: &Options, site: &Site, old: &Cluster, new: &Cluster) -> Result<Findings, Error> {
    let mut findings = Findings::new("returned");
    let load = Load::start(site, Rates { revoking_clients: 2 })?;
    old.set("synchronous_standby_names", "")?;
    blocking(|| old.start_again())?;
    let before = state(old)?;
    sleep(CALM).await;
    let from = Instant::now();
    blocking(|| new.crash())?;
    sleep(AWAY).await;
    let after = state(old)?;
    findings.require(before == after, || format!("the old primary was written to: {before} became {after}"));
    blocking(|| new.start_again())?;
    let to = Instant::now();
    finish(site, load, Fault::of_database(from, to), options, &mut findings).await?;
    let end = state(old)?;
    findings.require(before == end, || format!("the old primary was written to: {before} became {end}"));
    findings.note(format!("the old primary stayed as it was: {before}"));
    Ok(findings)
}

/// Everything that a node writes: audit records, revocations by clients, its own reports, and last uses of secrets.
fn state(cluster: &Cluster) -> Result<String, Error> {
    Ok(cluster.execute("promotion", STATE)?)
}

const STATE: &str =
    "SELECT 'audit ' || (SELECT string_agg(chain || '@' || seq, ' ' ORDER BY chain) FROM audit_ends)
    || ', revocation ' || (SELECT max(number)::text FROM revocation_end)
    || ', reported ' || (SELECT max(reported_at)::text FROM nodes)
    || ', used ' || coalesce((SELECT max(at)::text FROM credential_uses), 'never')";
const AWAY: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(50);
/// A command starts, connects and writes within this time, after a command that waits for the promotion has failed.
const COMMAND_WITHIN: Duration = Duration::from_secs(4);
