//! What becomes of each row, found out before anything is written.

use std::collections::{BTreeMap, HashMap, HashSet};

use jeton_core::MigratedSecret;
use jeton_core::admin::{AccountImport, AdminError, Administrator, Entitlement, NewAccount, check_token_ttl};
use jeton_core::model::{Account, AccountName, Resource, SecretKind, TenantName};
use jeton_protocol::{ClientId, ResourceUri, Scope, ScopeName};

use super::row::{Client, NoClient, Row};
use super::wanted::Wanted;
use crate::audience;

/// What is the same for all rows.
#[derive(Debug)]
pub(crate) struct Defaults {
    /// Who owns the accounts.
    pub(crate) tenant: TenantName,
    /// The resource of a row without an audience.
    pub(crate) resource: Option<ResourceUri>,
    /// Whether missing resources and scopes are made.
    pub(crate) create_resources: bool,
}

/// What becomes of a row.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It can be taken over.
    Good(Box<AccountImport>),
    /// It was taken over before.
    AlreadyThere,
    /// It is no concern of ours.
    PassedOver(String),
    /// It cannot be taken over.
    Bad(String),
}

/// A row and what becomes of it.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) line: usize,
    pub(crate) client_id: Option<String>,
    pub(crate) outcome: Outcome,
    /// What is not as it was in Hydra.
    pub(crate) notes: Vec<String>,
}

