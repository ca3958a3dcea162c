//! The requests about tokens that are in flight: one for each token, and a limited number of them.
//!
//! This module must not know what is requested.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::Shared;
use jeton_fetch::{LONGEST_TASK, Outage};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// The requests in flight, by the text of their token. Each runs in a task of its own, because the caller that started
/// it may be cancelled while others wait for the result.
#[derive(Clone)]
pub(crate) struct Flights<V>(Arc<Mutex<FlightsByToken<V>>>);

struct FlightsByToken<V> {
    by_token: HashMap<Arc<str>, Flight<V>>,
    started: u64,
}

/// A request in flight. The result is an error if its task ended without one: its runtime has shut down.
#[derive(Clone)]
struct Flight<V> {
    number: u64,
    result: Shared<oneshot::Receiver<V>>,
}

/// Removes a flight when its task ends, in whatever way.
struct Removal<V> {
    flights: Flights<V>,
    text: Arc<str>,
    number: u64,
}

impl<V: Clone + Send + Sync + 'static> Flights<V> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(FlightsByToken { by_token: HashMap::new(), started: 0 })))
    }

    /// The result of `request` for this token, or of the request for the same token that is already in flight.
    ///
    /// # Errors
    /// [`Outage::Busy`], if too many requests are in flight; [`Outage::Interrupted`], if the request does not end.
    pub(crate) async fn join<F>(&self, text: &str, request: impl Fn(Arc<str>) -> F) -> Result<V, Outage>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let text: Arc<str> = text.into();
        let mut awaited = None;
        let attempts = async {
            for _ in 0..ATTEMPTS {
                let flight = self.find_or_start(&text, &request)?;
                awaited = Some(flight.number);
                // Without a result, the runtime of its task has shut down. The next attempt runs in this caller's.
                if let Ok(value) = flight.result.await {
                    return Ok(value);
                }
            }
            Err(Outage::Interrupted)
        };
        let outcome = timeout(LONGEST_TASK, attempts).await;
        outcome.unwrap_or_else(|_| {
            // The runtime of its task stands still, otherwise the task would have ended.
            if let Some(number) = awaited {
                self.remove(&text, number);
            }
            Err(Outage::Interrupted)
        })
    }

    fn find_or_start<F>(&self, text: &Arc<str>, request: impl Fn(Arc<str>) -> F) -> Result<Flight<V>, Outage>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let flight = {
            let mut flights = self.lock();
            let (number, is_full) = (flights.started, flights.by_token.len() >= MAX_FLIGHTS);
            match flights.by_token.entry(Arc::clone(text)) {
                Entry::Occupied(flight) => return Ok(flight.get().clone()),
                Entry::Vacant(_) if is_full => return Err(Outage::Busy),
                Entry::Vacant(place) => {
                    let flight = place.insert(Flight { number, result: receiver.shared() }).clone();
                    flights.started += 1;
                    flight
                }
            }
        };
        // Not under the lock: a runtime that shuts down drops the task at once, which removes the flight.
        let removal = Removal { flights: self.clone(), text: Arc::clone(text), number: flight.number };
        let request = request(Arc::clone(text));
        jeton_fetch::spawn(async move {
            let value = request.await;
            drop(removal);
            // Nobody may wait for it any more.
            let _ = sender.send(value);
        });
        Ok(flight)
    }
}

impl<V> Flights<V> {
    fn remove(&self, text: &str, number: u64) {
        let mut flights = self.lock();
        if flights.by_token.get(text).is_some_and(|flight| flight.number == number) {
            flights.by_token.remove(text);
        }
    }

    fn lock(&self) -> MutexGuard<'_, FlightsByToken<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Drop for Removal<V> {
    fn drop(&mut self) {
        self.flights.remove(&self.text, self.number);
    }
}

/// One more than the first: the runtime of another caller may shut down.
const ATTEMPTS: usize = 2;
/// The maximum number of requests in flight. Each has the text of a token, of at most 16 KiB.
const MAX_FLIGHTS: usize = 4_096;

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use tokio::runtime::{Builder, Handle, Runtime};

    use super::*;

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_time().build().unwrap()
    }

    fn in_flight(flights: &Flights<u8>) -> usize {
        flights.lock().by_token.len()
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_flights_is_limited_and_each_ends_although_its_callers_have_gone() {
        let flights = Flights::<u8>::new();
        let callers: Vec<_> = (0..MAX_FLIGHTS)
            .map(|number| {
                let flights = flights.clone();
                tokio::spawn(async move { flights.join(&number.to_string(), |_| pending()).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(in_flight(&flights), MAX_FLIGHTS);
        assert_eq!(flights.join("one more", |_| ready(1)).await, Err(Outage::Busy));
        assert_eq!(in_flight(&flights), MAX_FLIGHTS);
        for caller in &callers {
            caller.abort();
        }
        tokio::time::sleep(LONGEST_TASK).await;
        assert_eq!((in_flight(&flights), Handle::current().metrics().num_alive_tasks()), (0, 0));
        assert_eq!(flights.join("one more", |_| ready(1)).await, Ok(1));
        assert_eq!(in_flight(&flights), 0);
    }

    #[test]
    fn a_caller_repeats_a_request_whose_runtime_has_shut_down() {
        let (flights, first, second) = (Flights::<u8>::new(), runtime(), runtime());
        let started = flights.clone();
        first.spawn(async move { started.join("t", |_| pending()).await });
        first.block_on(tokio::task::yield_now());
        assert_eq!(in_flight(&flights), 1);
        let joined = flights.clone();
        let waiting = second.spawn(async move { joined.join("t", |_| ready(2)).await });
        second.block_on(tokio::task::yield_now());
        assert!(!waiting.is_finished(), "it waits for the first request");
        drop(first);
        assert_eq!(second.block_on(waiting).unwrap(), Ok(2));
        assert_eq!(in_flight(&flights), 0);
    }

    #[test]
    fn a_request_is_not_awaited_for_ever_if_its_runtime_stands_still() {
        let (flights, first) = (Flights::<u8>::new(), runtime());
        let second = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let started = flights.clone();
        first.spawn(async move { started.join("t", |_| pending()).await });
        first.block_on(tokio::task::yield_now());
        second.block_on(async {
            let began = tokio::time::Instant::now();
            assert_eq!(flights.join("t", |_| ready(2)).await, Err(Outage::Interrupted));
            assert_eq!(began.elapsed().as_secs(), LONGEST_TASK.as_secs());
            assert_eq!(flights.join("t", |_| ready(2)).await, Ok(2));
        });
    }

    #[tokio::test]
    async fn a_request_that_panics_is_not_kept() {
        let flights = Flights::<u8>::new();
        assert_eq!(flights.join("t", |_| async { panic!("a defect") }).await, Err(Outage::Interrupted));
        assert_eq!(flights.join("t", |_| ready(1)).await, Ok(1));
    }
}
