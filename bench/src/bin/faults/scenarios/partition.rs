//! The packets between one node and the database vanish, and no connection is reset.

use std::time::Duration;

use jeton_bench::Error;
use tokio::time::{Instant, sleep};

use super::{AMPLE, CALM, World, store_faults};
use crate::accounts::{Account, RESOURCE};
use crate::caller::Caller;
use crate::findings::{Findings, seconds};
use crate::judge::{Fault, NORMAL_WITHIN};
use crate::load::{Load, Rates};
use crate::network::Network;
use crate::sample::{Kind, Samples};
use crate::site::{Plan, Site};

pub(super) async fn run(world: &World<'_>) -> Result<Findings, Error> {
    let mut findings = Findings::new("partition");
    world.database.copy("partition")?;
    let cluster = &world.database.cluster;
    let network = Network::start(cluster.socket()).await?;
    let (direct, through_network) = (cluster.url("partition"), network.url("partition"));
    let site = Site::start(&Plan {
        program: &world.program,
        folder: world.folder.path(),
        name: "partition",
        urls: [&direct, &through_network, &direct],
        stale: STALE_TEXT,
        accounts: &world.database.accounts,
    })
    .await?;
    let partition = Partition {
        // Their answers are judged here and not as those of the load.
        cut_off: site.caller(0, &Samples::default())?,
        other: site.caller(1, &Samples::default())?,
        account: new_account(&site).await?,
    };
    partition.warm_up().await?;
    let load = Load::start(&site, Rates { revoking_clients: 1 })?;
    sleep(CALM).await;

    let from = Instant::now();
    network.lose();
    partition.disable(world, &site, &mut findings).await?;
    partition.become_unready(world, from, &mut findings).await;
    // PostgreSQL ends a transaction of the lost node, and so its locks, after five seconds.
    let writes = until(from, async || partition.writes(&site).await).await;
    findings.require(writes.is_some(), || "the node with a database accepts no writes".to_owned());
    sleep(CALM).await;

    network.heal();
    let to = Instant::now();
    partition.apply_the_disable(world, to, &mut findings).await;
    let fault = Fault { from, to, stale: Some((0, from + STALE)), kills_nodes: false };
    store_faults::finish(&site, load, fault, world.options, &mut findings).await?;
    Ok(findings)
}

/// Both nodes, and an account that is disabled while one of them is cut off.
struct Partition {
    cut_off: Caller,
    other: Caller,
    account: Account,
}

impl Partition {
    /// Brings the account into the memory of both nodes.
    async fn warm_up(&self) -> Result<(), Error> {
        for caller in [&self.cut_off, &self.other] {
            let served = until(Instant::now(), async || self.status(caller).await == OK).await;
            served.ok_or("a node does not serve a new account")?;
        }
        Ok(())
    }

    async fn disable(&self, world: &World<'_>, site: &Site, findings: &mut Findings) -> Result<(), Error> {
        site.administration.run(&["account", "disable", &self.account.client_id]).await?;
        let effect = until(Instant::now(), async || self.status(&self.other).await == UNAUTHORIZED).await;
        findings.require(effect.is_some_and(|time| time <= world.options.allow(EFFECT_WITHIN)), || {
            format!("a disable took effect on the node with a database after {}", text(effect))
        });
        findings.note(format!(
            "node with a database: disable in effect {} after its acknowledgement",
            text(effect)
        ));
        Ok(())
    }

    async fn become_unready(&self, world: &World<'_>, from: Instant, findings: &mut Findings) {
        let unready = until(from, async || !self.cut_off.is_ready().await).await;
        findings
            .require(unready.is_some_and(|time| time <= STALE + world.options.allow(UNREADY_WITHIN)), || {
                format!("the node without a database became unready after {}", text(unready))
            });
        let status = self.status(&self.cut_off).await;
        findings.require(status == UNAVAILABLE, || format!("the unready node answered {status}"));
        findings.note(format!(
            "node without a database: unready after {}, with serve_stale_for {STALE_TEXT}",
            text(unready)
        ));
    }

    /// Whether the node with a database revokes a token.
    async fn writes(&self, site: &Site) -> bool {
        let account = &site.clients.accounts.warm[0];
        match self.other.token(Kind::WarmToken, account).await {
            Some(token) => self.other.revoke(account, &token).await,
            None => false,
        }
    }

    /// The node must refuse the account from its first answer on.
    async fn apply_the_disable(&self, world: &World<'_>, to: Instant, findings: &mut Findings) {
        let mut served = 0;
        let refused = until(to, async || {
            let status = self.status(&self.cut_off).await;
            served += usize::from(status == OK);
            status == UNAUTHORIZED
        });
        let refused = refused.await;
        findings
            .require(served == 0, || format!("{served} tokens for a disabled account after the partition"));
        findings.require(refused.is_some_and(|time| time <= world.options.allow(NORMAL_WITHIN)), || {
            format!("the disable took effect {} after the partition", text(refused))
        });
        findings.note(format!(
            "node without a database: disable in effect {} after the partition",
            text(refused)
        ));
    }

    /// The status of a token request, 0 without an answer.
    async fn status(&self, caller: &Caller) -> u16 {
        let answer = caller.token_answer(Kind::WarmToken, &self.account, &self.account.secret).await;
        answer.map_or(0, |answer| answer.status)
    }
}

async fn new_account(site: &Site) -> Result<Account, Error> {
    let create =
        ["account", "create", "disabled later", "--resource", RESOURCE, "--scope", jeton_bench::SCOPE];
    Ok(Account::of(&site.administration.run(&create).await?).ok_or("a new account has no secret")?)
}

/// How long after `since` it is so. `None` if it takes far too long.
async fn until(since: Instant, mut is_so: impl AsyncFnMut() -> bool) -> Option<Duration> {
    while since.elapsed() < AMPLE {
        if is_so().await {
            return Some(since.elapsed());
        }
        sleep(POLL).await;
    }
    None
}

fn text(time: Option<Duration>) -> String {
    time.map_or_else(|| format!("more than {}", seconds(AMPLE)), seconds)
}

const OK: u16 = 200;
const UNAUTHORIZED: u16 = 401;
const UNAVAILABLE: u16 = 503;
const STALE: Duration = Duration::from_secs(5);
const STALE_TEXT: &str = "5s";
/// A change takes effect within a second; a refusal waits up to 250 ms more.
const EFFECT_WITHIN: Duration = Duration::from_millis(1_250);
/// After the staleness that is allowed.
const UNREADY_WITHIN: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(20);
