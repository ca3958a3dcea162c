//! The binary `jeton`: reads a command line, does what it says, and ends with the exit code of design §5.
//!
//! Decides nothing about accounts, tokens or requests; that is `jeton_core`'s and `jeton_server`'s.

mod actor;
mod arguments;
mod command_line;
mod commands;
mod confirm;
mod explanation;
mod failure;
mod handover;
mod http;
mod hydra;
mod moment;
mod open;
mod output;
mod secret_input;
mod secret_output;
mod values;

use std::process::ExitCode;

use clap::Parser as _;

use command_line::CommandLine;
use failure::Failure;

fn main() -> ExitCode {
    let result = match CommandLine::try_parse() {
        Ok(command_line) => run(command_line),
        Err(refusal) => arguments::answer(&refusal),
    };
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
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("the program cannot start ({error})")))?;
    runtime.block_on(command_line.command.run(&command_line.globals))
}
