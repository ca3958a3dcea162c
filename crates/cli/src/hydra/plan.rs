//! Plans what happens to each row before anything is written.

use std::collections::{BTreeMap, HashMap, HashSet};

use jeton_core::MigratedSecret;
use jeton_core::admin::{AccountImport, AdminError, Administrator, Entitlement, NewAccount, check_token_ttl};
use jeton_core::model::{Account, AccountName, Credential, Resource, TenantName};
use jeton_core::store::Sequence;
use jeton_protocol::{ClientId, ResourceUri, Scope, ScopeName};

use super::row::{Client, NotImportable, Row};
use super::wanted::MissingResources;
use crate::admin_error::message;
use crate::input::audience;

/// Settings for all rows.
#[derive(Debug)]
pub(crate) struct Defaults {
    /// The owner of the accounts.
    pub(crate) tenant: TenantName,
    /// The resource of a row without an audience.
    pub(crate) resource: Option<ResourceUri>,
    /// Whether missing resources and scopes are created.
    pub(crate) create_resources: bool,
}

/// What happens to a row.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It can be imported.
    Good(Box<AccountImport>),
    /// It was imported before.
    AlreadyImported,
    /// It needs no import.
    Skipped(String),
    /// It cannot be imported.
    Bad(String),
}

/// A row and its outcome.
#[derive(Debug)]
pub(crate) struct RowPlan {
    pub(crate) line: usize,
    pub(crate) client_id: Option<String>,
    pub(crate) outcome: Outcome,
    /// Differences from Hydra that the administrator must know.
    pub(crate) notes: Vec<String>,
}

/// Plans the import of rows in their order.
#[derive(Debug)]
pub(crate) struct Planner<'a> {
    administrator: &'a Administrator,
    defaults: Defaults,
    resources: BTreeMap<ResourceUri, Resource>,
    missing: MissingResources,
    /// The ids of all rows, including later ones: none of them may become an account's name.
    ids: HashSet<ClientId>,
    lines: HashMap<ClientId, usize>,
    names: HashSet<AccountName>,
}

impl<'a> Planner<'a> {
    pub(crate) async fn new(
        administrator: &'a Administrator,
        defaults: Defaults,
    ) -> Result<Self, AdminError> {
        administrator.open_tenant(&defaults.tenant).await?;
        let resources = administrator.store().list_resources().await?.into_iter();
        Ok(Self {
            administrator,
            defaults,
            resources: resources.map(|resource| (resource.uri.clone(), resource)).collect(),
            missing: MissingResources::default(),
            ids: HashSet::new(),
            lines: HashMap::new(),
            names: HashSet::new(),
        })
    }

    /// Registers the ids of all rows before the first one is planned.
    pub(crate) fn expect(&mut self, rows: &[(usize, Row)]) {
        self.ids
            .extend(rows.iter().filter_map(|(_, row)| row.client_id.as_deref()?.parse::<ClientId>().ok()));
    }

    /// # Errors
    /// When the store is unavailable.
    pub(crate) async fn plan(&mut self, line: usize, row: Row) -> Result<RowPlan, AdminError> {
        let mut notes = Vec::new();
        let outcome = match row.client {
            Ok(client) => self.plan_client(line, client, &mut notes).await?,
            Err(NotImportable::Skipped(why)) => Outcome::Skipped(why.to_owned()),
            Err(NotImportable::Bad(why)) => Outcome::Bad(why),
        };
        Ok(RowPlan { line, client_id: row.client_id, outcome, notes })
    }

    /// The missing resources and scopes, after all rows are planned.
    pub(crate) fn into_missing(self) -> MissingResources {
        self.missing
    }

