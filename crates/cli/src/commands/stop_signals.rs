//! The signals that stop a backup, a restore or a copy.

use std::sync::Arc;

use jeton_core::store::CopyMonitor;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;
use crate::print::output;

/// Stops the copy at SIGINT, SIGTERM or SIGHUP, so that no partial file and no fence is left. A second SIGINT or
/// SIGTERM ends the process at once with the exit code of that signal; a second SIGHUP does not, because a closing
/// terminal may send several.
///
/// If SIGHUP was ignored when the process started (`nohup`), it stays ignored.
pub(super) fn stop_on_signal(watch: &Arc<CopyMonitor>) -> Result<(), Failure> {
    let mut signals = Signals::install()
        .map_err(|error| Failure::Failed(format!("cannot install the signal handlers ({error})")))?;
    let watch = Arc::clone(watch);
    tokio::spawn(async move {
        signals.first().await;
        watch.stop();
        let number = signals.request_to_stop().await;
        output::say(ENDED_AT_ONCE);
        std::process::exit(128 + number);
    });
    Ok(())
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// `None` if it is ignored.
    hang_up: Option<Signal>,
}

impl Signals {
    fn install() -> std::io::Result<Self> {
        let hang_up = (!is_hang_up_ignored()).then(|| signal(SignalKind::hangup())).transpose()?;
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up,
        })
    }

    async fn first(&mut self) {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = hang_up => {}
        }
    }

    /// The number of the next signal with which a person or a supervisor stops the process.
    async fn request_to_stop(&mut self) -> i32 {
        let received = tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        };
        received.as_raw_value()
    }
}

/// Known only on Linux (proc(5)).
fn is_hang_up_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (SignalKind::hangup().as_raw_value() - 1)) != 0
}

const ENDED_AT_ONCE: &str = "Ended at once. A file that ends in .partial may be left; remove it. After a copy, the source may \
    still refuse changes: run `jeton store unfence` with its URL.";
