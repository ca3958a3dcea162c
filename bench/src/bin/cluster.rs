//! A throw-away PostgreSQL with durable commits for the load scripts. Prints the folder of its socket and the folder of
//! PostgreSQL's programs, and runs until its standard input ends.

use std::io::{Read as _, Write as _};

use jeton_bench::Error;
use jeton_postgres_cluster::{Cluster, Durability};

fn main() -> Result<(), Error> {
    let cluster = Cluster::start(Durability::Durable)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}\t{}", cluster.folder().display(), cluster.programs().display())?;
    out.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
