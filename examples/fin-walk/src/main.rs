//! The walk as a program.
//!
//! ```text
//! cargo run -p jeton-example-fin-walk
//! ```

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use jeton_example_fin_walk::walk;

/// With the first argument `jeton`, this program runs Jeton's commands, for example `fin-walk jeton account list`. So
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
        return Err(format!("unexpected argument {}; fin-walk takes no arguments", argument.display()).into());
    }
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(walk(&program, &mut io::stdout()))?)
}
