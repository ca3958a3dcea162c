//! Breaks the database, the network and the nodes under load, and prints what clients noticed. `bench/faults` runs it.
//!
//! Exits with 1 if a promise was broken.

mod accounts;
mod administrators;
mod caller;
mod checks;
mod commands;
mod database;
mod findings;
mod judge;
mod load;
mod network;
mod node;
mod options;
mod revocation_watch;
mod sample;
mod scenarios;
mod site;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use jeton_bench::Error;
use tokio::signal::unix::{SignalKind, signal};

use crate::options::Options;

/// With the first argument `jeton`, this program runs Jeton's commands. So one build creates everything that a test of it
/// starts.
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "jeton") {
        return jeton::main(arguments);
    }
    let done = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::from);
    match done.and_then(|runtime| runtime.block_on(run(&Options::parse()))) {
        Ok(code) => code,
        Err(error) => {
            // If stderr is closed, the error cannot be reported.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Each end drops the scenario, which stops everything that it started. What was found until then is printed.
async fn run(options: &Options) -> Result<ExitCode, Error> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut all = Vec::new();
    let done = tokio::select! {
        done = scenarios::run(options, &mut all) => done,
        _ = terminate.recv() => Err("terminated".into()),
        _ = hang_up.recv() => Err("the terminal was closed".into()),
        _ = interrupt.recv() => Err("interrupted".into()),
    };
    findings::print(&mut std::io::stdout(), &all)?;
    done?;
    let is_kept = all.iter().all(|findings| findings.broken.is_empty());
    Ok(if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
