//! Connects to the primary of the database: the one server that accepts writes, and whose state is not behind what this
//! process has seen.
//!
//! Asks all servers of the URL at once, so that one that does not answer delays nothing. Must not know what the
//! connection is for.

use std::io;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jeton_protocol::RegionName;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _, raw_sql};
use thiserror::Error;
use tokio::time::{sleep, timeout};

use crate::Location;
use crate::connection::known::{Behind, End, Ends, Expected, History, Known};
use crate::connection::location::Server;
use crate::connection::session::Session;

/// A new connection to the primary, and the server that it is.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) connection: PgConnection,
    pub(crate) server: Server,
    /// The process of the server that serves this connection.
    pub(crate) process: i32,
    history: History,
}

impl Connected {
    /// The timeline of the server when it was asked. That of a primary does not change while a connection is open.
    pub(crate) fn timeline(&self) -> u32 {
        self.history.timeline
    }
}

/// What a server is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference<'a> {
    pub(crate) known: &'a Known,
    /// The region whose chain is compared. `None` while the tables may not exist.
    pub(crate) region: Option<&'a RegionName>,
}

/// Connects to the primary. Of several, which exist while an old primary has not noticed that it was replaced, it takes
/// the one with the highest timeline.
///
/// # Errors
/// [`sqlx::Error`]: the error of the only server, or an error that says for each why it was not used.
pub(crate) async fn connect(
    location: &Location,
    session: &Session,
    reference: Reference<'_>,
) -> Result<Connected, sqlx::Error> {
    let expected = reference.known.expected();
    let mut attempts: FuturesUnordered<_> = location
        .servers()
        .iter()
        .map(|server| async {
            let connected = connect_within(server, session, reference.region, &expected).await;
            connected.map_err(|reason| Unused { server: server.clone(), reason })
        })
        .collect();
    let mut best: Option<Connected> = None;
    let mut unused = Vec::new();
    loop {
        let next = match &best {
            // The others have had as long as the fastest: an old primary must not win because it is near.
            Some(_) => tokio::select! {
                next = attempts.next() => next,
                () = sleep(GRACE) => None,
            },
            None => attempts.next().await,
        };
        match next {
            Some(Ok(found)) => {
                if best.as_ref().is_none_or(|best| found.history.timeline > best.history.timeline) {
                    best = Some(found);
                }
            }
            Some(Err(error)) => unused.push(error),
            None => break,
        }
    }
    let Some(best) = best else { return Err(no_primary(unused)) };
    reference.known.saw_timeline(best.timeline());
    // Another call may have found a newer primary meanwhile.
    match reference.known.ensure_current(best.timeline()) {
        Ok(()) => Ok(best),
        Err(behind) => {
            unused.push(Unused { server: best.server.clone(), reason: behind.into() });
            Err(no_primary(unused))
        }
    }
}

async fn connect_within(
    server: &Server,
    session: &Session,
    region: Option<&RegionName>,
    expected: &Expected,
) -> Result<Connected, Reason> {
    match timeout(CONNECT_TIMEOUT, connect_to(server, session, region, &expected.ends)).await {
        Ok(connected) => {
            let connected = connected?;
            connected.history.ensure_continues(expected)?;
            Ok(connected)
        }
        Err(_) => Err(Reason::NoAnswer),
    }
}

async fn connect_to(
    server: &Server,
    session: &Session,
    region: Option<&RegionName>,
    ends: &Ends,
) -> Result<Connected, Reason> {
    let mut connection =
        Box::pin(session.options(server.expose()).connect()).await.map_err(Reason::Failed)?;
    let facts = raw_sql(AssertSqlSafe(format!("{} {}", session.settings(), facts(session, region, ends))))
        .fetch_one(&mut connection)
        .await
        .map_err(Reason::Failed)?;
    let (process, history) = Facts::read(&facts).map_err(Reason::Failed)?.of_primary()?;
    Ok(Connected { connection, server: server.clone(), process, history })
}

