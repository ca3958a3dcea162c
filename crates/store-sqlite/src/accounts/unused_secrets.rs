//! Lists the active secrets that were not used for some time.
//!
//! Two indexes have them in the order of the list: one the used secrets by their last use, one the others by their
//! creation. Each page reads both from its position and merges them.

use jeton_core::model::{TenantName, Timestamp};
use jeton_core::store::{
    StoreError, StoredCredential, UnusedSecret, UnusedSecretPage, UnusedSecretPosition, UnusedSecrets,
};
use serde_json::json;

use crate::SqliteStore;
use crate::accounts::row::last_use;
use crate::connection::error::{corrupt, failed};

impl SqliteStore {
    /// Implements [`AccountStore::list_unused_secrets`](jeton_core::store::AccountStore::list_unused_secrets).
    pub(crate) async fn unused_secrets(&self, page: &UnusedSecretPage) -> Result<UnusedSecrets, StoreError> {
        let (region, now, until) = (self.region.as_str(), page.now.unix(), page.unused_since.unix());
        let (since, number) = page.after.map_or((i64::MIN, 0), |after| (after.since, after.number));
        let tenant = page.tenant.as_ref().map(TenantName::as_str);
        let kinds = json!(StoredCredential::KINDS).to_string();
        let mut snapshot = self.reads()?.begin().await.map_err(failed)?;
        let mut rows = select_unused!(
            "u.at" from "credential_uses u INDEXED BY credential_uses_by_time
             CROSS JOIN credentials c ON c.number = u.credential"
            where "(u.at, u.credential) > (?1, ?2) AND u.at <= ?3"
            order "u.at, u.credential",
            since, number, until, now, region, kinds, tenant, page.limit
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        let never_used = select_unused!(
            "c.created_at" from "credentials c INDEXED BY credentials_never_used
             LEFT JOIN credential_uses u ON u.credential = c.number"
            where "c.used = 0 AND u.credential IS NULL AND (c.created_at, c.number) > (?1, ?2) AND c.created_at <= ?3"
            order "c.created_at, c.number",
            since, number, until, now, region, kinds, tenant, page.limit
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        snapshot.commit().await.map_err(failed)?;
        rows.extend(never_used);
        rows.sort_unstable_by_key(UnusedRow::position);
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        rows.truncate(limit);
        let next = rows.last().filter(|_| rows.len() == limit).map(UnusedRow::position);
        Ok(UnusedSecrets {
            secrets: rows.into_iter().map(UnusedRow::into_unused).collect::<Result<_, _>>()?,
            next,
        })
    }
}

struct UnusedRow {
    since: i64,
    number: i64,
    client_id: String,
    name: String,
    tenant: String,
    id: String,
    label: Option<String>,
    last_four: String,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: Option<i64>,
    used_from: Option<String>,
}

impl UnusedRow {
    fn position(&self) -> UnusedSecretPosition {
        UnusedSecretPosition { since: self.since, number: self.number }
    }

    fn into_unused(self) -> Result<UnusedSecret, StoreError> {
        Ok(UnusedSecret {
            client_id: self.client_id.parse().map_err(corrupt)?,
            name: self.name.parse().map_err(corrupt)?,
            tenant: self.tenant.parse().map_err(corrupt)?,
            credential: self.id.parse().map_err(corrupt)?,
            label: self.label,
            last_four: self.last_four,
            created_at: Timestamp::from_unix(self.created_at),
            expires_at: self.expires_at.map(Timestamp::from_unix),
            last_used: last_use(self.used_at, self.used_from.as_deref())?,
        })
    }
}

/// Selects active secrets of accounts that can get tokens, with the time since when they are not used.
macro_rules! select_unused {
    ($since:literal from $secrets:literal where $condition:literal order $order:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            UnusedRow,
            "SELECT " + $since + r#" AS "since!: i64", c.number AS "number!: i64", a.client_id AS "client_id!",
                    a.name AS "name!", a.tenant AS "tenant!", c.id AS "id!", c.label, c.last_four AS "last_four!",
                    c.created_at AS "created_at!", c.expires_at, u.at AS "used_at?", u.address AS "used_from?"
             FROM "# + $secrets + " CROSS JOIN accounts a ON a.id = c.account CROSS JOIN tenants t ON t.name = a.tenant
             WHERE " + $condition + " AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?4)
               AND c.kind IN (SELECT value FROM json_each(?6))
               AND a.region = ?5 AND a.tenant = coalesce(?7, a.tenant) AND a.enabled
               AND (a.expires_at IS NULL OR a.expires_at > ?4) AND t.enabled AND t.accounts_allowed
             ORDER BY " + $order + " LIMIT ?8",
            $($argument),*
        )
    };
}

use select_unused;
