//! A new migration must be compiled in: `migrate!` alone does not see that the folder gained a file.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
