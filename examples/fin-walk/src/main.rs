//! The walk as a program.
//!
//! ```text
//! cargo run -p jeton-example-fin-walk
//! ```

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use jeton_example_fin_walk::walk;

/// Behind the word `jeton` this program is Jeton, so that one build makes everything that the walk starts:
/// `fin-walk jeton account list`.
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "jeton") {
        return jeton::main(arguments);
    }
    match tell(arguments.next()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // There is nobody left to tell if stderr is closed.
            let _ = writeln!(io::stderr(), "\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn tell(argument: Option<OsString>) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(argument) = argument {
        return Err(format!("the walk takes no arguments, so not {}", argument.display()).into());
    }
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(walk(&program, &mut io::stdout()))?)
}
