//! Measures how long pages of the list of accounts take, at several positions, with filters that find many, few or none.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use jeton_bench::Error;
use jeton_core::model::{Labels, Timestamp};
use jeton_core::store::{AccountFilter, AccountPage, AccountSort, AccountStore as _, Migrate, StateFilter};
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_store_sqlite::SqliteStore;

/// Measure pages of the list of accounts
#[derive(Debug, Parser)]
struct List {
    /// The server's configuration, whose database has the accounts
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Number of accounts in a page
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// Number of pages to read in each order and with each filter
    #[arg(long, value_name = "N", default_value_t = 40)]
    pages: usize,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let list = List::parse();
    let overrides = Overrides { config: Some(list.config.clone()), region: None };
    let config = Config::load(&overrides, &ProcessEnvironment)?.config;
    let store =
        SqliteStore::open(config.database.url.expose(), &config.this_region().name, Migrate::Never).await?;
    writeln!(
        std::io::stdout(),
        "{:<12} {:<16} {:>9} {:>9} {:>9}",
        "order",
        "filter",
        "median ms",
        "max ms",
        "accounts"
    )?;
    for (order, sort) in [
        ("id", AccountSort::Id),
        ("name", AccountSort::Name),
        ("created", AccountSort::Created),
        ("last used", AccountSort::LastUsed),
    ] {
        for (name, filter) in filters()? {
            let mut page = AccountPage { filter, sort, after: None, limit: list.limit, count: true };
            let (mut times, mut found) = (Vec::new(), 0);
            for _ in 0..list.pages {
                let start = tokio::time::Instant::now();
                let read = store.list_accounts(&page, Timestamp::from_unix(2_000_000_000)).await?;
                times.push(start.elapsed());
                found += read.accounts.len();
                page.after = read.next;
                if page.after.is_none() {
                    break;
                }
            }
            times.sort_unstable();
            let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
            let (median, max) = (ms(times.get(times.len() / 2)), ms(times.last()));
            writeln!(std::io::stdout(), "{order:<12} {name:<16} {median:>9.1} {max:>9.1} {found:>9}")?;
        }
    }
    Ok(())
}

fn filters() -> Result<[(&'static str, AccountFilter); 5], Error> {
    let all = AccountFilter::default;
    let labels =
        [("env".to_owned(), "none".to_owned())].into_iter().collect::<std::collections::BTreeMap<_, _>>();
    let labels = Labels::try_from(labels)?;
    let state = Some(StateFilter::Expired);
    let everything = AccountFilter {
        name: Some("a".to_owned()),
        scope: Some("nothing".parse()?),
        labels: labels.clone(),
        state,
        ..all()
    };
    Ok([
        ("none", all()),
        ("name", AccountFilter { name: Some("no such name".to_owned()), ..all() }),
        ("scope", AccountFilter { scope: Some("nothing".parse()?), ..all() }),
        ("label and state", AccountFilter { labels, state, ..all() }),
        ("all together", everything),
    ])
}