/// Judges rows in their order.
#[derive(Debug)]
pub(crate) struct Planner<'a> {
    administrator: &'a Administrator,
    defaults: Defaults,
    resources: BTreeMap<ResourceUri, Resource>,
    wanted: Wanted,
    /// The ids of all rows, also of those that are still to come: none of them becomes a name.
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
            wanted: Wanted::default(),
            ids: HashSet::new(),
            lines: HashMap::new(),
            names: HashSet::new(),
        })
    }

    /// Remembers which ids will come.
    pub(crate) fn expect(&mut self, rows: &[(usize, Row)]) {
        self.ids
            .extend(rows.iter().filter_map(|(_, row)| row.client_id.as_deref()?.parse::<ClientId>().ok()));
    }

    /// # Errors
    /// When the store cannot tell.
    pub(crate) async fn judge(&mut self, line: usize, row: Row) -> Result<Judgement, AdminError> {
        let mut notes = Vec::new();
        let outcome = match row.client {
            Ok(client) => self.judge_client(line, client, &mut notes).await?,
            Err(NoClient::PassedOver(why)) => Outcome::PassedOver(why.to_owned()),
            Err(NoClient::Bad(why)) => Outcome::Bad(why),
        };
        Ok(Judgement { line, client_id: row.client_id, outcome, notes })
    }

    /// What is missing, when all rows are judged.
    pub(crate) fn into_wanted(self) -> Wanted {
        self.wanted
    }

    async fn judge_client(
        &mut self,
        line: usize,
        client: Client,
        notes: &mut Vec<String>,
    ) -> Result<Outcome, AdminError> {
        if let Some(earlier) = self.lines.insert(client.id.clone(), line) {
            return Ok(Outcome::Bad(format!("line {earlier} has this id already")));
        }
        if let Some(account) = self.administrator.store().find_account(&client.id).await?.value {
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
            return Ok(Outcome::Bad("neither its client_name nor its id is free to be the name".to_owned()));
        };
        // The last of the checks: what only bad rows refer to is not wanted.
        let mut entitlements = match self.entitlements(&client, notes) {
            Ok(entitlements) => entitlements,
            Err(why) => return Ok(Outcome::Bad(why)),
        };
        if client.id.must_be_encoded_in_basic() {
            notes.push(
                "its id has a colon: a client that sends it by HTTP Basic must percent-encode it, or send it in the body"
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

    /// Each scope on each of the row's audiences that knows it: Hydra gives any scope for any audience.
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
            return Err("it has no audience; name the resource of such rows with --resource".to_owned());
        }
        let has = |uri: &ResourceUri, name: &ScopeName| {
            self.resources.get(uri).is_some_and(|resource| resource.scopes.contains_key(name))
        };
        let known = |name: &ScopeName| uris.iter().any(|uri| has(uri, name));
        let (kept, unknown) = sorted_out(&client.scope, known, notes)?;
        for uri in &uris {
            match self.resources.get(uri) {
                None => self.wanted.resource(uri, kept.iter().cloned()),
                Some(_) if unknown.is_empty() => {}
                Some(_) => self.wanted.scopes(uri, unknown.iter().cloned()),
            }
        }
        if !self.defaults.create_resources {
            self.refuse_missing(&uris, &unknown)?;
        }
        let mut entitlements = Vec::new();
        for uri in uris {
            let granted = kept.iter().filter(|name| has(&uri, name) || self.wanted.has(&uri, name));
            match Scope::from_names(granted.cloned()) {
                Some(scope) => entitlements.push(Entitlement {
                    resource: Some(uri),
                    scope: Some(scope),
                    introspects: Vec::new(),
                }),
                None => notes.push(format!("nothing is granted on {uri}, which has none of its scopes")),
            }
        }
        Ok(entitlements)
    }

    /// A resource as its tokens spell it, if it is there or an earlier row makes it.
    fn registered<'r>(&'r self, named: &ResourceUri) -> Option<&'r ResourceUri> {
        let there = self.resources.get(named).map(|resource| &resource.uri);
        there.or_else(|| self.wanted.spelled(named))
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

    /// Why a name may not stand beside the ids that there are and those that come.
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

    /// Its name in Hydra if no other account has it, else its id.
    async fn name(
        &mut self,
        client: &Client,
        notes: &mut Vec<String>,
    ) -> Result<Option<AccountName>, AdminError> {
        for name in client.name.clone().into_iter().chain(client.id.as_str().parse().ok()) {
            if let Some(reason) = self.refused_name(&name, client).await? {
                notes.push(format!("its client_name is not kept: {reason}"));
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

/// What an administrator would be told; that the store cannot tell stays an error.
fn refused(error: AdminError) -> Result<String, AdminError> {
    match error {
        AdminError::Invalid(reason) | AdminError::NotFound(reason) | AdminError::Conflict(reason) => {
            Ok(reason)
        }
        error => Err(error),
    }
}

/// An account of the row's id: taken over before, or somebody else's.
fn compared(account: &Account, secret: &MigratedSecret) -> Outcome {
    let mut imported =
        account.credentials.iter().filter(|credential| credential.kind == SecretKind::Imported);
    if imported.any(|credential| secret.may_be_stored_as(&credential.hash)) {
        return Outcome::AlreadyThere;
    }
    Outcome::Bad("there is an account of this id already, with another secret".to_owned())
}

/// The scopes that are kept, and those of them that no resource of the row has.
fn sorted_out(
    scope: &Scope,
    known: impl Fn(&ScopeName) -> bool,
    notes: &mut Vec<String>,
) -> Result<(Vec<ScopeName>, Vec<ScopeName>), String> {
    let (mut kept, mut unknown) = (Vec::new(), Vec::new());
    for name in scope.iter() {
        if !known(name) {
            if OPENID.contains(&name.as_str()) {
                notes.push(format!("the scope {name} is left out: it means nothing without a person"));
                continue;
            }
            if name.as_str().contains('*') {
                return Err(format!(
                    "its scope {name} is a pattern; write the scopes that it stands for into its row"
                ));
            }
            unknown.push(name.clone());
        }
        kept.push(name.clone());
    }
    if kept.is_empty() {
        return Err(
            "it has only scopes that mean nothing without a person; give it another in its row".to_owned()
        );
    }
    Ok((kept, unknown))
}

/// Scopes of OpenID Connect that Hydra gives clients by default.
const OPENID: [&str; 3] = ["openid", "offline", "offline_access"];
