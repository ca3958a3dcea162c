//! The signals that stop a process or reload its settings, and those that must not end it.
//!
//! Must not know what a stop does or what is reloaded.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Shutdown;

/// From now on, SIGTERM or SIGINT begins the stop, and a second one cuts it short. SIGUSR1 and SIGUSR2 are ignored: by
/// default, they would end the process with its requests in flight.
///
/// The handlers are installed before this returns, so no later signal can end the process without a stop.
///
/// # Errors
/// The system does not allow a signal handler.
pub fn stop_on_signals(stop: &Shutdown) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // A handler replaces the default until the process ends, even after the stream is dropped.
    for ignored in [SignalKind::user_defined1(), SignalKind::user_defined2()] {
        drop(signal(ignored)?);
    }
    let stop = stop.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        tracing::info!("received a stop signal; a second one ends the stop at once");
        stop.begin();
        next().await;
        tracing::warn!("received a second stop signal; requests in flight are lost");
        stop.cut();
    });
    Ok(())
}

/// From now on, SIGHUP begins the stop. Further ones do not cut it short, because a closing terminal may send several.
///
/// If SIGHUP was ignored when the process started (`nohup`), it stays ignored.
///
/// # Errors
/// The system does not allow a signal handler.
pub fn stop_on_hang_up(stop: &Shutdown) -> io::Result<()> {
    if is_ignored(SignalKind::hangup()) {
        return Ok(());
    }
    let mut hang_ups = HangUps::catch()?;
    let stop = stop.clone();
    tokio::spawn(async move {
        hang_ups.next().await;
        tracing::info!("received SIGHUP; stopping");
        stop.begin();
        // The handler stays installed, so further signals have no effect.
    });
    Ok(())
}

/// Received SIGHUP signals: an operator requests a reload of the settings.
#[derive(Debug)]
pub struct HangUps(Signal);

impl HangUps {
    /// Handles the signal from now on.
    ///
    /// # Errors
    /// The system does not allow a signal handler.
    pub fn catch() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Waits for the next signal. Several signals while no task waited count as one.
    pub async fn next(&mut self) {
        // The stream has no end.
        let _ = self.0.recv().await;
    }
}

/// Whether the process was started with the signal ignored. Known only on Linux (proc(5)).
fn is_ignored(signal: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (signal.as_raw_value() - 1)) != 0
}
