//! The pace of answers about inactive tokens, of each account that sends them and of the node (decision 0010).
//!
//! A token counts whatever the reason why it is inactive. So the time of the answer does not tell a forged token from an
//! expired one.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use jeton_protocol::ClientId;
use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::pace::{Pace, Rate};

#[derive(Debug)]
pub(super) struct InactiveTokenPaces {
    accounts: Cache<ClientId, Arc<AccountPaces>>,
    node: Pace,
}

#[derive(Debug, Default)]
struct AccountPaces {
    all: Pace,
    /// The answers that do not wait for the node.
    share: Pace,
}

impl InactiveTokenPaces {
    pub(super) fn new() -> Self {
        Self { accounts: Cache::new(MAX_ACCOUNTS), node: Pace::default() }
    }

    /// How long an answer to `account` must wait for its turn. An account with few of them never waits for the node, so
    /// that a flood by other accounts does not delay it.
    pub(super) fn reserve(&self, account: &ClientId, now: Instant) -> Duration {
        let make = || -> Result<_, Infallible> { Ok(Arc::default()) };
        let Ok(paces) = self.accounts.get_or_insert_with(account, make);
        let of_account = paces.all.reserve(now, &OF_ACCOUNT);
        let of_node = self.node.reserve(now, &OF_NODE);
        let is_within_share = paces.share.reserve(now, &SHARE_OF_ACCOUNT).is_zero();
        if is_within_share { of_account } else { of_account.max(of_node) }
    }
}

/// 1,000 a second. The rate is higher and the wait shorter than those of a network with failed authentications: each wait
/// takes one of the connections of an API, which it also needs for valid tokens.
const OF_ACCOUNT: Rate =
    Rate { interval: Duration::from_millis(1), burst: 2_000, longest_wait: Duration::from_secs(2) };
/// 20 a second. The longest wait is how long an account that sent more has to be silent.
const SHARE_OF_ACCOUNT: Rate =
    Rate { interval: Duration::from_millis(50), burst: 100, longest_wait: Duration::from_secs(2) };
/// 2,000 a second: with ES256, checking them takes a tenth of one core.
const OF_NODE: Rate =
    Rate { interval: Duration::from_micros(500), burst: 2_000, longest_wait: Duration::from_secs(5) };
/// An account takes about 250 bytes.
const MAX_ACCOUNTS: usize = 16_384;
