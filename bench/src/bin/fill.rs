//! Fills the database of a configuration with accounts, and writes the secrets of the callers to a file.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use jeton_bench::{Caller, CallerKind, Error, Population};
use jeton_core::AuthorizationServer;
use jeton_core::store::{Migrate, Store};
use jeton_protocol::ResourceUri;
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_server::start::{open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};
use jeton_store_sqlite::SqliteStore;

/// Fill a database with accounts for a load test
#[derive(Debug, Parser)]
struct Fill {
    /// The server's configuration; a missing database or master key is created
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Number of accounts with known secrets
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    callers: usize,
    /// Give the callers an imported secret instead of a generated one; the server does not accept the written secrets
    #[arg(long)]
    imported: bool,
    /// Disable the callers
    #[arg(long)]
    disabled: bool,
    /// Number of accounts that only increase the size of the store
    #[arg(long, value_name = "N", default_value_t = 0)]
    filler: usize,
    /// Number of revocations, of tokens that do not exist
    #[arg(long, value_name = "N", default_value_t = 0)]
    revoked: usize,
    /// Resource of the accounts; its host is es256, eddsa, es384, rs256, ps256 or opaque under `example.com`
    #[arg(long, value_name = "URI", default_value = "https://es256.example.com")]
    resource: ResourceUri,
    /// New file to write the callers to, with mode 0600; one per line: client id, secret, wrong secret
    #[arg(long, value_name = "FILE")]
    secrets: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let fill = Fill::parse();
    let overrides = Overrides { config: Some(fill.config.clone()), region: None };
    let config = Config::load(&overrides, &ProcessEnvironment)?.config;
    let region = &config.this_region().name;
    let (store, sqlite) = open(&config).await?;
    let master = open_master_key(&config, &*store, &SystemRandomness).await?;
    let population = Population::open(Arc::clone(&store), region.clone(), &master.key).await?;

    let kind = CallerKind { is_imported: fill.imported, is_disabled: fill.disabled };
    let mut secrets = private_file(&fill.secrets)?;
    for batch in batches(fill.callers) {
        write_callers(&mut secrets, &population.add_callers_of(kind, batch, &fill.resource).await?)?;
    }
    let mut added = 0;
    for batch in batches(fill.filler) {
        population.add_filler(batch, &fill.resource).await?;
        added += batch;
        if added % PROGRESS == 0 {
            writeln!(std::io::stderr(), "{added} of {} accounts", fill.filler)?;
        }
    }
    population.add_revocations(fill.revoked).await?;
    // Creates the signing keys, so that no measured start has to create them.
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(SystemRandomness));
    let server = AuthorizationServer::open(settings(&config), store, &master.key, clock, randomness);
    drop(server.await?);
    if let Some(sqlite) = sqlite {
        sqlite.close().await;
    }
    Ok(())
}

/// The store. One in a file is closed at the end, so that the file is complete and can be copied.
async fn open(config: &Config) -> Result<(Arc<dyn Store>, Option<SqliteStore>), Error> {
    let database = &config.database.url;
    if !database.is_sqlite() {
        return Ok((open_store(config, Migrate::Pending).await?, None));
    }
    let store = SqliteStore::open(database.expose(), &config.this_region().name, Migrate::Pending).await?;
    Ok((Arc::new(store.clone()), Some(store)))
}

fn batches(count: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(BATCH).map(move |start| BATCH.min(count - start))
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn write_callers(file: &mut std::fs::File, callers: &[Caller]) -> std::io::Result<()> {
    let line = |caller: &Caller| {
        format!("{}\t{}\t{}\n", caller.client_id, caller.secret.expose(), caller.wrong_secret.expose())
    };
    file.write_all(callers.iter().map(line).collect::<String>().as_bytes())
}

/// Number of accounts in one transaction.
const BATCH: usize = 5_000;
const PROGRESS: usize = 100_000;
