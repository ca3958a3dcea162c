//! The threads that serve connections: one single-threaded runtime per core.
//!
//! Nothing moves between workers, so a request never wakes another thread. Each new connection goes to the worker that
//! has the fewest. Must not know what a connection is.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use super::RuntimeThread;

/// The workers of a listener. Dropping this value drops what they still run.
#[derive(Debug)]
pub struct Workers(Vec<Worker>);

#[derive(Debug)]
struct Worker {
    thread: RuntimeThread,
    connections: Arc<AtomicUsize>,
}

impl Workers {
    /// Starts `count` workers, at least one.
    ///
    /// # Errors
    /// The system refuses another thread.
    pub fn start(count: usize) -> io::Result<Self> {
        let worker = |number| -> io::Result<Worker> {
            let thread = RuntimeThread::start(&format!("jeton-worker-{number}"))?;
            Ok(Worker { thread, connections: Arc::default() })
        };
        (0..count.max(1)).map(worker).collect::<io::Result<_>>().map(Self)
    }

    /// Starts one worker per core that this process may use.
    ///
    /// # Errors
    /// The system refuses another thread.
    pub fn per_core() -> io::Result<Self> {
        Self::start(std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }

    /// Runs a connection on the worker that has the fewest.
    pub(crate) fn spawn(
        &self,
        tasks: &mut JoinSet<()>,
        connection: impl Future<Output = ()> + Send + 'static,
    ) {
        let fewest = self.0.iter().min_by_key(|worker| worker.connections.load(Ordering::Relaxed));
        let Some(worker) = fewest else { return };
        worker.connections.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(Arc::clone(&worker.connections));
        let task = async move {
            let _counted = counted;
            connection.await;
        };
        tasks.spawn_on(task, worker.thread.handle());
    }
}

/// A connection in the count of its worker.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use tokio::sync::watch;

    use super::*;

    #[tokio::test]
    async fn each_new_connection_goes_to_the_worker_with_the_fewest() {
        let (workers, mut tasks) = (Workers::start(3).unwrap(), JoinSet::new());
        let (end, ended) = watch::channel(false);
        let threads = Arc::new(Mutex::new(BTreeMap::<String, usize>::new()));
        for _ in 0..9 {
            let (threads, mut ended) = (Arc::clone(&threads), ended.clone());
            workers.spawn(&mut tasks, async move {
                let name = std::thread::current().name().unwrap_or_default().to_owned();
                *threads.lock().unwrap().entry(name).or_default() += 1;
                let _ = ended.wait_for(|ended| *ended).await;
            });
        }
        end.send(true).unwrap();
        while tasks.join_next().await.is_some() {}
        let counts: Vec<usize> = threads.lock().unwrap().values().copied().collect();
        assert_eq!(counts, [3, 3, 3]);
        assert!(workers.0.iter().all(|worker| worker.connections.load(Ordering::Relaxed) == 0));
    }
}
