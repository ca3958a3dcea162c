//! Refuses a pooler that gives the statements of one connection to several connections of the server.
//!
//! Through such a pooler a prepared statement can run on a server connection where another client prepared another
//! statement under the same name, and settings reach other clients.

use jeton_core::store::OpenError;
use sqlx::{Row as _, raw_sql};

use crate::Location;
use crate::connection::error::not_opened;
use crate::connection::primary::Connected;

/// Checks that two connections are two processes of the server, and stay the same ones. A pooler shares a process between
/// clients whose transactions do not overlap. No statement may be prepared on either before.
///
/// # Errors
/// [`OpenError::Pooler`], or [`OpenError::Unavailable`] if the server does not answer.
pub(crate) async fn ensure_own_processes(
    location: &Location,
    one: &mut Connected,
    other: &mut Connected,
) -> Result<(), OpenError> {
    for _ in 0..ROUNDS {
        let mut processes = Vec::new();
        for connected in [&mut *one, &mut *other] {
            let now = process(connected).await.map_err(|error| not_opened(location, error))?;
            processes.extend([connected.process, now]);
        }
        // Each has kept its own.
        let is_own = matches!(processes[..], [a, b, c, d] if a == b && c == d && a != c);
        if !is_own {
            return Err(OpenError::Pooler { place: location.to_string() });
        }
    }
    Ok(())
}

/// The process that serves a statement.
async fn process(connected: &mut Connected) -> Result<i32, sqlx::Error> {
    raw_sql("SELECT pg_backend_pid()").fetch_one(&mut connected.connection).await?.try_get(0)
}

/// A pooler may have a free connection of the server for each of them at first.
const ROUNDS: usize = 2;
