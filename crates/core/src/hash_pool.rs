//! Where hashing happens: on a few blocking threads, behind a queue with an end.
//!
//! Two lanes, so that a flood of secrets that cost 19 MiB each never delays the light ones. Memory for hashing is
//! bounded by the permits: `heavy × 19 MiB + light × 256 KiB`; an Argon2id hash that was made elsewhere and was not
//! used here yet may take up to 256 MiB instead of the 19.
//!
//! One network holds at most a quarter of the heavy lane, running and waiting: it cannot keep all others out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::model::CallerNetwork;
use crate::network_shares::NetworkShares;
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
    places: usize,
    begun: AtomicU64,
}

impl HashPool {
    /// A pool for `cores` cores: as many light hashes at once, half as many heavy ones.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        let heavy = (cores / 2).max(1);
        Self {
            light: Lane::new(cores.max(1), LIGHT_QUEUE),
            heavy: Lane::new(heavy, HEAVY_QUEUE),
            heavy_shares: NetworkShares::new(places(heavy, HEAVY_QUEUE) / 4),
        }
    }

    /// Whether `secret`, which came from `network`, is the one behind `hash`.
    ///
    /// # Errors
    /// [`HashPoolFull`] at once when too many are waiting already, or too many of this network.
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

    /// A hash of `secret`.
    ///
    /// # Errors
    /// [`HashPoolFull`] when too many are waiting already, or when there is no memory for it.
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
        let place = Arc::clone(&lane.queue).try_acquire_owned().map_err(|_| full)?;
        let permit = Arc::clone(&lane.running).acquire_owned().await.map_err(|_| full)?;
        lane.begun.fetch_add(1, Ordering::Relaxed);
        let job = move || {
            // Held by the job, not by its caller: a caller that hangs up must not make room for another hash.
            let _held = (place, permit);
            work()
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| full)
    }

    /// How many hashes of this cost were begun.
    #[must_use]
    pub fn begun(&self, cost: HashCost) -> u64 {
        self.lane(cost).begun.load(Ordering::Relaxed)
    }

    /// How many hashes of this cost run or wait now.
    #[must_use]
    pub fn taken_places(&self, cost: HashCost) -> usize {
        let lane = self.lane(cost);
        lane.places.saturating_sub(lane.queue.available_permits())
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
        let places = places(running, queue);
        Self {
            running: Arc::new(Semaphore::new(running)),
            queue: Arc::new(Semaphore::new(places)),
            places,
            begun: AtomicU64::new(0),
        }
    }
}

/// How many hashes may run and wait in a lane.
fn places(running: usize, queue: usize) -> usize {
    running * (1 + queue)
}

/// Why a secret cannot be hashed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashPoolFull {
    /// Too many hashes are waiting.
    #[error("too many secrets are waiting to be checked")]
    Lane,
    /// Too many hashes of the caller's network are waiting: it may hold a quarter of the heavy lane.
    #[error("too many secrets from the caller's network are waiting to be checked")]
    NetworkShare,
}

/// About a tenth of a second of work at 0.1 ms a hash.
const LIGHT_QUEUE: usize = 1_000;
/// About a second of work at 25 ms a hash: whoever waits longer is better told to come back.
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
    async fn a_caller_that_hangs_up_makes_no_room_while_its_hash_still_runs() {
        let pool = HashPool::new(1);
        let mut waiting = ask(&pool, from(1));
        assert!(begins(&mut waiting));
        drop(waiting);
        assert_eq!(pool.heavy.running.available_permits(), 0);
    }

    #[tokio::test]
    async fn the_queue_has_an_end() {
        let pool = HashPool::new(1);
        let mut waiting: Vec<_> =
            (0..=HEAVY_QUEUE).map(|number| ask(&pool, from(u8::try_from(number).unwrap()))).collect();
        assert!(waiting.iter_mut().all(begins));
        assert_eq!(pool.taken_places(HashCost::Heavy), 1 + HEAVY_QUEUE);
        assert_eq!(pool.taken_places(HashCost::Light), 0);
        assert_eq!(ask(&pool, from(100)).await, Err(HashPoolFull::Lane));
    }

    #[tokio::test]
    async fn one_network_holds_a_quarter_of_the_heavy_lane_and_leaves_the_rest_to_others() {
        let pool = HashPool::new(1);
        let _none_runs = pool.heavy.running.try_acquire().unwrap();
        let mut waiting: Vec<_> = (0..places(1, HEAVY_QUEUE) / 4).map(|_| ask(&pool, from(1))).collect();
        assert!(waiting.iter_mut().all(begins));
        assert_eq!(ask(&pool, from(1)).await, Err(HashPoolFull::NetworkShare));
        assert!(begins(&mut ask(&pool, from(2))));
        waiting.truncate(1);
        assert!(begins(&mut ask(&pool, from(1))), "those that hung up before their hash began made room");
    }
}
