//! Carries out the plans of the life cycle: reads, creates keys, writes, and retries when another process was faster.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jeton_admin::view::KeyView;
use jeton_protocol::RegionName;

use super::key_ring::{seal_context, unseal};
use super::life_cycle::{KindKeys, Plan};
use super::{KeyPair, KeyPairError, KeyRing, KeyRingError, KeyTimings, RotationRefused, SealingKey};
use crate::clock::{Clock, Randomness, random_bytes};
use crate::context::Context;
use crate::keys::master_key::{MasterKey, MasterKeyError, PrivateKeySealer};
use crate::model::{Actor, Algorithm, Key, KeyId, KeyKind, KeyState, Resource};
use crate::store::{Action, Attempt, AuditEntry, KeyChange, Store, StoreError, Subject, retry_when_stale};

/// Maintains the keys of one region: creates the first ones, rotates, revokes and re-encrypts them.
#[derive(Debug, Clone)]
pub struct KeyKeeper {
    store: Arc<dyn Store>,
    region: RegionName,
    master_key: MasterKey,
    sealer: PrivateKeySealer,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    timings: KeyTimings,
    actor: Actor,
    opened_at: Duration,
}

impl KeyKeeper {
    /// A keeper of the keys in `context`, recorded in the audit log as `actor`.
    #[must_use]
    pub fn new(context: Context, master_key: &MasterKey, timings: KeyTimings, actor: Actor) -> Self {
        let Context { store, region, clock, randomness } = context;
        let sealer = master_key.private_key_sealer();
        let opened_at = clock.monotonic();
        Self {
            store,
            region,
            master_key: master_key.clone(),
            sealer,
            clock,
            randomness,
            timings,
            actor,
            opened_at,
        }
    }

    /// Decrypts the region's keys. Also returns those that this master key does not decrypt.
    #[must_use]
    pub(crate) fn open(&self, keys: &[Key], previous: &KeyRing) -> (KeyRing, Vec<(KeyId, KeyRingError)>) {
        KeyRing::open(keys, &self.region, &self.sealer, previous)
    }

    /// How long keys stay in each state.
    #[must_use]
    pub fn timings(&self) -> &KeyTimings {
        &self.timings
    }

