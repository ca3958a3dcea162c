//! Plans rows in their order. Reads the store and changes nothing.

use std::collections::HashMap;
use std::time::Duration;

use jeton_admin::error::AdminError;
use jeton_admin::request::{AccountToImport, NewAccount};
use jeton_admin::value::{AccountDetails, TenantName, Timestamp};
use jeton_admin::view::ImportMatch;
use jeton_admin::{Administration, Authority};
use jeton_core::admin::check_token_ttl;
use jeton_protocol::ClientId;

use super::account_names::AccountNames;
use super::note::Note;
use super::resources::Resources;
use super::{Defaults, Outcome, RowPlan};
use crate::bad_row::BadRow;
use crate::missing_resources::MissingResources;
use crate::row::{Client, NotImportable, Row};

/// Plans the import of rows in their order.
#[derive(Debug)]
pub struct Planner<'a> {
    administration: &'a dyn Administration,
    by: &'a Authority,
    now: Timestamp,
    tenant: TenantName,
    names: AccountNames,
    resources: Resources,
    lines: HashMap<ClientId, usize>,
}

impl<'a> Planner<'a> {
    /// Plans for the region of `administration`.
    ///
    /// # Errors
    /// [`AdminError`] if the tenant does not exist or may have no accounts, or if the store is unavailable.
    pub async fn new(
        administration: &'a dyn Administration,
        by: &'a Authority,
        defaults: Defaults,
    ) -> Result<Self, AdminError> {
        let Defaults { tenant, resource, create_resources, now } = defaults;
        administration.check_tenant(by, &tenant).await?;
        let existing = administration.list_resources(by).await?;
        let resources = Resources::new(existing, resource, create_resources);
        let names = AccountNames::new(tenant.clone());
        Ok(Self { administration, by, now, tenant, names, resources, lines: HashMap::new() })
    }

    /// Registers the ids of rows. Call it with all rows before the first one is planned: a name must not be the id of
    /// a later row.
    pub fn register_ids<'r>(&mut self, rows: impl IntoIterator<Item = &'r Row>) {
        let ids = rows.into_iter().filter_map(|row| row.client_id.as_deref()?.parse().ok());
        self.names.register_ids(ids);
    }

    /// Plans what happens to a row.
    ///
    /// # Errors
    /// [`AdminError`] if the store is unavailable.
    pub async fn plan(&mut self, line: usize, row: Row) -> Result<RowPlan, AdminError> {
        let mut notes = Vec::new();
        let outcome = match row.client {
            Ok(client) => match self.plan_client(line, client, &mut notes).await {
                Ok(outcome) => outcome,
                Err(Stop::Bad(bad)) => Outcome::Bad(bad),
                Err(Stop::Failed(error)) => return Err(error),
            },
            Err(NotImportable::Skipped(reason)) => Outcome::Skipped(reason),
            Err(NotImportable::Bad(bad)) => Outcome::Bad(bad),
        };
        Ok(RowPlan { line, client_id: row.client_id, outcome, notes })
    }

    /// The missing resources and scopes, after all rows are planned.
    #[must_use]
    pub fn into_missing(self) -> MissingResources {
        self.resources.into_missing()
    }

    async fn plan_client(
        &mut self,
        line: usize,
        client: Client,
        notes: &mut Vec<Note>,
    ) -> Result<Outcome, Stop> {
        if let Some(earlier) = self.lines.insert(client.id.clone(), line) {
            return Err(BadRow::DuplicateId { earlier }.into());
        }
        match self.administration.find_imported(self.by, &client.id, &client.secret).await? {
            Some(ImportMatch::Imported) => return Ok(Outcome::AlreadyImported),
            Some(ImportMatch::OtherSecret) => return Err(BadRow::OtherSecret.into()),
            None => {}
        }
        check_token_ttl(client.token_ttl).map_err(BadRow::TokenLifetime)?;
        let now = self.now;
        if client.secret_expires_at.is_some_and(|end| end <= now) {
            return Err(BadRow::SecretExpired.into());
        }
        match self.administration.check_new_id(self.by, &client.id).await {
            Err(error) if error.is_refusal() => return Err(BadRow::Refused(error).into()),
            checked => checked?,
        }
        let name = self.names.choose((self.administration, self.by), &client, notes).await?;
        let name = name.ok_or(BadRow::NamesTaken)?;
        // This check must be the last: resources that only bad rows refer to must not be created.
        let mut entitlements = self.resources.entitlements(&client, notes)?;
        if client.id.must_be_encoded_in_basic() {
            notes.push(Note::ColonInId);
        }
        let secret_expires_in = client.secret_expires_at.map(|end| self.expires_in(end, notes));
        let account = NewAccount {
            name,
            tenant: self.tenant.clone(),
            entitlement: entitlements.pop().unwrap_or_default(),
            token_ttl: client.token_ttl,
            expires_in: None,
            allow_cidr: Vec::new(),
            secret_expires_in,
            details: AccountDetails::default(),
        };
        let (client_id, secret) = (client.id, client.secret);
        let import =
            AccountToImport { client_id, account, expires_at: None, more_entitlements: entitlements, secret };
        Ok(Outcome::Good(Box::new(import)))
    }

    /// How long the secret is valid.
    fn expires_in(&self, end: Timestamp, notes: &mut Vec<Note>) -> Duration {
        let within = self.now.until(end);
        if within > LONGEST_EXPIRY {
            notes.push(Note::ExpiresEarlier(self.now.after(LONGEST_EXPIRY)));
        }
        within.min(LONGEST_EXPIRY)
    }
}

/// As for the secrets that administrators create. Later times also have no spelling in RFC 3339.
const LONGEST_EXPIRY: Duration = Duration::from_hours(24 * 36_525);

/// Why the plan of a row ends early.
enum Stop {
    Bad(BadRow),
    Failed(AdminError),
}

impl From<BadRow> for Stop {
    fn from(bad: BadRow) -> Self {
        Self::Bad(bad)
    }
}

impl From<AdminError> for Stop {
    fn from(error: AdminError) -> Self {
        Self::Failed(error)
    }
}
