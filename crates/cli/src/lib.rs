//! The program `jeton` as a function: parses a command line, runs the command, and returns its exit code.
//!
//! A library, so that another program can include the same commands: `examples/fin-walk` is a single binary.
//! Decides nothing about accounts, tokens or requests; `jeton_core` and `jeton_server` do.

mod admin_error;
mod command_line;
mod commands;
mod failure;
mod globals;
mod http;
mod input;
mod open;
mod print;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use command_line::CommandLine;
use failure::Failure;
use input::arguments;
use print::output;

/// Runs the command line; the first argument is the program's name.
///
/// Creates its own runtime and writes to stdout and stderr. Call it only from `main`.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let result =
        arguments::refuse_secrets(&arguments).and_then(|()| match CommandLine::try_parse_from(&arguments) {
            Ok(command_line) => run(command_line),
            Err(refusal) => arguments::answer(&refusal, &CommandLine::command()),
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(line) = failure.line() {
                output::say(&line);
            }
            failure.exit_code().into()
        }
    }
}

fn run(command_line: CommandLine) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Requests are served on threads of their own.
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start the async runtime ({error})")))?;
    runtime.block_on(command_line.command.run(&command_line.globals))
}
