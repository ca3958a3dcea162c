//! Stores for one test, their rows, and what a copy is given.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use jeton_core::model::Timestamp;
use jeton_core::store::transfer::{Copied, CopySource, Row, TABLES};
use jeton_core::store::{BackupError, CopyMonitor, CopyProgress, Migrate, Store};
use jeton_core::{Clock, store};
use jeton_postgres_cluster::{Cluster, Durability};
use jeton_store_postgres::PostgresSource;
use jeton_store_sqlite::SqliteSource;
use tempfile::TempDir;

/// A temporary folder, and the names of new databases.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The URL of a file that does not exist.
    pub(crate) fn sqlite(&self, name: &str) -> String {
        format!("sqlite:{}/{name}.db", self.folder.path().display())
    }

    /// A store of each kind, filled with everything.
    pub(crate) async fn filled(&self) -> Vec<String> {
        let urls = vec![self.sqlite("filled"), postgres()];
        for url in &urls {
            fill(url).await;
        }
        urls
    }
}

/// The URL of an empty database.
pub(crate) fn postgres() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    // It ends with the process.
    static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| start_cluster(Durability::Fast));
    let name = format!("copy_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    CLUSTER.create_database(&name).unwrap();
    CLUSTER.url(&name)
}

/// Starts a PostgreSQL server.
pub(crate) fn start_cluster(durability: Durability) -> Cluster {
    Cluster::start(durability).unwrap_or_else(|error| panic!("{error}"))
}

/// Fills a new store with everything that it can hold.
pub(crate) async fn fill(url: &str) {
    jeton_store_contract::fill(&*open(url, "us").await, &*open(url, "eu").await).await;
}

pub(crate) async fn open(url: &str, region: &str) -> Arc<dyn Store> {
    jeton_store::open(url, &region.parse().unwrap(), Migrate::Pending).await.unwrap()
}

pub(crate) async fn source(url: &str) -> Box<dyn CopySource> {
    if url.starts_with("sqlite:") {
        Box::new(SqliteSource::open(url).await.unwrap())
    } else {
        Box::new(PostgresSource::open(url).await.unwrap())
    }
}

/// All rows of a store by table.
pub(crate) async fn rows(url: &str) -> BTreeMap<&'static str, Vec<Shown>> {
    let mut reader = source(url).await.reader().await.unwrap();
    let mut rows = BTreeMap::new();
    for table in &TABLES {
        let (sender, mut pages) = tokio::sync::mpsc::channel::<Vec<Row>>(1);
        let receive = async {
            let mut all = Vec::new();
            while let Some(page) = pages.recv().await {
                all.extend(page.into_iter().map(Shown));
            }
            all
        };
        let (read, all) = tokio::join!(reader.read(table, sender), receive);
        read.unwrap();
        rows.insert(table.name, all);
    }
    rows
}

/// A row that a failed comparison shows. The values are no secrets of anyone.
#[derive(PartialEq, Eq)]
pub(crate) struct Shown(pub(crate) Row);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use store::transfer::Value;
        let mut list = f.debug_list();
        for value in &self.0 {
            match value {
                Value::Null => list.entry(&()),
                Value::Integer(number) => list.entry(number),
                Value::Text(text) => list.entry(text),
                Value::Bytes(bytes) => list.entry(bytes),
            };
        }
        list.finish()
    }
}

/// The tables that have other rows, with those of both stores.
#[track_caller]
pub(crate) fn assert_same(
    one: &BTreeMap<&'static str, Vec<Shown>>,
    other: &BTreeMap<&'static str, Vec<Shown>>,
) {
    for (table, rows) in one {
        assert_eq!(rows, &other[table], "{table}");
    }
}

pub(crate) async fn copy(from: &str, to: &str) -> Result<Copied, BackupError> {
    copy_watched(from, to, |_, _| {}).await
}

/// Copies, and calls `step` with each progress. It can stop the copy with the monitor.
pub(crate) async fn copy_watched(
    from: &str,
    to: &str,
    step: impl Fn(&CopyMonitor, CopyProgress) + Send + Sync + 'static,
) -> Result<Copied, BackupError> {
    let watch = Arc::new_cyclic(|watch: &std::sync::Weak<CopyMonitor>| {
        let watch = watch.clone();
        CopyMonitor::new(move |progress| step(&watch.upgrade().unwrap(), progress))
    });
    jeton_store::copy(from, to, &StoppedClock, &watch).await
}

/// Writes through a store from inside a step of a copy.
pub(crate) fn meanwhile(work: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work);
    });
    thread.join().unwrap();
}

/// A clock that stands still.
#[derive(Debug)]
pub(crate) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(5_000)
    }

    fn monotonic(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}
