//! The database is away, crashes, or is frozen.

use jeton_bench::Error;
use tokio::time::{Instant, sleep};

use super::{AMPLE, CALM, World, say};
use crate::checks::{audit_and_keys, no_revoked_token_is_active};
use crate::database::blocking;
use crate::findings::{Findings, seconds};
use crate::judge::{Fault, NORMAL_WITHIN, judge};
use crate::load::{Load, Rates};
use crate::options::{Options, Scenario};
use crate::site::{Plan, Site};

/// Runs those that the user wants, one after the other, on the same nodes.
pub(super) async fn run(world: &World<'_>, all: &mut Vec<Findings>) -> Result<(), Error> {
    let wanted = [(Scenario::Outage, "outage"), (Scenario::Crash, "crash"), (Scenario::Freeze, "freeze")];
    let wanted: Vec<_> =
        wanted.into_iter().filter(|(scenario, _)| world.options.includes(*scenario)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    world.database.copy("store_faults")?;
    let url = world.database.cluster.url("store_faults");
    let site = Site::start(&Plan {
        program: &world.program,
        folder: world.folder.path(),
        name: "store-faults",
        urls: [&url; 3],
        stale: "5m",
        accounts: &world.database.accounts,
    })
    .await?;
    for (scenario, name) in wanted {
        say(name)?;
        let mut findings = Findings::new(name);
        let load = Load::start(&site, Rates { revoking_clients: 1 })?;
        sleep(CALM).await;
        let from = Instant::now();
        let to = break_database(world, scenario).await?;
        finish(&site, load, Fault::of_database(from, to), world.options, &mut findings).await?;
        all.push(findings);
    }
    Ok(())
}

/// Breaks the database for a while. Returns when it works again.
async fn break_database(world: &World<'_>, scenario: Scenario) -> Result<Instant, Error> {
    let cluster = &world.database.cluster;
    if scenario == Scenario::Freeze {
        let frozen = cluster.freeze()?;
        sleep(world.options.frozen()).await;
        drop(frozen);
        return Ok(Instant::now());
    }
    blocking(|| cluster.crash())?;
    if scenario == Scenario::Outage {
        sleep(world.options.outage()).await;
    }
    blocking(|| cluster.start_again())?;
    Ok(Instant::now())
}

/// Waits until everything is normal again, ends the load, and judges it.
pub(super) async fn finish(
    site: &Site,
    load: Load,
    fault: Fault,
    options: &Options,
    findings: &mut Findings,
) -> Result<(), Error> {
    let promised = options.allow(NORMAL_WITHIN);
    findings.normal_after = site.until_normal(fault.to, promised + AMPLE, load.samples()).await?;
    let is_in_time = findings.normal_after.is_some_and(|time| time <= promised);
    let after = findings.normal_after.map_or_else(|| "never".to_owned(), seconds);
    findings.require(is_in_time, || format!("normal after {after}"));
    // Long enough to see a refusal after the promised time. With slack, that time is too far away.
    if options.slack == 1 {
        sleep(NORMAL_WITHIN.saturating_sub(fault.to.elapsed()) + CALM).await;
    }
    let (samples, revoked) = load.stop().await;
    judge(findings, &samples, &fault, options);
    no_revoked_token_is_active(site, &revoked, options, findings).await?;
    audit_and_keys(&site.administration, findings).await
}
