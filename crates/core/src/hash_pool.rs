//! Where hashing happens: on a few blocking threads, behind a queue with an end.
//!
//! Two lanes, so that a flood of secrets that cost 19 MiB each never delays the light ones. Memory for hashing is
//! bounded by the permits: `heavy × 19 MiB + light × 256 KiB`; an Argon2id hash that was made elsewhere and was not
//! used here yet may take up to 256 MiB instead of the 19.

use std::sync::Arc;
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
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    begun: AtomicU64,
}

impl HashPool {
    /// A pool for `cores` cores: as many light hashes at once, half as many heavy ones.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        Self {
            light: Lane::new(cores.max(1), LIGHT_QUEUE),
            heavy: Lane::new((cores / 2).max(1), HEAVY_QUEUE),
        }
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
        let hash = hash.clone();
        let secret = Zeroizing::new(secret.to_owned());
        self.run(cost, move || hash.matches(&secret)).await
    }

    /// A hash of `secret`.
    ///
    /// # Errors
    /// [`HashPoolFull`] when too many are waiting already, or when there is no memory for it.
    pub async fn make(
        &self,
        secret: &str,
        cost: HashCost,
        salt: [u8; 16],
    ) -> Result<SecretHash, HashPoolFull> {
        let secret = Zeroizing::new(secret.to_owned());
        let made = self.run(cost, move || SecretHash::make(&secret, cost, salt)).await?;
        made.map_err(|_| HashPoolFull)
    }

    async fn run<T: Send + 'static>(
        &self,
        cost: HashCost,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashPoolFull> {
        let lane = self.lane(cost);
        let place = Arc::clone(&lane.queue).try_acquire_owned().map_err(|_| HashPoolFull)?;
        let permit = Arc::clone(&lane.running).acquire_owned().await.map_err(|_| HashPoolFull)?;
        lane.begun.fetch_add(1, Ordering::Relaxed);
        let job = move || {
            // Held by the job, not by its caller: a caller that hangs up must not make room for another hash.
            let _held = (place, permit);
            work()
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| HashPoolFull)
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
    /// A lane in which `running` hash at once, and `queue` wait for each of them.
    fn new(running: usize, queue: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            queue: Arc::new(Semaphore::new(running * (1 + queue))),
            begun: AtomicU64::new(0),
        }
    }
}

/// Too many hashes are waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many secrets are waiting to be checked")]
pub struct HashPoolFull;

/// About a tenth of a second of work at 0.1 ms a hash.
const LIGHT_QUEUE: usize = 1_000;
/// About a second of work at 25 ms a hash: whoever waits longer is better told to come back.
const HEAVY_QUEUE: usize = 40;

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::task::{Context, Waker};

    use super::*;

    #[tokio::test]
    async fn a_caller_that_hangs_up_makes_no_room_while_its_hash_still_runs() {
        let pool = HashPool::new(1);
        let mut waiting = Box::pin(pool.matches(SecretHash::unmatchable(), HashCost::Heavy, "any"));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(waiting);
        assert_eq!(pool.heavy.running.available_permits(), 0);
    }

    #[tokio::test]
    async fn the_queue_has_an_end() {
        let pool = HashPool::new(1);
        let ask = || Box::pin(pool.matches(SecretHash::unmatchable(), HashCost::Heavy, "any"));
        let mut waiting: Vec<_> = (0..=HEAVY_QUEUE).map(|_| ask()).collect();
        for waiter in &mut waiting {
            assert!(waiter.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        assert_eq!(ask().await, Err(HashPoolFull));
    }
}
