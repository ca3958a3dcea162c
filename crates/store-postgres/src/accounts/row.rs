//! The stored form of an account, and its conversion to the model.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::IpNet;
use jeton_core::model::{Account, AccountDetails, CallerAddress, Credential, LastUse, Timestamp};
use jeton_core::store::{Position, Sequence, StoreError, StoredCredential};
use jeton_protocol::{ClientId, ResourceUri, Scope, ScopeName};
use time::OffsetDateTime;

use crate::connection::error::corrupt;
use crate::tenants::TenantRow;
use crate::times::timestamp;

/// An account with its tenant, as `select_accounts` reads it in one statement.
pub(crate) struct AccountRow {
    /// The position of the snapshot, only in its row.
    pub(crate) region_position: i64,
    pub(crate) shared_position: i64,
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) epoch: i64,
    pub(crate) token_ttl: Option<i64>,
    pub(crate) expires_at: Option<OffsetDateTime>,
    pub(crate) allow_cidr: Vec<IpNet>,
    pub(crate) default_resource: Option<String>,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) version: i64,
    pub(crate) description: Option<String>,
    pub(crate) owner: Option<String>,
    /// A JSON object of texts.
    pub(crate) labels: String,
    pub(crate) tenant: String,
    pub(crate) tenant_enabled: bool,
    pub(crate) tenant_accounts_allowed: bool,
    pub(crate) tenant_epoch: i64,
    pub(crate) tenant_created_at: OffsetDateTime,
    pub(crate) tenant_version: i64,
    /// A JSON array of `[resource, scope]`.
    pub(crate) grants: String,
    /// A JSON array of resources.
    pub(crate) introspects: String,
    /// A JSON array of `StoredUsedCredential`, oldest first.
    pub(crate) credentials: String,
}

impl AccountRow {
    /// The position of the snapshot, if this is its row.
    pub(crate) fn position(&self) -> Position {
        Position { region: Sequence(self.region_position), shared: Sequence(self.shared_position) }
    }

    pub(crate) fn into_account(self) -> Result<Account, StoreError> {
        let tenant = TenantRow {
            name: self.tenant,
            enabled: self.tenant_enabled,
            accounts_allowed: self.tenant_accounts_allowed,
            epoch: self.tenant_epoch,
            created_at: self.tenant_created_at,
            version: self.tenant_version,
        };
        let introspects: BTreeSet<ResourceUri> = serde_json::from_str(&self.introspects).map_err(corrupt)?;
        let default_resource = self.default_resource.as_deref().map(ResourceUri::parse).transpose();
        Ok(Account {
            client_id: ClientId::parse(&self.client_id).map_err(corrupt)?,
            name: self.name.parse().map_err(corrupt)?,
            tenant: tenant.into_tenant()?,
            enabled: self.enabled,
            epoch: self.epoch,
            token_ttl: self
                .token_ttl
                .map(u64::try_from)
                .transpose()
                .map_err(corrupt)?
                .map(Duration::from_secs),
            expires_at: self.expires_at.map(timestamp),
            allow_cidr: self.allow_cidr,
            default_resource: default_resource.map_err(corrupt)?,
            grants: read_grants(&self.grants)?,
            introspects,
            credentials: read_credentials(&self.credentials)?,
            details: AccountDetails {
                description: self.description,
                owner: self.owner,
                labels: serde_json::from_str(&self.labels).map_err(corrupt)?,
            },
            created_at: timestamp(self.created_at),
            version: self.version,
        })
    }
}

fn read_grants(json: &str) -> Result<BTreeMap<ResourceUri, Scope>, StoreError> {
    let pairs: Vec<(ResourceUri, ScopeName)> = serde_json::from_str(json).map_err(corrupt)?;
    let mut names: BTreeMap<ResourceUri, Vec<ScopeName>> = BTreeMap::new();
    for (resource, scope) in pairs {
        names.entry(resource).or_default().push(scope);
    }
    Ok(names.into_iter().filter_map(|(uri, names)| Some((uri, Scope::from_names(names)?))).collect())
}

/// A credential, and the time and address of its last use.
type StoredUsedCredential = (StoredCredential, Option<i64>, Option<String>);

fn read_credentials(json: &str) -> Result<Vec<Credential>, StoreError> {
    let stored: Vec<StoredUsedCredential> = serde_json::from_str(json).map_err(corrupt)?;
    let mut credentials = Vec::with_capacity(stored.len());
    for (stored, used_at, used_from) in stored {
        if let Some(credential) = stored.into_credential()? {
            let from = used_from.as_deref().map(str::parse::<IpAddr>).transpose().map_err(corrupt)?;
            let last_used = last_use(used_at.map(Timestamp::from_unix), from);
            credentials.push(Credential { last_used, ..credential });
        }
    }
    Ok(credentials)
}

