//! Locks for the rules of names and ids, which concern more than one row.
//!
//! A name must not be the id of another account, and an id not the name of another one. Two transactions that would break
//! such a rule together do not see each other's rows, and no constraint covers it. So both lock a row of the name or id
//! before they check. The rows exist already and are few: names with the same remainder of their hash share one.

use std::collections::BTreeSet;

use jeton_core::store::StoreError;
use sqlx::PgConnection;

use crate::connection::error::failed;

/// Waits for writers of these names and ids, and keeps others waiting until the commit.
pub(crate) async fn lock_names<'a>(
    connection: &mut PgConnection,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), StoreError> {
    let buckets: BTreeSet<i32> = names.into_iter().map(bucket).collect();
    lock(connection, buckets.into_iter().collect()).await
}

/// Waits for writers that add, rename or delete tenants, and keeps others waiting until the commit.
pub(crate) async fn lock_tenant_names(connection: &mut PgConnection) -> Result<(), StoreError> {
    lock(connection, vec![BUCKETS]).await
}

/// In ascending order, so that two writers never wait for each other.
async fn lock(connection: &mut PgConnection, buckets: Vec<i32>) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT bucket FROM name_locks WHERE bucket = ANY ($1) ORDER BY bucket FOR UPDATE",
        buckets.as_slice(),
    )
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// The row of a name. Every version must compute the same: FNV-1a with 64 bits, modulo the number of rows.
fn bucket(name: &str) -> i32 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    i32::try_from(hash % u64::from(BUCKETS.unsigned_abs())).unwrap_or(0)
}

/// The number of rows for the names and ids of accounts. The row of this number is for the names of tenants.
const BUCKETS: i32 = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_row_in_every_version() {
        assert_eq!(bucket(""), 0x325);
        assert_eq!(bucket("a"), 0x08c);
        assert_eq!(bucket("foobar"), 0x3e8);
    }
}
