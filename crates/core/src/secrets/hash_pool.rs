//! Runs hashes on a few blocking threads, behind a bounded queue.
//!
//! It has two lanes, so that a flood of secrets that cost 19 MiB each never delays the light ones. The permits bound
//! the memory for hashing: `heavy × 19 MiB + light × 256 KiB`. An Argon2id hash that another server made and that was
//! not used here yet may take up to 256 MiB instead of 19 MiB.
//!
//! One network may use at most a quarter of the heavy lane, running and waiting, so that it cannot block all others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::limit::network_shares::NetworkShares;
use crate::model::CallerNetwork;
use crate::refusal::HashPoolFull;
use crate::secret_hash::{HashCost, SecretHash};

/// Runs hashes, a few at a time.
#[derive(Debug)]
pub struct HashPool {
    light: Lane,
    heavy: Lane,
    heavy_shares: NetworkShares,
}

#[derive(Debug)]
struct Lane {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    slots: usize,
    started: AtomicU64,
}

impl HashPool {
    /// A pool for `cores` cores: it runs `cores` light hashes at the same time, and half as many heavy ones.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        let heavy = (cores / 2).max(1);
        Self {
            light: Lane::new(cores.max(1), LIGHT_QUEUE),
            heavy: Lane::new(heavy, HEAVY_QUEUE),
            heavy_shares: NetworkShares::new(slots(heavy, HEAVY_QUEUE) / 4),
        }
    }

    /// Whether `secret`, which came from `network`, matches `hash`.
    ///
    /// # Errors
    /// [`HashPoolFull`] immediately, when too many hashes are waiting already, in total or for this network.
    pub(crate) async fn matches(
        &self,
        hash: &SecretHash,
        cost: HashCost,
        secret: &str,
        network: CallerNetwork,
    ) -> Result<bool, HashPoolFull> {
        let share = match cost {
            HashCost::Light => None,
            HashCost::Heavy => Some(self.heavy_shares.take(network).ok_or(HashPoolFull::NetworkShare)?),
        };
        let hash = hash.clone();
        let secret = Zeroizing::new(secret.to_owned());
        let work = move || {
            let _held = share;
            hash.matches(&secret)
        };
        self.run(cost, work).await
    }

    /// Hashes `secret`.
    ///
    /// # Errors
    /// [`HashPoolFull`] when too many hashes are waiting already, or when there is not enough memory.
    pub(crate) async fn make(
        &self,
        secret: &str,
        cost: HashCost,
        salt: [u8; 16],
    ) -> Result<SecretHash, HashPoolFull> {
        let secret = Zeroizing::new(secret.to_owned());
        let made = self.run(cost, move || SecretHash::make(&secret, cost, salt)).await?;
        made.map_err(|_| HashPoolFull::Lane)
    }

    async fn run<T: Send + 'static>(
        &self,
        cost: HashCost,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashPoolFull> {
        let lane = self.lane(cost);
        let full = HashPoolFull::Lane;
        let slot = Arc::clone(&lane.queue).try_acquire_owned().map_err(|_| full)?;
        let permit = Arc::clone(&lane.running).acquire_owned().await.map_err(|_| full)?;
        lane.started.fetch_add(1, Ordering::Relaxed);
        let job = move || {
            // Held by the job, not by its caller: a caller that disconnects must not free the slot while its hash still
            // runs.
            let _held = (slot, permit);
            work()
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| full)
    }

    /// How many hashes of this cost were started.
    #[must_use]
    pub fn started(&self, cost: HashCost) -> u64 {
        self.lane(cost).started.load(Ordering::Relaxed)
    }

    /// How many hashes of this cost run or wait now.
    #[must_use]
    pub fn used_slots(&self, cost: HashCost) -> usize {
        let lane = self.lane(cost);
        lane.slots.saturating_sub(lane.queue.available_permits())
    }

    fn lane(&self, cost: HashCost) -> &Lane {
        match cost {
            HashCost::Light => &self.light,
            HashCost::Heavy => &self.heavy,
        }
    }
}

impl Lane {
    /// A lane that runs `running` hashes at the same time and has a queue of `queue` for each of them.
    fn new(running: usize, queue: usize) -> Self {
        let slots = slots(running, queue);
        Self {
            running: Arc::new(Semaphore::new(running)),
            queue: Arc::new(Semaphore::new(slots)),
            slots,
            started: AtomicU64::new(0),
        }
    }
}

/// How many hashes may run and wait in a lane.
fn slots(running: usize, queue: usize) -> usize {
    running * (1 + queue)
}

/// About a tenth of a second of work at 0.1 ms a hash.
const LIGHT_QUEUE: usize = 1_000;
/// About a second of work at 25 ms a hash. It is better to ask a caller to retry than to let it wait longer.
const HEAVY_QUEUE: usize = 40;

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::pin::Pin;
    use std::task::{Context, Waker};

    use super::*;
    use crate::model::CallerAddress;

    fn from(last_byte: u8) -> CallerNetwork {
        CallerAddress::from(IpAddr::from([192, 0, 2, last_byte])).network()
    }

    type Asked<'a> = Pin<Box<dyn Future<Output = Result<bool, HashPoolFull>> + 'a>>;

    fn ask(pool: &HashPool, network: CallerNetwork) -> Asked<'_> {
        Box::pin(pool.matches(SecretHash::unmatchable(), HashCost::Heavy, "any", network))
    }

    /// Whether it now waits or runs.
    fn begins(asked: &mut Asked<'_>) -> bool {
        asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[tokio::test]
    async fn a_caller_that_disconnects_frees_no_slot_while_its_hash_still_runs() {
        let pool = HashPool::new(1);
        let mut waiting = ask(&pool, from(1));
        assert!(begins(&mut waiting));
        drop(waiting);
        assert_eq!(pool.heavy.running.available_permits(), 0);
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let pool = HashPool::new(1);
        let mut waiting: Vec<_> =
            (0..=HEAVY_QUEUE).map(|number| ask(&pool, from(u8::try_from(number).unwrap()))).collect();
        assert!(waiting.iter_mut().all(begins));
        assert_eq!(pool.used_slots(HashCost::Heavy), 1 + HEAVY_QUEUE);
        assert_eq!(pool.used_slots(HashCost::Light), 0);
        assert_eq!(ask(&pool, from(100)).await, Err(HashPoolFull::Lane));
    }

    #[tokio::test]
    async fn one_network_may_use_a_quarter_of_the_heavy_lane_and_the_rest_stays_free() {
        let pool = HashPool::new(1);
        let _none_runs = pool.heavy.running.try_acquire().unwrap();
        let mut waiting: Vec<_> = (0..slots(1, HEAVY_QUEUE) / 4).map(|_| ask(&pool, from(1))).collect();
        assert!(waiting.iter_mut().all(begins));
        assert_eq!(ask(&pool, from(1)).await, Err(HashPoolFull::NetworkShare));
        assert!(begins(&mut ask(&pool, from(2))));
        waiting.truncate(1);
        assert!(
            begins(&mut ask(&pool, from(1))),
            "callers that disconnected before their hash started freed their slots"
        );
    }
}