    async fn plan_client(
        &mut self,
        line: usize,
        client: Client,
        notes: &mut Vec<String>,
    ) -> Result<Outcome, AdminError> {
        if let Some(earlier) = self.lines.insert(client.id.clone(), line) {
            return Ok(Outcome::Bad(format!("duplicate id; line {earlier} has the same id")));
        }
        if let Some(account) =
            self.administrator.store().find_account(&client.id, Sequence::START).await?.value
        {
            return Ok(compared(&account, &client.secret));
        }
        if let Err(error) = check_token_ttl(client.token_ttl) {
            return Ok(Outcome::Bad(format!(
                "{error}; change client_credentials_grant_access_token_lifespan in its row"
            )));
        }
        let now = self.administrator.now();
        if client.secret_expires_at.is_some_and(|end| end <= now) {
            return Ok(Outcome::Bad("its secret has expired".to_owned()));
        }
        let secret_expires_in = client.secret_expires_at.map(|end| now.until(end));
        if let Err(error) = self.administrator.check_new_id(&client.id).await {
            return refused(error).map(Outcome::Bad);
        }
        let Some(name) = self.name(&client, notes).await? else {
            return Ok(Outcome::Bad("its client_name and its id are both taken as account names".to_owned()));
        };
        // This check must be the last: resources that only bad rows refer to must not be created.
        let mut entitlements = match self.entitlements(&client, notes) {
            Ok(entitlements) => entitlements,
            Err(why) => return Ok(Outcome::Bad(why)),
        };
        if client.id.must_be_encoded_in_basic() {
            notes.push(
                "its id has a colon: a client that uses HTTP Basic must percent-encode the id, or send it in the body"
                    .to_owned(),
            );
        }
        let account = NewAccount {
            name,
            tenant: self.defaults.tenant.clone(),
            entitlement: entitlements.pop().unwrap_or_default(),
            token_ttl: client.token_ttl,
            expires_in: None,
            allow_cidr: Vec::new(),
            secret_expires_in,
        };
        let (client_id, secret) = (client.id, client.secret);
        let import = AccountImport { client_id, account, more_entitlements: entitlements, secret };
        Ok(Outcome::Good(Box::new(import)))
    }

    /// Grants each scope on each of the row's audiences that declares it: Hydra grants any scope for any audience.
    fn entitlements(&mut self, client: &Client, notes: &mut Vec<String>) -> Result<Vec<Entitlement>, String> {
        let named = match client.audience.as_slice() {
            [] => self.defaults.resource.as_slice(),
            audience => audience,
        };
        let mut uris: Vec<ResourceUri> = Vec::new();
        for named in named {
            let registered = self.registered(named).unwrap_or(named).clone();
            notes.extend(audience::difference(named, &registered));
            if !uris.contains(&registered) {
                uris.push(registered);
            }
        }
        if uris.is_empty() {
            return Err("it has no audience; set the resource for such rows with --resource".to_owned());
        }
        let has = |uri: &ResourceUri, name: &ScopeName| {
            self.resources.get(uri).is_some_and(|resource| resource.scopes.contains_key(name))
        };
        let known = |name: &ScopeName| uris.iter().any(|uri| has(uri, name));
        let (kept, unknown) = classify_scopes(&client.scope, known, notes)?;
        for uri in &uris {
            match self.resources.get(uri) {
                None => self.missing.resource(uri, kept.iter().cloned()),
                Some(_) if unknown.is_empty() => {}
                Some(_) => self.missing.scopes(uri, unknown.iter().cloned()),
            }
        }
        if !self.defaults.create_resources {
            self.refuse_missing(&uris, &unknown)?;
        }
        let mut entitlements = Vec::new();
        for uri in uris {
            let granted = kept.iter().filter(|name| has(&uri, name) || self.missing.has(&uri, name));
            match Scope::from_names(granted.cloned()) {
                Some(scope) => entitlements.push(Entitlement {
                    resource: Some(uri),
                    scope: Some(scope),
                    introspects: Vec::new(),
                }),
                None => notes.push(format!("no scope is granted on {uri}, which has none of its scopes")),
            }
        }
        Ok(entitlements)
    }

