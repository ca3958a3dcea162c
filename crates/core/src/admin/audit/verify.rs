//! Verifies that the audit log was not changed. Reads page by page, so that memory use does not grow with the log.
//!
//! Needs no master key: anyone with a copy of the database can verify it.

pub use jeton_admin::view::AuditVerdict;

use crate::admin::audit::chain::{BrokenLog, ChainCheck, ChainHead, CheckedChain, IntactLog};
use crate::model::Chain;
use crate::store::{AuditLog, ChainPage, StoreError};

/// Checks all chains of the log, which must contain `expected_heads`: heads that an earlier run printed. Each chain must
/// also reach the end that the store has noted, and the chain of earlier versions the head that the first record of
/// another chain carries. Calls `progress` after each page with the number of records checked so far.
///
/// # Errors
/// [`StoreError`] if the log cannot be read to its end.
pub async fn verify_audit<L: AuditLog + ?Sized>(
    log: &L,
    expected_heads: &[ChainHead],
    mut progress: impl FnMut(u64) + Send,
) -> Result<AuditVerdict, StoreError> {
    let mut expected = expected_heads.to_vec();
    let mut intact = IntactLog::default();
    for chain in list_chains(log, &mut expected).await? {
        match check_chain(log, chain, &expected, intact.records, &mut progress).await? {
            Err(broken) => return Ok(AuditVerdict::Broken(broken)),
            Ok(checked) => {
                intact.records += checked.records;
                intact.unchained += checked.unchained;
                intact.heads.extend(checked.head);
                expected.extend(checked.continues);
            }
        }
    }
    intact.heads.sort_by_key(|head| head.chain.to_string());
    Ok(AuditVerdict::Intact(intact))
}

/// The chains to check: those that exist, and those of expected heads. Adds the ends that the store has noted to
/// `expected`. [`Chain::Version1`] comes last, because the other chains say how it must end.
async fn list_chains<L: AuditLog + ?Sized>(
    log: &L,
    expected: &mut Vec<ChainHead>,
) -> Result<Vec<Chain>, StoreError> {
    let stored = log.list_chains().await?;
    expected.extend(stored.iter().filter_map(|chain| chain.end.head()));
    let mut chains: Vec<Chain> = stored.into_iter().map(|chain| chain.end.chain).collect();
    chains.extend(expected.iter().map(|head| head.chain.clone()));
    chains.push(Chain::Version1);
    chains.sort_by(|one, other| other.cmp(one));
    chains.dedup();
    Ok(chains)
}

/// Checks one chain. `before` is the number of records of the chains that were checked before.
async fn check_chain<L: AuditLog + ?Sized>(
    log: &L,
    chain: Chain,
    expected: &[ChainHead],
    before: u64,
    progress: &mut (impl FnMut(u64) + Send),
) -> Result<Result<CheckedChain, BrokenLog>, StoreError> {
    let mut check = ChainCheck::new(chain.clone(), expected);
    loop {
        let page = ChainPage { chain: chain.clone(), after: check.last_sequence(), limit: PAGE };
        let records = log.list_chain(&page).await?;
        if records.is_empty() {
            return Ok(check.finish());
        }
        if let Err(broken) = check.check_page(&records) {
            return Ok(Err(broken));
        }
        progress(before + check.records());
    }
}

const PAGE: u32 = 500;
