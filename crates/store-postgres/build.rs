//! Recompiles the crate when a migration is added: `migrate!` alone does not notice a new file in the folder.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations/postgres");
}
