//! Records the last use of secrets and lists the secrets that expire soon.

use std::net::IpAddr;

use ipnet::IpNet;
use jeton_core::model::{TenantName, Timestamp};
use jeton_core::store::{ExpiringSecret, ExpiringSecretPage, SecretUse, StoreError, StoredCredential};
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::accounts::row::{address_column, last_use};
use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};
use crate::{PostgresStore, fence};

impl PostgresStore {
    /// Implements [`AccountStore::record_uses`](jeton_core::store::AccountStore::record_uses).
    pub(crate) async fn upsert_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError> {
        let ids: Vec<String> = uses.iter().map(|one| one.client_id.as_str().to_owned()).collect();
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let accounts = self.lock_accounts(&mut transaction, &ids).await?;
            self.write_uses(&mut transaction, &ids, uses).await?;
            // Read from what is stored now: a use that was not stored does not count.
            sqlx::query!(
                "UPDATE accounts SET last_used_at = used.at
                 FROM (SELECT c.account, max(u.at) AS at
                       FROM credentials c JOIN credential_uses u ON u.credential = c.number
                       WHERE c.account = ANY ($1) GROUP BY c.account) used
                 WHERE accounts.id = used.account AND accounts.last_used_at <> used.at",
                &accounts,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            fence::commit(transaction).await
        })
        .await
    }

    /// Locks the accounts of these ids, in the order of their rows, so that two nodes never wait for each other. Returns
    /// the rows.
    async fn lock_accounts(
        &self,
        connection: &mut PgConnection,
        ids: &[String],
    ) -> Result<Vec<i64>, StoreError> {
        let region = self.region.as_str();
        sqlx::query_scalar!(
            "SELECT id FROM accounts WHERE region = $1 AND client_id = ANY ($2) ORDER BY id FOR NO KEY UPDATE",
            region,
            ids,
        )
        .fetch_all(connection)
        .await
        .map_err(failed)
    }

    async fn write_uses(
        &self,
        connection: &mut PgConnection,
        ids: &[String],
        uses: &[SecretUse],
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let credentials: Vec<String> = uses.iter().map(|one| one.credential.as_str().to_owned()).collect();
        let times: Vec<OffsetDateTime> = uses.iter().map(|one| moment(one.last_use.at)).collect();
        let addresses: Vec<IpNet> =
            uses.iter().map(|one| IpNet::from(address_column(one.last_use.from))).collect();
        sqlx::query!(
            "WITH written AS (
                 INSERT INTO credential_uses (credential, at, address)
                 SELECT DISTINCT ON (c.number) c.number, p.at, p.address
                 FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::inet[]) p(client_id, id, at, address)
                      JOIN accounts a ON a.region = $1 AND a.client_id = p.client_id
                      JOIN credentials c ON c.account = a.id AND c.id = p.id
                 ORDER BY c.number, p.at DESC
                 ON CONFLICT (credential) DO UPDATE SET at = excluded.at, address = excluded.address
                     WHERE excluded.at > credential_uses.at
                        OR credential_uses.at > excluded.at + make_interval(secs => $6)
                 RETURNING credential)
             UPDATE credentials SET used = true FROM written WHERE number = written.credential AND NOT used",
            region,
            ids,
            &credentials,
            &times,
            &addresses,
            MAX_CLOCK_ERROR_SECONDS,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }

    /// Implements [`AccountStore::list_expiring_secrets`](jeton_core::store::AccountStore::list_expiring_secrets).
    pub(crate) async fn ending_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, StoreError> {
        let (region, now, until) = (self.region.as_str(), moment(page.now), moment(page.until));
        // Every id sorts after the empty string. A secret that expires in this second has expired.
        let (after, after_id) = match &page.after {
            Some((end, id)) => (moment(*end), id.as_str()),
            None => (moment(Timestamp::from_unix(page.now.unix().saturating_add(1))), ""),
        };
        let known_kinds = StoredCredential::KINDS.map(str::to_owned);
        let tenant = page.tenant.as_ref().map(TenantName::as_str);
        let mut scan = self.scan().await?;
        let rows = sqlx::query_as!(
            EndingRow,
            r#"SELECT a.client_id, a.name, a.tenant, c.id, c.label, c.last_four, c.expires_at AS "expires_at!",
                      u.at AS "used_at?", u.address AS "used_from?: IpAddr"
               FROM credentials c
                    JOIN accounts a ON a.id = c.account
                    JOIN tenants t ON t.name = a.tenant
                    LEFT JOIN credential_uses u ON u.credential = c.number
               WHERE c.revoked_at IS NULL AND (c.expires_at, c.id) > ($1, $2) AND c.expires_at <= $3
                 AND c.kind = ANY ($7)
                 AND a.region = $4 AND ($8::text IS NULL OR a.tenant = $8) AND a.enabled
                 AND (a.expires_at IS NULL OR a.expires_at > $5) AND t.enabled AND t.accounts_allowed
                 AND NOT EXISTS (SELECT 1 FROM credentials o
                                 WHERE o.account = c.account AND o.revoked_at IS NULL
                                   AND o.kind = ANY ($7)
                                   AND (o.scope IS NULL OR o.scope IS NOT DISTINCT FROM c.scope)
                                   AND (o.allow_cidr = '{}' OR o.allow_cidr = c.allow_cidr)
                                   AND (o.expires_at IS NULL OR (o.expires_at, o.id) > (c.expires_at, c.id)))
               ORDER BY c.expires_at, c.id LIMIT $6"#,
            after,
            after_id,
            until,
            region,
            now,
            i64::from(page.limit),
            &known_kinds,
            tenant,
        )
        .fetch_all(&mut *scan)
        .await
        .map_err(failed)?;
        scan.commit().await?;
        rows.into_iter().map(EndingRow::into_ending).collect()
    }
}

/// A stored use that is later than a new one by more than these seconds came from a wrong clock and is overwritten.
const MAX_CLOCK_ERROR_SECONDS: f64 = 3_600.0;

struct EndingRow {
    client_id: String,
    name: String,
    tenant: String,
    id: String,
    label: Option<String>,
    last_four: String,
    expires_at: OffsetDateTime,
    used_at: Option<OffsetDateTime>,
    used_from: Option<IpAddr>,
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
            expires_at: timestamp(self.expires_at),
            last_used: last_use(self.used_at.map(timestamp), self.used_from),
        })
    }
}
