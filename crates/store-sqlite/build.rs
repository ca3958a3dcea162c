//! A new migration must be compiled in: `migrate!` alone does not see that the folder gained a file.

#[expect(clippy::print_stdout, reason = "cargo reads a build script's standard output")]
fn main() {
    println!("cargo:rerun-if-changed=../../migrations/sqlite");
}
