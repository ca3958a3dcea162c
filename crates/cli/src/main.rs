//! The binary `jeton`; all it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    jeton::main(std::env::args_os())
}
