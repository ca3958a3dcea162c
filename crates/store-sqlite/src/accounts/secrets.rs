//! Records the last use of secrets and lists the secrets that expire soon.

use jeton_core::model::{LastUse, TenantName, Timestamp};
use jeton_core::store::{ExpiringSecret, ExpiringSecretPage, SecretUse, StoreError, StoredCredential};
use serde_json::{Value, json};

use crate::SqliteStore;
use crate::accounts::row::{address_column, last_use};
use crate::connection::error::{corrupt, failed};

impl SqliteStore {
    /// Implements [`AccountStore::record_uses`](jeton_core::store::AccountStore::record_uses).
    pub(crate) async fn upsert_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let rows = |SecretUse { client_id, credential, last_use: LastUse { at, from } }: &SecretUse| {
            json!([client_id, credential, at.unix(), address_column(*from)])
        };
        let rows = Value::Array(uses.iter().map(rows).collect()).to_string();
        let mut transaction = self.begin().await?;
        // CROSS JOIN fixes the join order: from the few uses to the many accounts.
        sqlx::query!(
            "INSERT INTO credential_uses (credential, at, address)
             SELECT c.number, p.value ->> 2, p.value ->> 3
             FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0
                  CROSS JOIN credentials c ON c.account = a.id AND c.id = p.value ->> 1
             WHERE true
             ON CONFLICT (credential) DO UPDATE SET at = excluded.at, address = excluded.address
                 WHERE excluded.at > at OR at > excluded.at + ?3",
            region,
            rows,
            MAX_CLOCK_ERROR_SECONDS,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        // Read from what is stored now: a use that was not stored does not count.
        sqlx::query!(
            "UPDATE accounts SET last_used_at = used.at
             FROM (SELECT a.id, max(u.at) AS at
                   FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0
                        CROSS JOIN credentials c ON c.account = a.id
                        CROSS JOIN credential_uses u ON u.credential = c.number
                   GROUP BY a.id) used
             WHERE accounts.id = used.id AND accounts.last_used_at <> used.at",
            region,
            rows,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Implements [`AccountStore::list_expiring_secrets`](jeton_core::store::AccountStore::list_expiring_secrets).
    pub(crate) async fn ending_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, StoreError> {
        let (region, now, until) = (self.region.as_str(), page.now.unix(), page.until.unix());
        // Every id sorts after the empty string. A secret that expires in this second has expired.
        let (after, after_id) = match &page.after {
            Some((end, id)) => (end.unix(), id.as_str()),
            None => (now.saturating_add(1), ""),
        };
        let known_kinds = json!(StoredCredential::KINDS).to_string();
        let tenant = page.tenant.as_ref().map(TenantName::as_str);
        let rows = sqlx::query_as!(
            EndingRow,
            r#"SELECT a.client_id, a.name, a.tenant, c.id, c.label, c.last_four, c.expires_at AS "expires_at!",
                      u.at AS "used_at?", u.address AS "used_from?"
               FROM credentials c INDEXED BY credentials_by_end
                    CROSS JOIN accounts a ON a.id = c.account
                    JOIN tenants t ON t.name = a.tenant
                    LEFT JOIN credential_uses u ON u.credential = c.number
               WHERE c.revoked_at IS NULL AND (c.expires_at, c.id) > (?1, ?2) AND c.expires_at <= ?3
                 AND c.kind IN (SELECT value FROM json_each(?7))
                 AND a.region = ?4 AND a.tenant = coalesce(?8, a.tenant) AND a.enabled
                 AND (a.expires_at IS NULL OR a.expires_at > ?5) AND t.enabled AND t.accounts_allowed
                 AND NOT EXISTS (SELECT 1 FROM credentials o
                                 WHERE o.account = c.account AND o.revoked_at IS NULL
                                   AND o.kind IN (SELECT value FROM json_each(?7))
                                   AND (o.scope IS NULL OR o.scope IS c.scope)
                                   AND (o.allow_cidr = '[]' OR o.allow_cidr = c.allow_cidr)
                                   AND (o.expires_at IS NULL OR (o.expires_at, o.id) > (c.expires_at, c.id)))
               ORDER BY c.expires_at, c.id LIMIT ?6"#,
            after,
            after_id,
            until,
            region,
            now,
            page.limit,
            known_kinds,
            tenant,
        )
        .fetch_all(self.reads()?)
        .await
        .map_err(failed)?;
        rows.into_iter().map(EndingRow::into_ending).collect()
    }
}

/// A stored use that is later than a new one by more than these seconds came from a wrong clock and is overwritten.
const MAX_CLOCK_ERROR_SECONDS: i64 = 3_600;

struct EndingRow {
    client_id: String,
    name: String,
    tenant: String,
    id: String,
    label: Option<String>,
    last_four: String,
    expires_at: i64,
    used_at: Option<i64>,
    used_from: Option<String>,
}

impl EndingRow {
    fn into_ending(self) -> Result<ExpiringSecret, StoreError> {
        Ok(ExpiringSecret {
            client_id: self.client_id.parse().map_err(corrupt)?,
            name: self.name.parse().map_err(corrupt)?,
            tenant: self.tenant.parse().map_err(corrupt)?,
            credential: self.id.parse().map_err(corrupt)?,
            label: self.label,
            last_four: self.last_four,
            expires_at: Timestamp::from_unix(self.expires_at),
            last_used: last_use(self.used_at, self.used_from.as_deref())?,
        })
    }
}
