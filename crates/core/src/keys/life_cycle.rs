//! Decides the next change for the keys of one kind: `published → active → retiring → removed`.
//!
//! Pure rules over keys and the time. A [`Plan`] is carried out in one transaction. So there are never two active keys
//! of a kind and, once there was an active key, there is always one.

use std::time::Duration;

use crate::model::{Key, KeyId, KeyKind, KeyState, Timestamp};
use crate::store::Action;

/// How long keys stay in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimings {
    /// How long a key is active. A sealing key is active for at most 90 days.
    pub rotate_every: Duration,
    /// How long a key is published before it becomes active, so that every verifier has fetched it.
    pub publish_ahead: Duration,
    /// How long a key stays trusted after its last token was issued, so that this token has expired everywhere.
    pub keep_after: Duration,
}

impl KeyTimings {
    /// A verifier caches the JWK Set for [`JWKS_MAX_AGE`], and may have fetched it from a node whose data was
    /// `serve_stale_for` old. Such a node also continues to use a key that other nodes have retired.
    #[must_use]
    pub fn new(rotate_every: Duration, serve_stale_for: Duration) -> Self {
        Self {
            rotate_every,
            publish_ahead: JWKS_MAX_AGE + serve_stale_for + CLOCK_SKEW,
            keep_after: LONGEST_TOKEN_TTL + serve_stale_for + CLOCK_SKEW,
        }
    }

    /// When a published key may become active.
    #[must_use]
    pub fn ready_at(&self, key: &Key) -> Timestamp {
        key.created_at.after(self.publish_ahead)
    }

    /// When an active key is due for rotation.
    #[must_use]
    pub fn rotates_at(&self, key: &Key) -> Timestamp {
        let max_active = match key.kind {
            KeyKind::Sealing => self.rotate_every.min(LONGEST_SEALING),
            KeyKind::Signing(_) | KeyKind::Lookup => self.rotate_every,
        };
        key.activated_at.unwrap_or(key.created_at).after(max_active)
    }

    /// When a retiring key may be removed.
    #[must_use]
    pub fn removes_at(&self, key: &Key) -> Timestamp {
        // Counted from the time when the key actually stopped signing.
        key.retired_at.unwrap_or(key.created_at).after(self.keep_after)
    }
}

/// The changes to write in one transaction.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) action: Action,
    /// Keys in their new states, in the order of writing: the old key retires before the new one becomes active.
    pub(super) replaced: Vec<Key>,
    /// The states of the keys to create.
    pub(super) created: Vec<KeyState>,
}

/// The trusted keys of one kind, and whether they are needed.
#[derive(Debug, Clone)]
pub(super) struct KindKeys<'a> {
    keys: Vec<&'a Key>,
    is_needed: bool,
    /// The region had no signing key before. So no verifier can have fetched a set without the new key.
    is_first: bool,
}

impl<'a> KindKeys<'a> {
    /// The keys of `kind` among all `keys` of the region. They count as needed, and not as the first ones.
    pub(super) fn of(kind: KeyKind, keys: &'a [Key]) -> Self {
        let keys = keys.iter().filter(|key| key.kind == kind && key.state.is_trusted()).collect();
        Self { keys, is_needed: true, is_first: false }
    }

    /// Sets whether the region needs keys of this kind.
    pub(super) fn needed(self, is_needed: bool) -> Self {
        Self { is_needed, ..self }
    }

    /// Sets whether these are the first keys, which no verifier can be missing.
    pub(super) fn first(self, is_first: bool) -> Self {
        Self { is_first, ..self }
    }