/// The last use of a credential from its two columns, or `None` if it was never used.
pub(crate) fn last_use(at: Option<Timestamp>, from: Option<IpAddr>) -> Option<LastUse> {
    let (at, from) = at.zip(from)?;
    Some(LastUse { at, from: from.into() })
}

/// The stored form of a caller's address. An unknown address is stored as the unspecified address, which
/// [`CallerAddress`] reads as unknown.
pub(crate) fn address_column(from: CallerAddress) -> IpAddr {
    match from {
        CallerAddress::Known(address) => address,
        CallerAddress::Unknown => Ipv4Addr::UNSPECIFIED.into(),
    }
}

/// Selects the accounts of a region that match a condition, without deleted ones. The region is `$1`.
///
/// Grants, introspection rights and credentials are JSON in the same row: one statement reads one snapshot, and each
/// further statement would be a round trip.
///
/// With `and_snapshot_row:` the result has one more row, without an id, which holds the position of the snapshot.
macro_rules! select_accounts {
    (and_snapshot_row: $condition:literal $(, $argument:expr)*) => {
        select_accounts!(
            @ ($condition + "
               UNION ALL SELECT coalesce((SELECT seq FROM audit_ends WHERE chain = $1), 0),
                                coalesce((SELECT seq FROM audit_ends WHERE chain = 'shared'), 0),
                                '', '', false, 0, NULL, NULL, '{}', NULL, to_timestamp(0), 0,
                                NULL, NULL, '{}', '', false, false, 0, to_timestamp(0), 0, '[]', '[]', '[]'")
            $(, $argument)*
        )
    };
    ($condition:literal $(, $argument:expr)*) => {
        select_accounts!(@ ($condition) $(, $argument)*)
    };
    (@ ($($condition:tt)+) $(, $argument:expr)*) => {
        sqlx::query_as!(
            $crate::accounts::row::AccountRow,
            r#"SELECT 0::bigint AS "region_position!", 0::bigint AS "shared_position!",
                      a.client_id AS "client_id!", a.name AS "name!", a.enabled AS "enabled!",
                      a.epoch AS "epoch!", a.token_ttl, a.expires_at, a.allow_cidr AS "allow_cidr!",
                      (SELECT coalesce(r.spelling, r.uri)
                       FROM resources r WHERE r.uri = a.default_resource) AS default_resource,
                      a.created_at AS "created_at!", a.version AS "version!",
                      a.description, a.owner, a.labels::text AS "labels!",
                      t.name AS "tenant!", t.enabled AS "tenant_enabled!",
                      t.accounts_allowed AS "tenant_accounts_allowed!", t.epoch AS "tenant_epoch!",
                      t.created_at AS "tenant_created_at!", t.version AS "tenant_version!",
                      (SELECT coalesce(json_agg(json_build_array(coalesce(r.spelling, r.uri), g.scope)), '[]')::text
                       FROM grants g JOIN resources r ON r.uri = g.resource
                       WHERE g.account = a.id) AS "grants!",
                      (SELECT coalesce(json_agg(coalesce(r.spelling, r.uri)), '[]')::text
                       FROM introspection_rights i JOIN resources r ON r.uri = i.resource
                       WHERE i.account = a.id) AS "introspects!",
                      (SELECT coalesce(json_agg(json_build_array(json_build_object('id', c.id, 'kind', c.kind,
                                  'lookup', encode(c.lookup, 'hex'), 'label', c.label, 'hash', c.hash,
                                  'last_four', c.last_four,
                                  'created_at', extract(epoch FROM c.created_at)::bigint,
                                  'lifetime', c.lifetime,
                                  'expires_at', extract(epoch FROM c.expires_at)::bigint,
                                  'revoked_at', extract(epoch FROM c.revoked_at)::bigint,
                                  'scope', c.scope, 'allow_cidr', to_json(c.allow_cidr)::text),
                                  extract(epoch FROM u.at)::bigint, host(u.address)) ORDER BY c.number), '[]')::text
                       FROM credentials c LEFT JOIN credential_uses u ON u.credential = c.number
                       WHERE c.account = a.id) AS "credentials!"
               FROM accounts a JOIN tenants t ON t.name = a.tenant
               WHERE a.deleted_at IS NULL AND a.region = $1 AND "# + $($condition)+
            $(, $argument)*
        )
    };
}

pub(crate) use select_accounts;
