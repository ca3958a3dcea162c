//! Making, finding and changing accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ipnet::IpNet;
use jeton_protocol::{ClientId, ResourceUri, Scope};

use super::{
    ATTEMPTS, AdminError, Administrator, NewSecret, SecretSource, check_token_ttl, raised,
    resources::unknown_scope, view::AccountView,
};
use crate::clock::random_bytes;
use crate::model::{Account, AccountName, Resource, TenantName};
use crate::store::{Action, Conflict, StoreError, Subject};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its name, unique in its tenant.
    pub name: AccountName,
    /// Whose it is.
    pub tenant: TenantName,
    /// What it may do; at least something.
    pub entitlement: Entitlement,
    /// Its tokens' lifetime, 1 s to 24 h.
    pub token_ttl: Option<Duration>,
    /// When it ends.
    pub expires_in: Option<Duration>,
    /// Where it may call from; empty: from anywhere.
    pub allow_cidr: Vec<IpNet>,
    /// When its first secret ends.
    pub secret_expires_in: Option<Duration>,
}

/// What an account may do, or may do no more.
#[derive(Debug, Clone, Default)]
pub struct Entitlement {
    /// Whose scopes these are; where it is not named, the only resource that knows them all.
    pub resource: Option<ResourceUri>,
    /// The scopes it may ask for.
    pub scope: Option<Scope>,
    /// Whose tokens it may introspect.
    pub introspects: Vec<ResourceUri>,
}

/// What is to change; nothing where a field is empty. The inner nothing takes a value away.
#[derive(Debug, Clone, Default)]
pub struct AccountUpdate {
    /// A new name.
    pub name: Option<AccountName>,
    /// Another token lifetime.
    pub token_ttl: Option<Option<Duration>>,
    /// Another end, counted from now.
    pub expires_in: Option<Option<Duration>>,
    /// Other networks.
    pub allow_cidr: Option<Vec<IpNet>>,
    /// Another default resource.
    pub default_resource: Option<Option<ResourceUri>>,
}

impl Administrator {
    /// Makes an account with its first secret.
    ///
    /// # Errors
    /// [`AdminError`] that names what is unknown, not possible or taken; then nothing was made.
    pub async fn create_account(&self, new: NewAccount) -> Result<NewSecret, AdminError> {
        check_token_ttl(new.token_ttl)?;
        let tenant = self.find_tenant(&new.tenant).await?;
        if !tenant.accounts_allowed {
            return Err(AdminError::Conflict(format!(
                "the tenant {:?} may have no service accounts; `jeton tenant update` allows them",
                tenant.name.as_str()
            )));
        }
        let (grants, introspects) = self.entitlement(&new.entitlement).await?;
        let now = self.now();
        let mut account = Account {
            client_id: ClientId::generate(&self.region, random_bytes(&*self.randomness)),
            name: new.name,
            tenant,
            enabled: true,
            epoch: raised(0, now),
            token_ttl: new.token_ttl,
            expires_at: new.expires_in.map(|within| now.after(within)),
            allow_cidr: new.allow_cidr,
            default_resource: None,
            grants,
            introspects,
            credentials: Vec::new(),
            created_at: now,
            version: 1,
        };
        let made = self.make_secret(SecretSource::Generate, None, new.secret_expires_in)?;
        account.credentials.push(made.credential.clone());
        let subject = Subject::Account(account.client_id.clone());
        let audit = self.audit(Action::Create, subject, None, Some(self.view(&account)));
        match self.store.add_account(&account, &audit).await {
            Ok(()) => Ok(NewSecret { account, credential: made.credential, secret: made.secret }),
            Err(StoreError::Conflict(Conflict::Exists)) => Err(AdminError::Conflict(format!(
                "the tenant {:?} has an account named {:?} already; choose another name",
                account.tenant.name.as_str(),
                account.name.as_str()
            ))),
            Err(error) => Err(error.into()),
        }
    }

