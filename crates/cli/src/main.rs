//! The binary `jeton`; all it does is in the library.

use std::process::ExitCode;

/// The memory of a flood goes back to the system within seconds (decision 0024).
#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    jeton::main(std::env::args_os())
}
