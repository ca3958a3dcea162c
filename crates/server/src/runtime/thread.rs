//! A thread that runs a single-threaded runtime until it is dropped.

use std::io;
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// A running thread. Dropping this value drops the tasks of its runtime and waits for the end of the thread.
#[derive(Debug)]
pub(crate) struct RuntimeThread {
    handle: Handle,
    /// Dropping it ends the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RuntimeThread {
    /// Starts a thread of this name.
    ///
    /// # Errors
    /// The system refuses another thread, or the runtime cannot be made.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().thread_name(name).build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            // The error means that the sender was dropped, which is the signal.
            let _ = runtime.block_on(stopped);
            // Blocking work that still runs, such as a hash, must not delay the end.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(serve)?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }

    /// Spawns tasks on this thread.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for RuntimeThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // An error is a panic of the runtime, which was reported when it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn dropping_the_thread_drops_its_tasks() {
        let (thread, held) = (RuntimeThread::start("test").unwrap(), Arc::new(()));
        let task = Arc::clone(&held);
        thread.handle().spawn(async move {
            std::future::pending::<()>().await;
            drop(task);
        });
        drop(thread);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