    /// The changes that are due at `now`, if any. Includes removals only if `may_remove` is set.
    pub(super) fn due(&self, now: Timestamp, timings: &KeyTimings, may_remove: bool) -> Option<Plan> {
        let is_ready = |standby: &&Key| timings.ready_at(standby) <= now;
        let mut plan = match (self.find(KeyState::Active), self.find(KeyState::Published)) {
            (None, None) if !self.is_needed => Plan::new(Action::RemoveKey),
            (active, standby) if !self.is_needed => {
                let standby = standby.map(|key| ended(key, KeyState::Removed, now));
                Plan::new(Action::RotateKey).replacing(active.map(|key| retired(key, now))).replacing(standby)
            }
            (None, None) if self.is_first => {
                Plan::new(Action::Create).creating(&[KeyState::Active, KeyState::Published])
            }
            (_, None) => Plan::new(Action::Create).creating(&[KeyState::Published]),
            (Some(active), Some(standby)) if timings.rotates_at(active) <= now && is_ready(&standby) => {
                promote_standby(Action::RotateKey, Some(retired(active, now)), Some(standby), now)
            }
            (None, Some(standby)) if is_ready(&standby) => {
                promote_standby(Action::RotateKey, None, Some(standby), now)
            }
            (_, Some(_)) => Plan::new(Action::RemoveKey),
        };
        let expired = self
            .keys
            .iter()
            .filter(|key| may_remove && key.state == KeyState::Retiring && timings.removes_at(key) <= now);
        plan.replaced.extend(expired.map(|key| ended(key, KeyState::Removed, now)));
        Some(plan).filter(|plan| !plan.replaced.is_empty() || !plan.created.is_empty())
    }

    /// Activates the standby key now. The error is the time from which that is allowed.
    pub(super) fn rotate(
        &self,
        now: Timestamp,
        timings: &KeyTimings,
        force: bool,
    ) -> Result<Plan, Timestamp> {
        let standby = self.find(KeyState::Published);
        let ready_at = standby.map_or(now.after(timings.publish_ahead), |standby| timings.ready_at(standby));
        if ready_at > now && !force {
            return Err(ready_at);
        }
        let active = self.find(KeyState::Active).map(|active| retired(active, now));
        Ok(promote_standby(Action::RotateKey, active, standby, now))
    }

    /// Revokes the key. If it was active or on standby, it is replaced immediately.
    pub(super) fn revoke(&self, id: &KeyId, now: Timestamp) -> Option<Plan> {
        let key = self.keys.iter().find(|key| &key.id == id)?;
        let revoked = ended(key, KeyState::Revoked, now);
        Some(match key.state {
            KeyState::Active => {
                promote_standby(Action::RevokeKey, Some(revoked), self.find(KeyState::Published), now)
            }
            KeyState::Published => {
                Plan::new(Action::RevokeKey).replacing(Some(revoked)).creating(&[KeyState::Published])
            }
            KeyState::Retiring | KeyState::Removed | KeyState::Revoked => {
                Plan::new(Action::RevokeKey).replacing(Some(revoked))
            }
        })
    }

    fn find(&self, state: KeyState) -> Option<&'a Key> {
        self.keys.iter().copied().find(|key| key.state == state)
    }
}

impl Plan {
    fn new(action: Action) -> Self {
        Self { action, replaced: Vec::new(), created: Vec::new() }
    }

    fn replacing(mut self, key: Option<Key>) -> Self {
        self.replaced.extend(key);
        self
    }

    fn creating(mut self, states: &[KeyState]) -> Self {
        self.created.extend(states);
        self
    }
}

/// Retires or ends the previous key, activates the standby key, and creates a new standby key.
fn promote_standby(action: Action, previous: Option<Key>, standby: Option<&Key>, now: Timestamp) -> Plan {
    let plan = Plan::new(action).replacing(previous);
    match standby {
        Some(standby) => {
            let active = Key { state: KeyState::Active, activated_at: Some(now), ..standby.clone() };
            plan.replacing(Some(active)).creating(&[KeyState::Published])
        }
        None => plan.creating(&[KeyState::Active, KeyState::Published]),
    }
}

fn retired(key: &Key, now: Timestamp) -> Key {
    Key { state: KeyState::Retiring, retired_at: Some(now), ..key.clone() }
}

/// Wipes the key itself, so that it can never sign or open anything again.
fn ended(key: &Key, state: KeyState, now: Timestamp) -> Key {
    Key { state, ended_at: Some(now), sealed: None, ..key.clone() }
}

/// How long a verifier may cache the JWK Set.
pub const JWKS_MAX_AGE: Duration = Duration::from_mins(5);
/// The maximum lifetime of a token, whatever account, resource and configuration say.
pub const LONGEST_TOKEN_TTL: Duration = Duration::from_hours(24);
/// How much the clocks of nodes and verifiers may differ.
pub const CLOCK_SKEW: Duration = Duration::from_mins(1);
/// With random nonces, the number of tokens sealed with one key must be limited (decision 0009).
const LONGEST_SEALING: Duration = Duration::from_hours(24 * 90);
