//! The signals that ask a process to stop or to read its settings again, and those that must not end it.
//!
//! Must not know what stopping means, nor what is read again.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Shutdown;

/// From now on SIGTERM or SIGINT begins the stop, and a second one cuts it short. SIGUSR1 and SIGUSR2 do nothing,
/// where the system's default would end the process with its requests in flight.
///
/// The signals are caught before this returns, so none that follows can end the process unprepared.
///
/// # Errors
/// The system refuses to let signals be caught.
pub fn stop_on_signals(stop: &Shutdown) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // Once caught, a signal keeps its default from happening until the process ends, even if it is not listened to.
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
        tracing::info!("a signal asks for a stop; a second one will cut it short");
        stop.begin();
        next().await;
        tracing::warn!("a second signal cuts the stop short; requests in flight are lost");
        stop.cut();
    });
    Ok(())
}

/// From now on SIGHUP begins the stop, which it never cuts short: a terminal that goes away may send several.
///
/// A SIGHUP that was ignored when the process began (`nohup`) stays ignored.
///
/// # Errors
/// The system refuses to let the signal be caught.
pub fn stop_on_hang_up(stop: &Shutdown) -> io::Result<()> {
    if is_ignored(SignalKind::hangup()) {
        return Ok(());
    }
    let mut hang_ups = HangUps::catch()?;
    let stop = stop.clone();
    tokio::spawn(async move {
        hang_ups.next().await;
        tracing::info!("SIGHUP asks for a stop");
        stop.begin();
        // Nothing follows: the signal stays caught, and does nothing.
    });
    Ok(())
}

/// SIGHUP, caught: the word of an operator that settings should be read again.
#[derive(Debug)]
pub struct HangUps(Signal);

impl HangUps {
    /// Catches the signal from now on.
    ///
    /// # Errors
    /// The system refuses to let it be caught.
    pub fn catch() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Waits for the next one; several that came while nothing waited are one.
    pub async fn next(&mut self) {
        // The stream has no end.
        let _ = self.0.recv().await;
    }
}

/// Whether the process was started with the signal ignored, as far as the system tells (Linux, proc(5)).
fn is_ignored(signal: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (signal.as_raw_value() - 1)) != 0
}
