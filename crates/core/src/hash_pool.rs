//! Where hashing happens: on a few blocking threads, behind a queue with an end.
//!
//! Two lanes, so that a flood of secrets that cost 19 MiB each never delays the light ones. Memory for hashing is
//! bounded by the permits: `heavy × 19 MiB + light × 256 KiB`.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::secret_hash::{HashCost, SecretHash};

/// Runs hashes, a few at a time.
#[derive(Debug)]
pub struct HashPool {
    light: Lane,
    heavy: Lane,
}

#[derive(Debug)]
struct Lane {
    running: Semaphore,
    queue: Semaphore,
    begun: AtomicU64,
}

impl HashPool {
    /// A pool for `cores` cores: as many light hashes at once, half as many heavy ones.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        Self { light: Lane::new(cores.max(1)), heavy: Lane::new((cores / 2).max(1)) }
    }

    /// Whether `secret` is the one behind `hash`.
    ///
    /// # Errors
    /// [`HashPoolFull`] at once when too many are waiting already.
    pub async fn matches(
        &self,
        hash: &SecretHash,
        cost: HashCost,
        secret: &str,
    ) -> Result<bool, HashPoolFull> {
        let lane = self.lane(cost);
        let _place = lane.queue.try_acquire().map_err(|_| HashPoolFull)?;
        let _permit = lane.running.acquire().await.map_err(|_| HashPoolFull)?;
        lane.begun.fetch_add(1, Ordering::Relaxed);
        let hash = hash.clone();
        let secret = Zeroizing::new(secret.to_owned());
        tokio::task::spawn_blocking(move || hash.matches(&secret)).await.map_err(|_| HashPoolFull)
    }

    /// How many hashes of this cost were begun.
    #[must_use]
    pub fn begun(&self, cost: HashCost) -> u64 {
        self.lane(cost).begun.load(Ordering::Relaxed)
    }

    fn lane(&self, cost: HashCost) -> &Lane {
        match cost {
            HashCost::Light => &self.light,
            HashCost::Heavy => &self.heavy,
        }
    }
}

impl Lane {
    fn new(running: usize) -> Self {
        Self {
            running: Semaphore::new(running),
            queue: Semaphore::new(running + QUEUE),
            begun: AtomicU64::new(0),
        }
    }
}

/// Too many hashes are waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many secrets are waiting to be checked")]
pub struct HashPoolFull;

/// How many may wait in a lane: at 0.1 ms a light hash, this is a tenth of a second of work.
const QUEUE: usize = 1024;
