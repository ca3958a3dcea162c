//! Lists accounts by page: finds the accounts of a page first, and reads them then.
//!
//! A page walks along the index of its order, looks at a limited number of accounts, and evaluates the filter for each.
//! So its time does not depend on the number of accounts, on the position in the list or on the filter.

use std::collections::HashMap;

use jeton_core::model::{Account, TenantName, Timestamp};
use jeton_core::store::{
    ACCOUNTS_PER_PAGE, AccountCursor, AccountFilter, AccountList, AccountPage, AccountSort, StateFilter,
    StoreError,
};
use jeton_protocol::{ClientId, ResourceUri, ScopeName};
use serde_json::json;
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::accounts::row::select_accounts;
use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};

/// Selects from the accounts that a page looks through. The arguments of the statement: `$1` region, `$2` and `$3`
/// the position, `$5` how many accounts to look through, `$6` how many to find, `$4` and `$7` to `$12` the filter. Each of
/// them must occur, so that the server knows its type.
macro_rules! search {
    ($store:expr, $search:expr, $select:literal, $at:literal, $position:literal, $order:literal, ($($end:tt)+)) => {{
        let Search { region, key, after, scanned, limit, tenant, name, resource, scope, labels, state, now } =
            $search;
        sqlx::query_as!(
            FoundRow,
            "SELECT " + $select + " FROM (SELECT a.id, a.client_id, a.name, a.tenant, a.enabled, a.expires_at, a.labels,
                                           a.created_at, a.last_used_at, "
                + $at + " AS at
             FROM accounts a WHERE a.region = $1 AND $2::timestamptz IS NOT NULL AND a.deleted_at IS NULL AND "
                + $position + " ORDER BY "
                + $order + " LIMIT $5) a
             WHERE ($4::text IS NULL OR a.tenant = $4)
               AND ($7::text IS NULL OR strpos(lower(a.name), $7) > 0)
               AND ($8::text IS NULL AND $9::text IS NULL
                    OR EXISTS (SELECT 1 FROM grants g WHERE g.account = a.id AND ($8 IS NULL OR g.resource = $8)
                                                        AND ($9 IS NULL OR g.scope = $9)))
               AND a.labels @> $10::text::jsonb
               AND ($11::text IS NULL OR $11 = CASE
                        WHEN NOT a.enabled THEN 'disabled'
                        WHEN a.expires_at <= $12 THEN 'expired'
                        WHEN NOT (SELECT t.enabled AND t.accounts_allowed FROM tenants t WHERE t.name = a.tenant)
                        THEN 'blocked'
                        ELSE 'enabled' END) "
                + $($end)+ + " LIMIT $6",
            region,
            key,
            after,
            tenant,
            i64::from(scanned),
            i64::from(limit),
            name,
            resource,
            scope,
            labels,
            state,
            now
        )
        .fetch_all($store.reads())
        .await
        .map_err(failed)
    }};
}

/// Finds the accounts of a page in one of the orders.
macro_rules! in_order {
    ($store:expr, $search:expr, $at:literal, $position:literal, $order:literal) => {
        search!(
            $store,
            $search,
            r#"a.id AS "id!", a.client_id AS "client_id!", a.at AS "at!""#,
            $at,
            $position,
            $order,
            ("ORDER BY " + $order)
        )
    };
}

/// Selects the last account that a page looks through, and the one after it, if there is one.
macro_rules! end_of_scan {
    ($store:expr, $search:expr, $at:literal, $position:literal, $order:literal) => {{
        let Search { region, key, after, tenant, .. } = $search;
        let last = ACCOUNTS_PER_PAGE - 1;
        sqlx::query_as!(
            FoundRow,
            r#"SELECT a.id AS "id!", a.client_id AS "client_id!", "#
                + $at
                + r#" AS "at!"
               FROM accounts a WHERE a.region = $1 AND $2::timestamptz IS NOT NULL AND $4::text IS NOT DISTINCT FROM $4
                 AND a.deleted_at IS NULL AND "#
                + $position
                + " ORDER BY "
                + $order
                + " LIMIT 2 OFFSET $5",
            region,
            key,
            after,
            tenant,
            i64::from(last)
        )
        .fetch_all($store.reads())
        .await
        .map_err(failed)
    }};
}

/// Runs a macro with the index, the position and the order of a page.
macro_rules! by_order {
    ($run:ident, $store:expr, $search:expr, $sort:expr) => {
        match $sort {
            Walk::Id => $run!($store, $search, "to_timestamp(0)", "a.client_id > $3", "a.client_id"),
            Walk::TenantId => $run!(
                $store,
                $search,
                "to_timestamp(0)",
                "a.tenant = $4 AND a.client_id > $3",
                "a.client_id"
            ),
            Walk::Name => $run!(
                $store,
                $search,
                "to_timestamp(0)",
                "(a.name, a.client_id) >
                 (coalesce((SELECT b.name FROM accounts b WHERE b.region = $1 AND b.client_id = $3), ''), $3)",
                "a.name, a.client_id"
            ),
            Walk::Created => $run!(
                $store,
                $search,
                "a.created_at",
                "(a.created_at, a.client_id) < ($2, $3)",
                "a.created_at DESC, a.client_id DESC"
            ),
            Walk::LastUsed => $run!(
                $store,
                $search,
                "a.last_used_at",
                "(a.last_used_at, a.client_id) < ($2, $3)",
                "a.last_used_at DESC, a.client_id DESC"
            ),
        }
    };
}

