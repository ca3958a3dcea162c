//! The signals that ask a process to stop.
//!
//! Must not know what stopping means.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

use super::Shutdown;

/// From now on SIGTERM or SIGINT begins the stop, and a second one cuts it short.
///
/// The signals are caught before this returns, so none that follows can end the process unprepared.
///
/// # Errors
/// The system refuses to let signals be caught.
pub fn stop_on_signals(stop: &Shutdown) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        tracing::info!("a signal asks for a stop; a second one will cut it short");
        stop.begin();
        next().await;
        tracing::warn!("a second signal cuts the stop short; requests in flight are lost");
        stop.cut();
    });
    Ok(())
}