    /// Does the due maintenance: first keys, standby keys, scheduled rotations, removals. If two nodes run it at the
    /// same time, only one of them makes the change.
    ///
    /// # Errors
    /// [`KeyRingError`] when a key cannot be created or stored. Changes that were made until then are kept.
    pub async fn maintain(&self) -> Result<(), KeyRingError> {
        let catalog = self.store.find_catalog().await?.value;
        // The key of the default algorithm is created last. Until then, all keys are the first ones of the region, also for
        // a node that starts at the same time or after this one was killed.
        let is_default = |key: &Key| key.state.is_trusted() && key.kind == DEFAULT_KIND;
        let is_new = !catalog.keys.iter().any(is_default);
        // Removing a key cannot be undone. A machine's clock may be wrong at startup, and is corrected soon after.
        let may_remove = self.clock.monotonic().saturating_sub(self.opened_at) >= MIN_UPTIME_FOR_REMOVAL;
        let needed = needed_kinds(&catalog.resources, &catalog.keys);
        let known = catalog.keys.iter().map(|key| key.kind).filter(|kind| *kind != KeyKind::Lookup);
        let mut kinds: Vec<_> = known.chain(needed).collect::<BTreeSet<_>>().into_iter().collect();
        kinds.sort_by_key(|kind| *kind == DEFAULT_KIND);
        for kind in kinds {
            // Only the region's own nodes use a sealing key.
            let is_first = is_new || kind == KeyKind::Sealing;
            let due = |keys: &[Key], resources: &[Resource]| {
                let is_needed = needed_kinds(resources, keys).contains(&kind);
                let kind_keys = KindKeys::of(kind, keys).needed(is_needed).first(is_first);
                Ok(kind_keys.due(self.clock.now(), &self.timings, may_remove))
            };
            // Due maintenance is never refused.
            if let Err(RotationRefused::Failed(error)) = self.change(kind, due).await {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Activates the standby key of `kind` before its time, and returns the keys that were written. With `force`,
    /// rotates even if verifiers may not have the new key yet: they may then reject its tokens for up to
    /// [`KeyTimings::publish_ahead`].
    ///
    /// # Errors
    /// [`RotationRefused`]. In this case no key was changed.
    pub async fn rotate(&self, kind: KeyKind, force: bool) -> Result<Vec<Key>, RotationRefused> {
        let rotate = |keys: &[Key], resources: &[Resource]| {
            if !needed_kinds(resources, keys).contains(&kind) {
                return Err(RotationRefused::NotUsed(kind));
            }
            let kind_keys = KindKeys::of(kind, keys);
            let refused = |ready_at| RotationRefused::TooEarly { kind, ready_at };
            kind_keys.rotate(self.clock.now(), &self.timings, force).map(Some).map_err(refused)
        };
        self.change(kind, rotate).await
    }

    /// Revokes a key and all tokens issued with it. The standby key becomes active immediately. Returns the keys that
    /// were written.
    ///
    /// # Errors
    /// [`RotationRefused::NoSuchKey`] when no trusted key has this id.
    pub async fn revoke(&self, id: &KeyId) -> Result<Vec<Key>, RotationRefused> {
        let keys = self.store.list_keys().await.map_err(KeyRingError::from)?;
        let key = keys.iter().find(|key| &key.id == id && key.kind != KeyKind::Lookup);
        let kind = key.ok_or_else(|| RotationRefused::NoSuchKey(id.clone()))?.kind;
        let revoke = |keys: &[Key], _: &[Resource]| {
            let plan = KindKeys::of(kind, keys).revoke(id, self.clock.now());
            plan.map(Some).ok_or_else(|| RotationRefused::NoSuchKey(id.clone()))
        };
        self.change(kind, revoke).await
    }

    /// Re-encrypts every key with `new_key`, in one transaction. After that the store requires `new_key`. A repeated
    /// call changes nothing. Returns how many keys were re-encrypted.
    ///
    /// Lookups of secrets cannot be computed again without the secrets, so the key that they were computed with is
    /// kept.
    ///
    /// # Errors
    /// [`KeyRingError`]. In this case no key was changed.
    pub async fn rewrap(&self, new_key: &MasterKey) -> Result<usize, KeyRingError> {
        let (old_check, new_check) = (self.master_key.check_value(), new_key.check_value());
        retry_when_stale(|| async {
            if self.store.find_master_key_check().await?.as_deref() == Some(new_check.as_slice()) {
                return Ok(Attempt::Done(0));
            }
            let stored = self.store.list_keys().await?;
            let new_sealer = new_key.private_key_sealer();
            let mut change =
                KeyChange { new_master_key_check: Some(new_check.to_vec()), ..KeyChange::new(old_check) };
            for key in stored.iter().filter(|key| key.sealed.is_some()) {
                let sealed =
                    self.seal(&new_sealer, key.kind, &key.id, &unseal(key, &self.region, &self.sealer)?)?;
                change.replaced.push(Key { sealed: Some(sealed), ..key.clone() });
            }
            if !stored.iter().any(|key| key.kind == KeyKind::Lookup) {
                let document = self.master_key.lookup_key();
                let id = KeyId::from_bytes(random_bytes(&*self.randomness));
                let sealed = self.seal(&new_sealer, KeyKind::Lookup, &id, &*document)?;
                change.added.push(self.new_key(id, KeyKind::Lookup, KeyState::Active, sealed));
            }
            let rewrapped = change.replaced.len() + change.added.len();
            let audit = self.audit(Action::Rewrap, Subject::Region(self.region.clone()), None, None);
            match self.store.change_keys(&change, &audit).await {
                Ok(()) => Ok(Attempt::Done(rewrapped)),
                Err(StoreError::Conflict(_)) => Ok(Attempt::Stale),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// Reads the keys, plans, and writes. Retries when another process was faster.
    async fn change(
        &self,
        kind: KeyKind,
        plan: impl Fn(&[Key], &[Resource]) -> Result<Option<Plan>, RotationRefused>,
    ) -> Result<Vec<Key>, RotationRefused> {
        retry_when_stale(|| async {
            let catalog = self.store.find_catalog().await?.value;
            match plan(&catalog.keys, &catalog.resources)? {
                Some(plan) => Ok(self.write(kind, plan, &catalog.keys).await?),
                None => Ok(Attempt::Done(Vec::new())),
            }
        })
        .await
    }

    /// Writes the keys of the plan and returns them.
    async fn write(
        &self,
        kind: KeyKind,
        plan: Plan,
        before: &[Key],
    ) -> Result<Attempt<Vec<Key>>, KeyRingError> {
        let mut change =
            KeyChange { replaced: plan.replaced, ..KeyChange::new(self.master_key.check_value()) };
        for state in plan.created {
            change.added.push(self.create(kind, state).await?);
        }
        let written: Vec<Key> = change.replaced.iter().chain(&change.added).cloned().collect();
        let Some(subject) = written.iter().find(|key| key.state == KeyState::Active).or(written.first())
        else {
            return Ok(Attempt::Done(written));
        };
        let views = |keys: &[&Key]| keys.iter().map(|key| KeyView::from(*key)).collect::<Vec<_>>();
        let is_replaced = |key: &&Key| change.replaced.iter().any(|replaced| replaced.id == key.id);
        let before: Vec<&Key> = before.iter().filter(is_replaced).collect();
        let audit = self.audit(
            plan.action,
            Subject::Key(subject.id.clone()),
            Some(views(&before)).filter(|views| !views.is_empty()),
            Some(views(&written.iter().collect::<Vec<_>>())),
        );
        match self.store.change_keys(&change, &audit).await {
            Ok(()) => Ok(Attempt::Done(written)),
            Err(StoreError::Conflict(_)) => self.ensure_own_master_key().await.map(|()| Attempt::Stale),
            Err(error) => Err(error.into()),
        }
    }

    /// Fails if the store has another master key now: a key encrypted with the old one would be unreadable.
    async fn ensure_own_master_key(&self) -> Result<(), KeyRingError> {
        match self.store.find_master_key_check().await? {
            Some(check) if check == self.master_key.check_value() => Ok(()),
            Some(_) | None => Err(MasterKeyError::Unsealable.into()),
        }
    }

    async fn create(&self, kind: KeyKind, state: KeyState) -> Result<Key, KeyRingError> {
        let (id, document) = match kind {
            KeyKind::Signing(algorithm) => {
                let document = tokio::task::spawn_blocking(move || KeyPair::generate_pkcs8(algorithm))
                    .await
                    .map_err(|_| KeyPairError::Generation)??;
                (KeyPair::from_pkcs8(algorithm, &document)?.id().clone(), document)
            }
            KeyKind::Sealing | KeyKind::Lookup => {
                (KeyId::from_bytes(random_bytes(&*self.randomness)), SealingKey::generate(&*self.randomness))
            }
        };
        let sealed = self.seal(&self.sealer, kind, &id, &document)?;
        Ok(self.new_key(id, kind, state, sealed))
    }

    fn new_key(&self, id: KeyId, kind: KeyKind, state: KeyState, sealed: Vec<u8>) -> Key {
        let now = self.clock.now();
        Key {
            id,
            kind,
            state,
            sealed: Some(sealed),
            created_at: now,
            activated_at: (state == KeyState::Active).then_some(now),
            retired_at: None,
            ended_at: None,
            version: 1,
        }
    }

    fn seal(
        &self,
        sealer: &PrivateKeySealer,
        kind: KeyKind,
        id: &KeyId,
        document: &[u8],
    ) -> Result<Vec<u8>, KeyRingError> {
        Ok(sealer.seal(document, &seal_context(&self.region, kind, id), &*self.randomness)?)
    }

    fn audit(
        &self,
        action: Action,
        subject: Subject,
        before: Option<Vec<KeyView>>,
        after: Option<Vec<KeyView>>,
    ) -> AuditEntry {
        let json = |views| serde_json::to_value(views).unwrap_or_default();
        let (at, actor) = (self.clock.now(), self.actor.clone());
        AuditEntry {
            at,
            actor,
            action,
            tenant: None,
            subject,
            before: before.map(json),
            after: after.map(json),
        }
    }
}

/// The key kinds that the region needs: the algorithms of its resources, the default algorithm, and sealing. The
/// previous algorithm of a resource is needed until the new one signs.
fn needed_kinds(resources: &[Resource], keys: &[Key]) -> BTreeSet<KeyKind> {
    let signs = |algorithm| {
        let kind = KeyKind::Signing(algorithm);
        keys.iter().any(|key| key.kind == kind && key.state == KeyState::Active)
    };
    let of_resource = |resource: &Resource| {
        let before = resource.previous_algorithm.filter(|_| !signs(resource.algorithm));
        [Some(resource.algorithm), before]
    };
    let signing = resources.iter().flat_map(of_resource).flatten().map(KeyKind::Signing);
    signing.chain([DEFAULT_KIND, KeyKind::Sealing]).collect()
}

/// Every region has its keys.
const DEFAULT_KIND: KeyKind = KeyKind::Signing(Algorithm::Es256);

/// How long a node must have run before it removes keys.
const MIN_UPTIME_FOR_REMOVAL: Duration = Duration::from_mins(10);
