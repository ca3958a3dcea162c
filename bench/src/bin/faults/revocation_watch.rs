//! Asks both nodes about each revoked token once the promised time has passed: then no node may call it active.

use std::sync::Arc;
use std::time::Duration;

use jeton_bench::Error;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

use crate::caller::Caller;
use crate::load::{Revoked, RevokedToken};
use crate::sample::{Kind, Samples};
use crate::site::{Clients, Site};

/// The watch, until it is finished.
pub(crate) struct RevocationWatch {
    stop: watch::Sender<bool>,
    work: JoinHandle<Vec<Option<Duration>>>,
}

impl RevocationWatch {
    /// Watches the revocations of a load. A revocation has `bound` to take effect on both nodes.
    pub(crate) fn start(site: &Site, revoked: &Revoked, bound: Duration) -> Result<Self, Error> {
        // These answers are judged here, and not as those of the load.
        let callers = [site.caller(0, &Samples::default())?, site.caller(1, &Samples::default())?];
        let (revoked, clients) = (revoked.clone(), Arc::clone(&site.clients));
        let (stop, stopped) = watch::channel(false);
        let work = tokio::spawn(async move {
            let (mut count, mut questions) = (0, JoinSet::new());
            loop {
                let is_last = *stopped.borrow();
                for token in revoked.after(count) {
                    count += 1;
                    for caller in &callers {
                        questions.spawn(late(caller.clone(), Arc::clone(&clients), token.clone(), bound));
                    }
                }
                if is_last {
                    return questions.join_all().await;
                }
                sleep(POLL).await;
            }
        });
        Ok(Self { stop, work })
    }

    /// Waits for the answers about all revocations so far. Returns how late each one took effect, `None` if it did not
    /// within a minute. One that took effect in time is not late.
    pub(crate) async fn finish(self) -> Result<Vec<Option<Duration>>, Error> {
        self.stop.send_replace(true);
        Ok(self.work.await?)
    }
}

/// How long after the promised time the node still called the token active.
async fn late(
    caller: Caller,
    clients: Arc<Clients>,
    token: RevokedToken,
    bound: Duration,
) -> Option<Duration> {
    let due = token.at + bound;
    sleep_until(due).await;
    let mut late = Duration::ZERO;
    while due.elapsed() < GIVE_UP {
        let asked = Instant::now();
        match caller.introspect(Kind::SeenToken, clients.introspecting(), &token.token).await {
            Some(false) => return Some(late),
            Some(true) => late = asked.duration_since(due),
            // The node was killed and starts again.
            None => {}
        }
        sleep(POLL).await;
    }
    None
}

const POLL: Duration = Duration::from_millis(50);
const GIVE_UP: Duration = Duration::from_mins(1);
