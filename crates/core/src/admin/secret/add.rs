//! Creating secrets for an existing account, and rotating them.

use std::collections::BTreeMap;

use jeton_admin::error::{NotFound, StateConflict};
use jeton_admin::request::{IfInUse, SecretRotation, SecretTerms};
use jeton_protocol::{ClientSecret, ResourceUri, Scope};

use crate::admin::account::narrowing::{effective_grants, inherit, refuse_ungranted};
use crate::admin::secret::revoke::refuse_in_use;
use crate::admin::texts::check_text;
use crate::admin::{AdminError, Administrator};
use crate::clock::random_bytes;
use crate::model::{Account, Credential, CredentialId, Proof, ProofKind, SecretKind, SecretProof, last_four};
use crate::secret_hash::{HashCost, SecretHash};
use crate::secrets::imported::{ImportedSecret, MigratedSecret, SecretOrHash};
use crate::store::Action;

/// A new secret and its account. The only value that contains the secret in plain text.
#[derive(Debug)]
pub struct NewSecret {
    /// The account, with the new secret among its credentials.
    pub account: Account,
    /// The new secret as it is stored.
    pub credential: Credential,
    /// The secret, to be shown once; `None` if it was imported.
    pub secret: Option<ClientSecret>,
    /// The scopes that can be requested with it: the account's grants within the restriction of the secret.
    pub grants: BTreeMap<ResourceUri, Scope>,
}

/// Where a new secret comes from.
#[derive(Debug, Clone, Copy)]
pub enum SecretSource<'a> {
    /// Generated from 256 random bits.
    Generate,
    /// Provided by the administrator.
    Import(&'a ImportedSecret),
    /// Moved from another server together with its account.
    Move(&'a MigratedSecret),
}

pub(in crate::admin) struct CreatedSecret {
    pub(in crate::admin) credential: Credential,
    pub(in crate::admin) secret: Option<ClientSecret>,
}

impl Administrator {
    /// Adds a second secret. Both are active until one is revoked or expires.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] if the account already has two active secrets or an active imported one and the new one
    /// is imported too, or if the restriction names a scope that the account is not granted.
    pub async fn add_secret(
        &self,
        reference: &str,
        source: SecretSource<'_>,
        terms: SecretTerms,
    ) -> Result<NewSecret, AdminError> {
        let CreatedSecret { credential, secret } = self.create_secret(source, terms)?;
        let resources = self.store.list_resources().await?;
        let add = |account: &mut Account| {
            self.refuse_third_secret(account)?;
            refuse_ungranted(account, &credential.restriction, &resources)?;
            if credential.is_imported_secret()
                && account.active_credentials(self.now()).any(Credential::is_imported_secret)
            {
                return Err(StateConflict::ImportedSecret(account.client_id.clone()).into());
            }
            account.credentials.push(credential.clone());
            Ok(())
        };
        let (account, ()) = self.change_account(reference, Action::AddSecret, add).await?;
        let grants = effective_grants(&account, &credential.restriction, &resources);
        Ok(NewSecret { account, credential, secret, grants })
    }

    /// Adds a new secret and expires the old one after a grace period. The new secret has the lifetime and the
    /// restriction of the old one, except where the terms set their own.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] if the account already has two active secrets, if the terms name a scope that the
    /// account is not granted, or if the old secret is in use, has no grace period and `if_in_use` is
    /// [`IfInUse::Refuse`].
    pub async fn rotate_secret(
        &self,
        reference: &str,
        rotation: SecretRotation,
    ) -> Result<NewSecret, AdminError> {
        let SecretRotation { grace, if_in_use, terms } = rotation;
        let has_own_lifetime = !terms.expires_in.is_keep();
        let CreatedSecret { credential, secret } = self.create_secret(SecretSource::Generate, terms)?;
        let resources = self.store.list_resources().await?;
        let rotate = |account: &mut Account| {
            self.refuse_third_secret(account)?;
            refuse_ungranted(account, &credential.restriction, &resources)?;
            let now = self.now();
            let end = now.after(grace);
            let mut credential = credential.clone();
            if grace.is_zero() && if_in_use == IfInUse::Refuse {
                account.active_credentials(now).try_for_each(|old| refuse_in_use(account, old, now))?;
            }
            // If no secret is active, use the last one: the expiry of a restricted secret must not make the next one
            // less restricted.
            let newest = account.active_credentials(now).last().or(account.credentials.last());
            if let Some(newest) = newest {
                inherit(&mut credential.restriction, &newest.restriction);
                if !has_own_lifetime {
                    // A secret that was imported after its expiry has no lifetime to inherit.
                    credential.set_lifetime(newest.lifetime.filter(|lifetime| !lifetime.is_zero()));
                }
            }
            for old in account.credentials.iter_mut().filter(|old| old.is_active(now)) {
                old.expires_at = Some(old.expires_at.map_or(end, |own| own.min(end)));
            }
            account.credentials.push(credential.clone());
            Ok(credential)
        };
        let (account, credential) = self.change_account(reference, Action::RotateSecret, rotate).await?;
        let grants = effective_grants(&account, &credential.restriction, &resources);
        Ok(NewSecret { account, credential, secret, grants })
    }

    /// Creates a secret that is not stored yet.
    pub(in crate::admin) fn create_secret(
        &self,
        source: SecretSource<'_>,
        terms: SecretTerms,
    ) -> Result<CreatedSecret, AdminError> {
        check_text("the label", terms.label.as_deref().unwrap_or_default())?;
        let now = self.now();
        let hash = |plain: &str, cost| SecretHash::make(plain, cost, random_bytes(&*self.randomness));
        let imported = |plain: &str| {
            Ok::<_, AdminError>((SecretKind::Imported, hash(plain, HashCost::Heavy)?, last_four(plain), None))
        };
        let (kind, hash, last_four, secret) = match source {
            SecretSource::Generate => {
                let secret = ClientSecret::from_entropy(random_bytes(&*self.randomness));
                let kind = SecretKind::Generated(self.indexer.lookup(&secret));
                let plain = secret.expose();
                (kind, hash(plain, HashCost::Light)?, last_four(plain), Some(secret))
            }
            SecretSource::Import(secret) => imported(secret.expose())?,
            SecretSource::Move(secret) => match secret.kind() {
                SecretOrHash::Secret(secret) => imported(secret.expose())?,
                SecretOrHash::Hash(hash) => (SecretKind::Imported, hash.clone(), String::new(), None),
            },
        };
        let mut credential = Credential {
            id: CredentialId::generate(ProofKind::Secret, random_bytes(&*self.randomness)),
            proof: Proof::Secret(SecretProof { kind, hash, last_four }),
            label: terms.label,
            created_at: now,
            lifetime: None,
            expires_at: None,
            revoked_at: None,
            restriction: terms.restriction,
            last_used: None,
        };
        credential.set_lifetime(terms.expires_in.new_value().copied());
        Ok(CreatedSecret { credential, secret })
    }

    fn refuse_third_secret(&self, account: &Account) -> Result<(), AdminError> {
        let active: Vec<String> = account.active_credentials(self.now()).map(Credential::title).collect();
        if active.len() < MAX_ACTIVE_SECRETS {
            return Ok(());
        }
        Err(StateConflict::TwoActiveSecrets { account: account.client_id.clone(), secrets: active }.into())
    }
}

pub(in crate::admin) fn no_such_secret(account: &Account, id: &CredentialId) -> AdminError {
    NotFound::Secret { account: account.client_id.clone(), secret: id.clone() }.into()
}

const MAX_ACTIVE_SECRETS: usize = 2;
