//! Nodes are killed with SIGKILL, in turns, while clients revoke tokens and an administrator makes changes.

use std::time::Duration;

use jeton_bench::Error;
use tokio::time::{Instant, sleep};

use super::{AMPLE, CALM, World};
use crate::administrators::Administrators;
use crate::checks::{EFFECT_WITHIN, audit_and_keys, no_revoked_token_is_active, nothing_is_lost};
use crate::findings::{Findings, seconds};
use crate::judge::{Fault, judge};
use crate::load::{Load, Rates};
use crate::revocation_watch::RevocationWatch;
use crate::sample::Outcome;
use crate::site::{Plan, Site};

pub(super) async fn run(world: &World<'_>) -> Result<Findings, Error> {
    let (mut findings, options) = (Findings::new("kills"), world.options);
    world.database.copy("kills")?;
    let url = world.database.cluster.url("kills");
    let mut site = Site::start(&Plan {
        program: &world.program,
        folder: world.folder.path(),
        name: "kills",
        urls: [&url; 3],
        stale: "5m",
        accounts: &world.database.accounts,
    })
    .await?;
    let load = Load::start(&site, Rates { revoking_clients: 4 })?;
    let watch = RevocationWatch::start(&site, &load.revoked, EFFECT_WITHIN)?;
    let administrators = Administrators::start(&site.administration, "kills");
    sleep(CALM).await;
    let from = Instant::now();
    let longest_start = kill_repeatedly(&mut site, options.cycles).await?;
    let to = Instant::now();
    findings.normal_after = site.until_normal(to, AMPLE, load.samples()).await?;
    findings.require(findings.normal_after.is_some(), || "not normal after the kills".to_owned());
    let changes = administrators.stop().await;
    let (samples, revoked) = load.stop().await;

    let cut = samples.iter().filter(|sample| sample.outcome == Outcome::NoAnswer).count();
    findings.note(format!(
        "{} kills, {cut} requests without an answer; a node served again at most {} after a kill",
        options.cycles,
        seconds(longest_start)
    ));
    judge(&mut findings, &samples, &Fault { from, to, stale: None, kills_nodes: true }, options);
    let late = watch.finish().await?;
    let allowed = options.allow(EFFECT_WITHIN).saturating_sub(EFFECT_WITHIN);
    let too_late = late.iter().filter(|late| late.is_none_or(|late| late > allowed)).count();

    findings.require(too_late == 0, || {
        format!("{too_late} revoked tokens were active after {}", seconds(EFFECT_WITHIN))
    });
    no_revoked_token_is_active(&site, &revoked, options, &mut findings).await?;
    nothing_is_lost(&site, &changes, &mut findings).await?;
    audit_and_keys(&site.administration, &mut findings).await?;
    Ok(findings)
}

/// Kills the nodes in turns. Returns how long the slowest start took.
async fn kill_repeatedly(site: &mut Site, cycles: u32) -> Result<Duration, Error> {
    let mut longest = Duration::ZERO;
    for cycle in 0..cycles {
        let node = &mut site.nodes[cycle as usize % 2];
        // The time of the kill is part of the test; these sleeps wait for no condition.
        sleep(moment(cycle, SERVING)).await;
        node.kill().await?;
        if cycle % 4 == 3 {
            node.spawn()?;
            sleep(moment(cycle, STARTING)).await;
            node.kill().await?;
        }
        let began = Instant::now();
        node.start().await?;
        longest = longest.max(began.elapsed());
    }
    Ok(longest)
}

/// A moment within this time, another one in each cycle.
fn moment(cycle: u32, within: Duration) -> Duration {
    within * (cycle * 7_919 % 1_000) / 1_000
}

const SERVING: Duration = Duration::from_millis(300);
const STARTING: Duration = Duration::from_millis(150);
