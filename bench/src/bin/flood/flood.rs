//! A flood on a thread of its own, so that it does not delay the measurements, and what is observed of it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use jeton_bench::Error;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::attack::Attack;
use crate::flooder::{Counters, Flooder};

/// A flood. It ends when it is stopped or its process ends.
pub(crate) struct Flood {
    size: usize,
    counters: Arc<Counters>,
    end: watch::Sender<bool>,
    thread: JoinHandle<io::Result<()>>,
}

/// A flood while it was observed.
#[derive(Debug)]
pub(crate) struct ObservedFlood {
    /// The mean share of the connections that were open.
    pub(crate) open_share: f64,
    /// Answers per second, by status.
    pub(crate) rates: BTreeMap<u16, f64>,
    /// Requests per second whose connection ended before the answer, or that had no answer for 30 s.
    pub(crate) unanswered: f64,
}

impl Flood {
    /// Starts to open `size` connections. Each sends requests at once.
    pub(crate) fn start(attack: Attack, size: usize) -> io::Result<Self> {
        let counters = Arc::<Counters>::default();
        let (end, ended) = watch::channel(false);
        let flooder = Arc::new(Flooder::new(attack, Arc::clone(&counters)));
        let thread =
            std::thread::Builder::new().name("flood".to_owned()).spawn(move || run(&flooder, size, ended))?;
        Ok(Self { size, counters, end, thread })
    }

    /// Waits until enough connections are open, but not longer than `limit`.
    pub(crate) async fn wait_until_open(&self, share: f64, limit: Duration) {
        let start = Instant::now();
        while self.open_share() < share && start.elapsed() < limit {
            sleep(SAMPLE_PERIOD).await;
        }
    }

    /// Observes the flood for some time.
    pub(crate) async fn observe(&self, time: Duration) -> ObservedFlood {
        let (start, before) = (Instant::now(), self.counters.results());
        let (mut shares, mut samples) = (0.0, 0.0);
        while start.elapsed() < time {
            shares += self.open_share();
            samples += 1.0;
            sleep(SAMPLE_PERIOD).await;
        }
        let seconds = start.elapsed().as_secs_f64();
        let after = self.counters.results().into_iter();
        let mut rates: BTreeMap<Option<u16>, f64> = after
            .map(|(status, count)| {
                let new = count - before.get(&status).copied().unwrap_or_default();
                (status, f64::from(new) / seconds)
            })
            .collect();
        let unanswered = rates.remove(&None).unwrap_or_default();
        let rates = rates.into_iter().filter_map(|(status, rate)| Some((status?, rate))).collect();
        ObservedFlood { open_share: shares / samples, rates, unanswered }
    }

    /// Closes all connections.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        self.end.send_replace(true);
        let ended = tokio::task::spawn_blocking(|| self.thread.join()).await?;
        Ok(ended.map_err(|_| "the thread of the flood panicked")??)
    }

    fn open_share(&self) -> f64 {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        count(self.counters.open()) / count(self.size)
    }
}

fn run(flooder: &Arc<Flooder>, size: usize, mut ended: watch::Receiver<bool>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for number in 0..size {
            tokio::spawn(Arc::clone(flooder).keep_open(number));
        }
        // The only error means that the measurement is over.
        let _ = ended.wait_for(|ended| *ended).await;
    });
    Ok(())
}

const SAMPLE_PERIOD: Duration = Duration::from_millis(100);
