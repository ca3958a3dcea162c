//! The walk as a program.
//!
//! ```text
//! cargo run -p jeton-example-many-nodes
//! ```

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use jeton_example_many_nodes::walk;

/// With the first argument `jeton`, this program runs Jeton's commands, for example `many-nodes jeton account list`. So
/// one build creates everything that the walk starts.
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "jeton") {
        return jeton::main(arguments);
    }
    match run(arguments.next()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If stderr is closed, the error cannot be reported.
            let _ = writeln!(io::stderr(), "\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(argument: Option<OsString>) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(argument) = argument {
        return Err(
            format!("unexpected argument {}; many-nodes takes no arguments", argument.display()).into()
        );
    }
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut out = io::stdout();
    runtime.block_on(async {
        // Each end drops the walk, which stops everything that it started.
        tokio::select! {
            done = walk(&program, &mut out) => Ok(done?),
            () = tokio::time::sleep(LIMIT) => Err(format!("the walk took longer than {LIMIT:?}").into()),
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        }
    })
}

const LIMIT: Duration = Duration::from_mins(3);
