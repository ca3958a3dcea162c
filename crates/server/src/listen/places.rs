//! The places for connections: how many there are, how many of them one network may take, and how long a peer may be
//! silent while they run out.
//!
//! Must not know the protocol of a connection.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ipnet::IpNet;
use jeton_core::model::CallerAddress;
use jeton_core::{NetworkShare, NetworkShares};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ListenOptions;

/// The places of a listener. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Places {
    count: usize,
    free: Arc<Semaphore>,
    shares: NetworkShares,
    trusted_proxies: Arc<[IpNet]>,
    counts: Arc<ConnectionCounts>,
}

/// A free place, for the next connection.
#[derive(Debug)]
pub(super) struct FreePlace {
    _permit: OwnedSemaphorePermit,
}

/// The place of a connection. Dropping this frees it.
#[derive(Debug)]
pub(super) struct Place {
    _free: FreePlace,
    /// `None` for a trusted proxy.
    share: Option<NetworkShare>,
    counts: Arc<ConnectionCounts>,
}

/// What a listener does with connections, for the metrics.
#[derive(Debug, Default)]
pub struct ConnectionCounts {
    open: AtomicUsize,
    refused: AtomicU64,
}

impl ConnectionCounts {
    /// Connections that are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Connections that were closed at once because their network had too many.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Places {
    pub(super) fn new(options: &ListenOptions, counts: Arc<ConnectionCounts>) -> Self {
        let count = options.max_connections.min(Semaphore::MAX_PERMITS);
        Self {
            count,
            free: Arc::new(Semaphore::new(count)),
            shares: NetworkShares::new(options.connections_per_address),
            trusted_proxies: options.trusted_proxies.as_slice().into(),
            counts,
        }
    }

    /// A free place, once there is one.
    pub(super) async fn wait(&self) -> FreePlace {
        match Arc::clone(&self.free).acquire_owned().await {
            Ok(permit) => FreePlace { _permit: permit },
            // The semaphore is never closed; if it were, this could only wait.
            Err(_) => std::future::pending().await,
        }
    }

    /// A free place, if there is one.
    pub(super) fn try_take(&self) -> Option<FreePlace> {
        Arc::clone(&self.free).try_acquire_owned().ok().map(|permit| FreePlace { _permit: permit })
    }

    /// Gives a place to a connection from `peer`. `None` if its network has too many connections.
    pub(super) fn assign(&self, free: FreePlace, peer: IpAddr) -> Option<Place> {
        let peer = CallerAddress::from(peer);
        let share = if peer.is_in(&self.trusted_proxies) {
            None
        } else {
            let share = self.shares.take(peer.network());
            if share.is_none() {
                self.counts.refused.fetch_add(1, Ordering::Relaxed);
            }
            Some(share?)
        };
        self.counts.open.fetch_add(1, Ordering::Relaxed);
        Some(Place { _free: free, share, counts: Arc::clone(&self.counts) })
    }

    /// How long a peer may take for what it may take `full` for while enough places are free.
    pub(super) fn patience(&self, full: Duration) -> Duration {
        patience(full, self.count.saturating_sub(self.free.available_permits()), self.count)
    }
}

impl Place {
    pub(super) fn is_of_trusted_proxy(&self) -> bool {
        self.share.is_none()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.counts.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All of `full` until half of the places are taken. From there on it falls in proportion to the places that are left, to
/// [`LEAST_PATIENCE`], so that connections on which little happens make room for others.
fn patience(full: Duration, taken: usize, places: usize) -> Duration {
    let half = places / 2;
    let least = LEAST_PATIENCE.min(full);
    if taken <= half {
        return full;
    }
    let left = u32::try_from(places.saturating_sub(taken)).unwrap_or(u32::MAX);
    let all = u32::try_from(places - half).unwrap_or(u32::MAX).max(1);
    least + full.saturating_sub(least).mul_f64(f64::from(left) / f64::from(all))
}

/// Enough for a head that a distant client sends in several packets.
const LEAST_PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Duration = Duration::from_secs(30);

    fn places(options: impl FnOnce(&mut ListenOptions)) -> Places {
        let mut all = ListenOptions {
            tls: None,
            header_timeout: FULL,
            write_timeout: FULL,
            max_connections: 8,
            connections_per_address: 2,
            trusted_proxies: vec!["192.0.2.9/32".parse().unwrap()],
        };
        options(&mut all);
        Places::new(&all, Arc::default())
    }

    fn take(places: &Places, address: &str) -> Option<Place> {
        places.assign(places.try_take().unwrap(), address.parse().unwrap())
    }

    #[test]
    fn a_network_has_a_share_and_trusted_proxies_have_none() {
        let places = places(|_| ());
        let held = [take(&places, "2001:db8::1"), take(&places, "2001:db8::2")];
        assert!(held.iter().all(Option::is_some));
        assert!(take(&places, "2001:db8::3").is_none(), "IPv6 addresses of one /64 are one network");
        assert_eq!((places.counts.open(), places.counts.refused()), (2, 1));
        let others = [take(&places, "2001:db8:0:1::1"), take(&places, "192.0.2.1")];
        assert!(others.iter().all(Option::is_some));
        let proxy: Vec<_> = (0..4).filter_map(|_| take(&places, "::ffff:192.0.2.9")).collect();
        assert!(proxy.len() == 4 && proxy.iter().all(Place::is_of_trusted_proxy));
        assert!(places.try_take().is_none());
        drop((held, others, proxy));
        assert_eq!((places.counts.open(), places.counts.refused()), (0, 1));
        assert!(take(&places, "2001:db8::3").is_some());
    }

    #[test]
    fn a_refused_connection_takes_no_place() {
        let places = places(|options| options.max_connections = 3);
        let _held = [take(&places, "192.0.2.1"), take(&places, "192.0.2.1")];
        assert!(take(&places, "192.0.2.1").is_none());
        assert!(take(&places, "192.0.2.2").is_some());
    }

    #[test]
    fn patience_is_full_until_half_of_the_places_are_taken_and_then_falls_to_two_seconds() {
        let seconds = |taken| patience(FULL, taken, 1_000).as_secs();
        assert_eq!([0, 1, 499, 500].map(seconds), [30; 4]);
        assert_eq!([501, 750, 875, 999, 1_000, 1_001].map(seconds), [29, 16, 9, 2, 2, 2]);
        assert!((500..1_000).all(|taken| patience(FULL, taken + 1, 1_000) < patience(FULL, taken, 1_000)));
    }

    #[test]
    fn patience_is_never_more_than_the_setting_and_never_zero() {
        for places in [1, 2, 3, usize::MAX] {
            for taken in [0, 1, 2, 3, usize::MAX / 2, usize::MAX] {
                let short = Duration::from_millis(100);
                assert_eq!(patience(short, taken, places), short);
                assert!((LEAST_PATIENCE..=FULL).contains(&patience(FULL, taken, places)));
            }
        }
    }

    #[test]
    fn the_patience_of_a_listener_depends_on_its_connections() {
        let places = places(|options| options.connections_per_address = 8);
        let mut held: Vec<_> = (0..4).map(|_| take(&places, "192.0.2.1")).collect();
        assert_eq!(places.patience(FULL), FULL);
        held.extend((0..4).map(|_| take(&places, "192.0.2.1")));
        assert_eq!(places.patience(FULL), LEAST_PATIENCE);
        held.truncate(4);
        assert_eq!(places.patience(FULL), FULL);
    }
}