    /// The resource as it is spelled in tokens, if it exists or an earlier row creates it.
    fn registered<'r>(&'r self, named: &ResourceUri) -> Option<&'r ResourceUri> {
        let existing = self.resources.get(named).map(|resource| &resource.uri);
        existing.or_else(|| self.missing.spelled(named))
    }

    fn refuse_missing(&self, uris: &[ResourceUri], unknown: &[ScopeName]) -> Result<(), String> {
        if let Some(uri) = uris.iter().find(|uri| !self.resources.contains_key(*uri)) {
            return Err(format!("there is no resource {uri}"));
        }
        match unknown {
            [] => Ok(()),
            names => {
                let names: Vec<&str> = names.iter().map(ScopeName::as_str).collect();
                let uris: Vec<&str> = uris.iter().map(ResourceUri::as_str).collect();
                Err(format!("{} has no scope {}", uris.join(" or "), names.join(", ")))
            }
        }
    }

    /// Why the name conflicts with an existing id or with the id of another row, if it does.
    async fn refused_name(&self, name: &AccountName, client: &Client) -> Result<Option<String>, AdminError> {
        let is_other_id = |id: ClientId| id != client.id && self.ids.contains(&id);
        if name.as_str().parse::<ClientId>().is_ok_and(is_other_id) {
            return Ok(Some("it is the id of another row".to_owned()));
        }
        match self.administrator.check_new_name(name, &client.id).await {
            Ok(()) => Ok(None),
            Err(error) => refused(error).map(Some),
        }
    }

    /// Its name in Hydra if no other account has that name, otherwise its id.
    async fn name(
        &mut self,
        client: &Client,
        notes: &mut Vec<String>,
    ) -> Result<Option<AccountName>, AdminError> {
        for name in client.name.clone().into_iter().chain(client.id.as_str().parse().ok()) {
            if let Some(reason) = self.refused_name(&name, client).await? {
                notes.push(format!("its client_name cannot be the account's name: {reason}"));
                continue;
            }
            let namesakes = self.administrator.store().find_accounts_by_name(&name).await?;
            let taken = namesakes.iter().any(|account| account.tenant.name == self.defaults.tenant);
            if !taken && self.names.insert(name.clone()) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }
}

/// The reason of a refusal; an unavailable store stays an error.
fn refused(error: AdminError) -> Result<String, AdminError> {
    if error.is_refusal() { Ok(message(&error)) } else { Err(error) }
}

/// The outcome if an account with the row's id exists: imported before, or another account.
fn compared(account: &Account, secret: &MigratedSecret) -> Outcome {
    let secrets = account.credentials.iter().filter_map(Credential::secret);
    let mut imported = secrets.filter(|proof| proof.is_imported());
    if imported.any(|proof| secret.may_be_stored_as(&proof.hash)) {
        return Outcome::AlreadyImported;
    }
    Outcome::Bad("an account with this id exists already, with another secret".to_owned())
}

/// The scopes to keep, and those of them that no resource of the row declares.
fn classify_scopes(
    scope: &Scope,
    known: impl Fn(&ScopeName) -> bool,
    notes: &mut Vec<String>,
) -> Result<(Vec<ScopeName>, Vec<ScopeName>), String> {
    let (mut kept, mut unknown) = (Vec::new(), Vec::new());
    for name in scope.iter() {
        if !known(name) {
            if OPENID.contains(&name.as_str()) {
                notes.push(format!("the scope {name} is skipped: it has no meaning without a user"));
                continue;
            }
            if name.as_str().contains('*') {
                return Err(format!(
                    "its scope {name} is a pattern; replace it in the row with the scopes that it matches"
                ));
            }
            unknown.push(name.clone());
        }
        kept.push(name.clone());
    }
    if kept.is_empty() {
        return Err(
            "it has only scopes that have no meaning without a user; add another scope to its row".to_owned()
        );
    }
    Ok((kept, unknown))
}

/// Scopes of OpenID Connect that Hydra grants clients by default.
const OPENID: [&str; 3] = ["openid", "offline", "offline_access"];