/// The index that a page walks along.
#[derive(Debug, Clone, Copy)]
enum Walk {
    Id,
    TenantId,
    Name,
    Created,
    LastUsed,
}

/// The arguments of the statements of a page.
#[derive(Debug, Clone, Copy)]
struct Search<'a> {
    region: &'a str,
    key: OffsetDateTime,
    after: &'a str,
    scanned: u32,
    limit: u32,
    tenant: Option<&'a str>,
    name: Option<&'a str>,
    resource: Option<&'a str>,
    scope: Option<&'a str>,
    labels: &'a str,
    state: Option<&'a str>,
    now: OffsetDateTime,
}

struct FoundRow {
    id: i64,
    client_id: String,
    at: OffsetDateTime,
}

impl PostgresStore {
    /// Implements [`AccountStore::list_accounts`](jeton_core::store::AccountStore::list_accounts).
    pub(crate) async fn page_of_accounts(
        &self,
        page: &AccountPage,
        now: Timestamp,
    ) -> Result<AccountList<Account>, StoreError> {
        let AccountFilter { name, tenant, state, resource, scope, labels } = &page.filter;
        let name = name.as_deref().map(str::to_ascii_lowercase);
        let labels = json!(labels).to_string();
        let walk = walk(page);
        let position = page.after.as_ref();
        let search = Search {
            region: self.region.as_str(),
            key: moment(position.and_then(|position| position.at).unwrap_or(Timestamp::from_unix(i64::MAX))),
            after: position.map_or("", |position| position.client_id.as_str()),
            scanned: ACCOUNTS_PER_PAGE,
            // One more than the page holds says whether there is another page.
            limit: page.limit.saturating_add(1),
            tenant: tenant.as_ref().map(TenantName::as_str),
            name: name.as_deref(),
            resource: resource.as_ref().map(ResourceUri::key),
            scope: scope.as_ref().map(ScopeName::as_str),
            labels: &labels,
            state: state.map(StateFilter::as_str),
            now: moment(now),
        };
        let mut found = by_order!(in_order, self, search, walk)?;
        let next = if found.len() > page.limit as usize {
            found.truncate(page.limit as usize);
            found.last().map(|row| cursor(page.sort, row)).transpose()?
        } else {
            match by_order!(end_of_scan, self, search, walk)?.as_slice() {
                [last, _more] => Some(cursor(page.sort, last)?),
                _ => None,
            }
        };
        let total = if page.count { self.count_found(search).await? } else { None };
        Ok(AccountList { accounts: self.accounts_of_rows(&found).await?, total, next })
    }

    /// How many accounts the filter finds in all, if the region has few enough accounts.
    async fn count_found(&self, search: Search<'_>) -> Result<Option<u64>, StoreError> {
        let (region, most) = (search.region, ACCOUNTS_PER_PAGE + 1);
        let accounts = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!"
               FROM (SELECT 1 FROM accounts WHERE region = $1 AND deleted_at IS NULL LIMIT $2) a"#,
            region,
            i64::from(most),
        )
        .fetch_one(self.reads())
        .await
        .map_err(failed)?;
        if accounts > i64::from(ACCOUNTS_PER_PAGE) {
            return Ok(None);
        }
        let search = Search { after: "", limit: 1, ..search };
        let counted = search!(
            self,
            search,
            r#"count(*) AS "id!", '' AS "client_id!", to_timestamp(0) AS "at!""#,
            "to_timestamp(0)",
            "a.client_id > $3",
            "a.client_id",
            ("")
        )?;
        counted.first().map(|row| u64::try_from(row.id)).transpose().map_err(corrupt)
    }

    /// Reads the accounts of these rows, in this order. An account that was deleted meanwhile is left out.
    async fn accounts_of_rows(&self, found: &[FoundRow]) -> Result<Vec<Account>, StoreError> {
        let region = self.region.as_str();
        let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
        let rows = select_accounts!("a.id = ANY ($2)", region, &ids)
            .fetch_all(self.reads())
            .await
            .map_err(failed)?;
        let mut accounts = HashMap::with_capacity(rows.len());
        for row in rows {
            accounts.insert(row.client_id.clone(), row.into_account()?);
        }
        Ok(found.iter().filter_map(|row| accounts.remove(&row.client_id)).collect())
    }
}

fn walk(page: &AccountPage) -> Walk {
    match page.sort {
        AccountSort::Id if page.filter.tenant.is_some() => Walk::TenantId,
        AccountSort::Id => Walk::Id,
        AccountSort::Name => Walk::Name,
        AccountSort::Created => Walk::Created,
        AccountSort::LastUsed => Walk::LastUsed,
    }
}

fn cursor(sort: AccountSort, row: &FoundRow) -> Result<AccountCursor, StoreError> {
    let at = match sort {
        AccountSort::Id | AccountSort::Name => None,
        AccountSort::Created | AccountSort::LastUsed => Some(timestamp(row.at)),
    };
    Ok(AccountCursor { at, client_id: ClientId::parse(&row.client_id).map_err(corrupt)? })
}