    /// The account of this client id, or of this name where only one has it.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none, [`AdminError::Conflict`] when several have the name.
    pub async fn find_account(&self, reference: &str) -> Result<Account, AdminError> {
        if let Ok(id) = reference.parse::<ClientId>()
            && let Some(account) = self.store.find_account(&id).await?.value
        {
            return Ok(account);
        }
        let named = match reference.parse::<AccountName>() {
            Ok(name) => self.store.find_accounts_named(&name).await?,
            Err(_) => Vec::new(),
        };
        match <[Account; 1]>::try_from(named) {
            Ok([account]) => Ok(account),
            Err(none) if none.is_empty() => Err(AdminError::NotFound(format!(
                "there is no account {reference:?} in region {}; `jeton account list` shows the accounts",
                self.region
            ))),
            Err(several) => Err(AdminError::Conflict(format!(
                "several accounts are named {reference:?}; say which by its client id: {}",
                several.iter().map(|account| account.client_id.as_str()).collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    /// Changes an account's own fields.
    ///
    /// # Errors
    /// [`AdminError`] that names what is unknown, not possible or taken.
    pub async fn update_account(
        &self,
        reference: &str,
        update: &AccountUpdate,
    ) -> Result<Account, AdminError> {
        check_token_ttl(update.token_ttl.flatten())?;
        self.change_account(reference, Action::Update, |account| {
            let now = self.now();
            if let Some(name) = &update.name {
                account.name = name.clone();
            }
            if let Some(token_ttl) = update.token_ttl {
                account.token_ttl = token_ttl;
            }
            if let Some(expires_in) = update.expires_in {
                account.expires_at = expires_in.map(|within| now.after(within));
            }
            if let Some(allow_cidr) = &update.allow_cidr {
                account.allow_cidr.clone_from(allow_cidr);
            }
            match &update.default_resource {
                Some(Some(uri)) if !account.grants.contains_key(uri) => {
                    return Err(AdminError::Conflict(format!(
                        "{uri} cannot be the default: the account has no grant on it; `jeton account grant` gives one"
                    )));
                }
                Some(default) => account.default_resource.clone_from(default),
                None => {}
            }
            Ok(())
        })
        .await
        .map(|(account, ())| account)
    }

    /// Disables an account: it is refused and its tokens are dead, for good.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none.
    pub async fn disable_account(&self, reference: &str) -> Result<Account, AdminError> {
        let disable = |account: &mut Account| {
            if account.enabled {
                account.epoch = raised(account.epoch, self.now());
            }
            account.enabled = false;
            Ok(())
        };
        self.change_account(reference, Action::Disable, disable).await.map(|(account, ())| account)
    }

    /// Enables an account. Tokens from before it was disabled stay dead.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none.
    pub async fn enable_account(&self, reference: &str) -> Result<Account, AdminError> {
        let enable = |account: &mut Account| {
            account.enabled = true;
            Ok(())
        };
        self.change_account(reference, Action::Enable, enable).await.map(|(account, ())| account)
    }

    /// Deletes an account; its tokens are dead.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none.
    pub async fn delete_account(&self, reference: &str) -> Result<Account, AdminError> {
        for _ in 0..ATTEMPTS {
            let mut account = self.find_account(reference).await?;
            let before = self.view(&account);
            account.epoch = raised(account.epoch, self.now());
            let subject = Subject::Account(account.client_id.clone());
            match self
                .store
                .delete_account(&account, &self.audit(Action::Delete, subject, Some(before), None))
                .await
            {
                Ok(()) => return Ok(account),
                Err(StoreError::Conflict(Conflict::Stale)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict(Conflict::Stale).into())
    }

    /// Lets an account do more.
    ///
    /// # Errors
    /// [`AdminError`] that names what is unknown.
    pub async fn grant(&self, reference: &str, entitlement: &Entitlement) -> Result<Account, AdminError> {
        let (grants, introspects) = self.entitlement(entitlement).await?;
        let add = |account: &mut Account| {
            for (uri, scope) in &grants {
                let whole = account.grants.get(uri).map_or_else(|| scope.clone(), |own| own.union(scope));
                account.grants.insert(uri.clone(), whole);
            }
            account.introspects.extend(introspects.iter().cloned());
            Ok(())
        };
        self.change_account(reference, Action::Grant, add).await.map(|(account, ())| account)
    }

    /// Lets an account do less; all tokens it has are dead.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when it did not have what is to be taken away.
    pub async fn ungrant(&self, reference: &str, entitlement: &Entitlement) -> Result<Account, AdminError> {
        let remove = |account: &mut Account| {
            if let Some(scope) = &entitlement.scope {
                let uri = held_resource(account, entitlement.resource.as_ref(), scope)?;
                let left = account.grants.remove(&uri).and_then(|held| without(&held, scope));
                match left {
                    Some(left) => drop(account.grants.insert(uri, left)),
                    None if account.default_resource.as_ref() == Some(&uri) => {
                        account.default_resource = None;
                    }
                    None => {}
                }
            }
            for uri in &entitlement.introspects {
                if !account.introspects.remove(uri) {
                    return Err(AdminError::NotFound(format!(
                        "{} may not introspect tokens for {uri} anyway",
                        account.client_id
                    )));
                }
            }
            account.epoch = raised(account.epoch, self.now());
            Ok(())
        };
        self.change_account(reference, Action::Ungrant, remove).await.map(|(account, ())| account)
    }

    /// Reads, applies `change`, writes; again when another writer was faster. Writes nothing where nothing changed.
    pub(super) async fn change_account<T>(
        &self,
        reference: &str,
        action: Action,
        change: impl Fn(&mut Account) -> Result<T, AdminError>,
    ) -> Result<(Account, T), AdminError> {
        for _ in 0..ATTEMPTS {
            let before = self.find_account(reference).await?;
            let mut after = before.clone();
            let result = change(&mut after)?;
            if after == before {
                return Ok((after, result));
            }
            let subject = Subject::Account(after.client_id.clone());
            let audit = self.audit(action, subject, Some(self.view(&before)), Some(self.view(&after)));
            match self.store.replace_account(&after, &audit).await {
                Ok(()) => return Ok((after, result)),
                Err(StoreError::Conflict(Conflict::Stale)) => {}
                Err(StoreError::Conflict(Conflict::Exists)) => {
                    return Err(AdminError::Conflict(format!(
                        "the tenant {:?} has an account named {:?} already; choose another name",
                        after.tenant.name.as_str(),
                        after.name.as_str()
                    )));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict(Conflict::Stale).into())
    }

    /// Checks that all of it exists.
    async fn entitlement(
        &self,
        wanted: &Entitlement,
    ) -> Result<(BTreeMap<ResourceUri, Scope>, BTreeSet<ResourceUri>), AdminError> {
        let mut grants = BTreeMap::new();
        if let Some(scope) = &wanted.scope {
            let resource = match &wanted.resource {
                Some(uri) => self.find_resource(uri).await?,
                None => self.resource_with(scope).await?,
            };
            if let Some(unknown) = resource.unknown_scope(scope) {
                return Err(unknown_scope(&resource, unknown));
            }
            grants.insert(resource.uri, scope.clone());
        }
        for uri in &wanted.introspects {
            self.find_resource(uri).await?;
        }
        if grants.is_empty() && wanted.introspects.is_empty() {
            return Err(AdminError::Invalid(
                "nothing is granted: name at least one --scope or one --introspect".to_owned(),
            ));
        }
        Ok((grants, wanted.introspects.iter().cloned().collect()))
    }

    /// The resource that must be meant: the only one, else the only one that knows all of `scope`.
    async fn resource_with(&self, scope: &Scope) -> Result<Resource, AdminError> {
        let mut resources = self.store.list_resources().await?;
        if resources.is_empty() {
            return Err(AdminError::NotFound(
                "there is no resource yet; `jeton resource create` makes one".to_owned(),
            ));
        }
        if resources.len() > 1 {
            resources.retain(|resource| resource.unknown_scope(scope).is_none());
        }
        match <[Resource; 1]>::try_from(resources) {
            Ok([resource]) => Ok(resource),
            Err(several) if several.is_empty() => Err(AdminError::NotFound(format!(
                "no resource has the scope {scope}; `jeton resource list` shows the resources and their scopes"
            ))),
            Err(several) => Err(AdminError::Invalid(format!(
                "several resources have the scope {scope}; say which with --resource: {}",
                several.iter().map(|resource| resource.uri.as_str()).collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    pub(super) fn view(&self, account: &Account) -> AccountView {
        AccountView::new(account, &self.region, self.now())
    }
}

/// The granted resource that `scope` is to be taken from.
fn held_resource(
    account: &Account,
    named: Option<&ResourceUri>,
    scope: &Scope,
) -> Result<ResourceUri, AdminError> {
    let holds = |uri: &&ResourceUri| account.grants.get(*uri).is_some_and(|held| scope.is_subset(held));
    let holding: Vec<&ResourceUri> = match named {
        Some(uri) => [uri].into_iter().filter(holds).collect(),
        None => account.grants.keys().filter(holds).collect(),
    };
    match holding.as_slice() {
        [uri] => Ok((*uri).clone()),
        [] => Err(AdminError::NotFound(format!(
            "{} has no grant of {scope}; `jeton account show` shows its grants",
            account.client_id
        ))),
        _ => Err(AdminError::Invalid(format!(
            "{} has {scope} on several resources; say which with --resource",
            account.client_id
        ))),
    }
}

fn without(held: &Scope, taken: &Scope) -> Option<Scope> {
    Scope::from_names(held.iter().filter(|name| !taken.contains(name)).cloned())
}
