//! Lists the active secrets that were not used for some time.
//!
//! Two indexes have them in the order of the list: one the used secrets by their last use, one the others by their
//! creation. Each page reads both from its position and merges them.

use std::net::IpAddr;

use jeton_core::model::{TenantName, Timestamp};
use jeton_core::store::{
    StoreError, StoredCredential, UnusedSecret, UnusedSecretPage, UnusedSecretPosition, UnusedSecrets,
};
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::accounts::row::last_use;
use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};

impl PostgresStore {
    /// Implements [`AccountStore::list_unused_secrets`](jeton_core::store::AccountStore::list_unused_secrets).
    pub(crate) async fn unused_secrets(&self, page: &UnusedSecretPage) -> Result<UnusedSecrets, StoreError> {
        let (region, now, until) = (self.region.as_str(), moment(page.now), moment(page.unused_since));
        let (since, number) = page.after.map_or((i64::MIN, 0), |after| (after.since, after.number));
        let since = moment(Timestamp::from_unix(since));
        let tenant = page.tenant.as_ref().map(TenantName::as_str);
        let kinds = StoredCredential::KINDS.map(str::to_owned);
        let mut snapshot = self.scan().await?;
        let mut rows = select_unused!(
            "u.at" from "credential_uses u
             JOIN credentials c ON c.number = u.credential"
            where "(u.at, u.credential) > ($1, $2) AND u.at <= $3"
            order "u.at, u.credential",
            since, number, until, now, region, &kinds, tenant, i64::from(page.limit)
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        let never_used = select_unused!(
            "c.created_at" from "credentials c
             LEFT JOIN credential_uses u ON u.credential = c.number"
            where "NOT c.used AND (c.created_at, c.number) > ($1, $2) AND c.created_at <= $3"
            order "c.created_at, c.number",
            since, number, until, now, region, &kinds, tenant, i64::from(page.limit)
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        snapshot.commit().await?;
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
    since: OffsetDateTime,
    number: i64,
    client_id: String,
    name: String,
    tenant: String,
    id: String,
    label: Option<String>,
    last_four: String,
    created_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
    used_at: Option<OffsetDateTime>,
    used_from: Option<IpAddr>,
}

impl UnusedRow {
    fn position(&self) -> UnusedSecretPosition {
        UnusedSecretPosition { since: self.since.unix_timestamp(), number: self.number }
    }

    fn into_unused(self) -> Result<UnusedSecret, StoreError> {
        Ok(UnusedSecret {
            client_id: self.client_id.parse().map_err(corrupt)?,
            name: self.name.parse().map_err(corrupt)?,
            tenant: self.tenant.parse().map_err(corrupt)?,
            credential: self.id.parse().map_err(corrupt)?,
            label: self.label,
            last_four: self.last_four,
            created_at: timestamp(self.created_at),
            expires_at: self.expires_at.map(timestamp),
            last_used: last_use(self.used_at.map(timestamp), self.used_from),
        })
    }
}

/// Selects active secrets of accounts that can get tokens, with the time since when they are not used.
macro_rules! select_unused {
    ($since:literal from $secrets:literal where $condition:literal order $order:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            UnusedRow,
            "SELECT " + $since + r#" AS "since!", c.number AS "number!", a.client_id AS "client_id!",
                    a.name AS "name!", a.tenant AS "tenant!", c.id AS "id!", c.label, c.last_four AS "last_four!",
                    c.created_at AS "created_at!", c.expires_at, u.at AS "used_at?", u.address AS "used_from?: IpAddr"
             FROM "# + $secrets + " JOIN accounts a ON a.id = c.account JOIN tenants t ON t.name = a.tenant
             WHERE " + $condition + " AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $4)
               AND c.kind = ANY ($6)
               AND a.region = $5 AND ($7::text IS NULL OR a.tenant = $7) AND a.enabled
               AND (a.expires_at IS NULL OR a.expires_at > $4) AND t.enabled AND t.accounts_allowed
             ORDER BY " + $order + " LIMIT $8",
            $($argument),*
        )
    };
}

use select_unused;