/// The query for the state of a server, together with what may only be set if it is otherwise.
fn facts(session: &Session, region: Option<&RegionName>, ends: &Ends) -> String {
    let ends = match region {
        // A region's name consists of letters and digits.
        Some(region) => {
            let revocation = format!(
                "coalesce((SELECT encode(token, 'hex') FROM revocations WHERE region = '{region}' AND number = {}), '')",
                ends.revocations.marked
            );
            let region = chain_end(region.as_str(), "region", ends.region.marked);
            let shared = chain_end("shared", "shared", ends.shared.marked);
            format!(
                "{region}, {shared}, (SELECT number FROM revocation_end) AS revocations,
                 {revocation} AS revocations_mark"
            )
        }
        None => NO_ENDS.to_owned(),
    };
    // An acknowledged commit survives a crash of the server, even if commits of its other databases need not.
    let is_lost_in_a_crash =
        if session.writes() { "current_setting('synchronous_commit') = 'off'" } else { "false" };
    format!(
        "SELECT pg_backend_pid() AS process,
                CASE WHEN pg_is_in_recovery() THEN NULL
                     ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS timeline,
                CASE WHEN {is_lost_in_a_crash} THEN set_config('synchronous_commit', 'on', false) END AS durable,
                {ends}"
    )
}

/// The columns of the [`End`] of a chain of audit records.
fn chain_end(chain: &str, name: &str, expected: i64) -> String {
    format!(
        "coalesce((SELECT seq FROM audit_ends WHERE chain = '{chain}'), 0) AS {name},
         (SELECT encode(digest, 'hex') FROM audit_records WHERE chain = '{chain}' AND seq = {expected}) AS {name}_mark"
    )
}

struct Facts {
    process: i32,
    /// Eight hexadecimal digits. `None` on a standby.
    timeline: Option<String>,
    ends: Ends,
}

impl Facts {
    fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let end = |number, mark| {
            Ok::<_, sqlx::Error>(End { number: row.try_get(number)?, marked: 0, mark: row.try_get(mark)? })
        };
        Ok(Self {
            process: row.try_get("process")?,
            timeline: row.try_get("timeline")?,
            ends: Ends {
                region: end("region", "region_mark")?,
                shared: end("shared", "shared_mark")?,
                revocations: end("revocations", "revocations_mark")?,
            },
        })
    }

    fn of_primary(self) -> Result<(i32, History), Reason> {
        let timeline = self.timeline.ok_or(Reason::Standby)?;
        let timeline = u32::from_str_radix(&timeline, 16).map_err(|_| Reason::Timeline(timeline))?;
        Ok((self.process, History { timeline, ends: self.ends }))
    }
}

/// The error if no server can be used.
fn no_primary(mut unused: Vec<Unused>) -> sqlx::Error {
    match (unused.pop(), unused.is_empty()) {
        (Some(Unused { reason: Reason::Failed(error), .. }), true) => error,
        (Some(last), true) => sqlx::Error::Io(io::Error::other(last.to_string())),
        (last, _) => {
            unused.extend(last);
            let reasons: Vec<_> = unused.iter().map(Unused::to_string).collect();
            sqlx::Error::Io(io::Error::other(format!("no primary was found; {}", reasons.join("; "))))
        }
    }
}

/// A server that is not used.
#[derive(Debug, Error)]
#[error("{server}: {reason}")]
struct Unused {
    server: Server,
    reason: Reason,
}

#[derive(Debug, Error)]
enum Reason {
    #[error(transparent)]
    Failed(sqlx::Error),
    #[error("it did not answer within {CONNECT_TIMEOUT:?}")]
    NoAnswer,
    #[error("it is a standby, which accepts no writes")]
    Standby,
    #[error("it reports an unknown timeline {0:?}")]
    Timeline(String),
    #[error(transparent)]
    Behind(#[from] Behind),
}

const NO_ENDS: &str = "0::bigint AS region, NULL::text AS region_mark, 0::bigint AS shared, \
    NULL::text AS shared_mark, 0::bigint AS revocations, NULL::text AS revocations_mark";

/// For a connection with TLS and a password check to a server in another region.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the other servers may take after the first one.
const GRACE: Duration = Duration::from_millis(100);
