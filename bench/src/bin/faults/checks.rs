//! What must be true after a fault: nothing acknowledged is lost, the audit log is intact, and the keys are right.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jeton_bench::Error;
use serde_json::Value;

use crate::accounts::Account;
use crate::administrators::Changes;
use crate::caller::Caller;
use crate::findings::Findings;
use crate::load::RevokedToken;
use crate::options::Options;
use crate::sample::{Kind, Samples};
use crate::site::{Administration, Site, until};

/// Checks that every acknowledged change is there and in effect on both nodes.
pub(crate) async fn nothing_is_lost(
    site: &Site,
    changes: &Changes,
    findings: &mut Findings,
) -> Result<(), Error> {
    let listed = site.administration.run(&["account", "list"]).await?;
    let ids = |is_enabled: bool| -> BTreeSet<&str> {
        let accounts = listed.as_array().into_iter().flatten();
        accounts
            .filter(|account| account["enabled"] == is_enabled)
            .filter_map(|account| account["client_id"].as_str())
            .collect()
    };
    let (enabled, disabled) = (ids(true), ids(false));
    let lost = |accounts: &[Account], there: &BTreeSet<&str>| {
        accounts.iter().filter(|account| !there.contains(account.client_id.as_str())).count()
    };
    let (created, off) = (lost(&changes.created, &enabled), lost(&changes.disabled, &disabled));
    findings.require(created == 0, || format!("{created} acknowledged accounts are lost"));
    findings.require(off == 0, || format!("{off} acknowledged accounts are not disabled"));
    for node in 0..site.nodes.len() {
        let caller = site.caller(node, &Samples::default())?;
        for account in &changes.disabled {
            let status = until(|| decided(&caller, account)).await;
            findings.require(status == Some(401), || "a disabled account is not refused".to_owned());
        }
    }
    findings.broken.extend(changes.wrong.iter().cloned());
    findings.note(format!(
        "administrators: {} accounts created, {} of them disabled, {} rotations of a key, {} commands without a database",
        changes.acknowledged.len(),
        changes.disabled.len(),
        changes.rotations,
        changes.unavailable
    ));
    Ok(())
}

/// The status of a token request, unless the node cannot tell.
async fn decided(caller: &Caller, account: &Account) -> Option<u16> {
    let answer = caller.token_answer(Kind::ColdToken, account, &account.secret).await;
    answer.map(|answer| answer.status).filter(|status| *status != 503)
}

/// Checks that both nodes call every revoked token inactive.
pub(crate) async fn no_revoked_token_is_active(
    site: &Site,
    revoked: &[RevokedToken],
    options: &Options,
    findings: &mut Findings,
) -> Result<(), Error> {
    let (mut active, allowed) = (0, options.allow(EFFECT_WITHIN));
    for node in 0..site.nodes.len() {
        let caller = site.caller(node, &Samples::default())?;
        for token in revoked {
            let introspecting = site.clients.introspecting();
            let known = until(|| async {
                let has_had_time = token.at.elapsed() > allowed;
                let is_active = caller.introspect(Kind::SeenToken, introspecting, &token.token).await?;
                (!is_active || has_had_time).then_some(is_active)
            });
            active += usize::from(known.await != Some(false));
        }
    }
    findings.require(active == 0, || format!("{active} acknowledged revocations are not in effect"));
    findings.note(format!("{} tokens revoked by their clients", revoked.len()));
    Ok(())
}

/// Checks the audit log, and that each kind of key has a single active one.
pub(crate) async fn audit_and_keys(
    administration: &Administration,
    findings: &mut Findings,
) -> Result<(), Error> {
    match administration.run(&["audit", "verify"]).await {
        Ok(verified) => {
            findings.require(verified["intact"] == true, || "the audit log is broken".to_owned());
            findings.note(format!("audit log intact, {} records", verified["records"]));
        }
        Err(failure) => findings.require(false, || failure.to_string()),
    }
    let keys = administration.run(&["key", "list", "--all"]).await?;
    let mut active: BTreeMap<String, usize> = BTreeMap::new();
    for key in keys.as_array().into_iter().flatten().filter(|key| key["purpose"] != "lookup") {
        *active.entry(kind(key)).or_default() += usize::from(key["state"] == "active");
    }
    findings.require(!active.is_empty(), || "there are no keys".to_owned());
    for (kind, count) in active {
        findings.require(count == 1, || format!("{count} keys are active for {kind}"));
    }
    Ok(())
}

fn kind(key: &Value) -> String {
    format!(
        "{} {}",
        key["purpose"].as_str().unwrap_or_default(),
        key["algorithm"].as_str().unwrap_or_default()
    )
}

/// A revocation on one node takes effect on the others.
pub(crate) const EFFECT_WITHIN: Duration = Duration::from_secs(1);
