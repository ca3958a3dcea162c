//! Decides what happens next to the keys of one kind: `published → active → retiring → removed`.
//!
//! Pure rules over keys and the time. A [`Plan`] is carried out in one transaction, so that there are never two active
//! keys of a kind and, once there was one, never none.

use std::time::Duration;

use crate::model::{Key, KeyId, KeyKind, KeyState, Timestamp};
use crate::store::Action;

/// How long keys stay in their states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimings {
    /// How long a key is active; a sealing key never longer than 90 days.
    pub rotate_every: Duration,
    /// How long a key is published before it is active: until every verifier must have fetched it.
    pub publish_ahead: Duration,
    /// How long a key is trusted after it made its last token: until that one has expired everywhere.
    pub keep_after: Duration,
}

impl KeyTimings {
    /// A verifier keeps the JWK Set for [`JWKS_MAX_AGE`], and may have had it from a node that had not heard of the
    /// key for `serve_stale_for`; such a node also goes on with a key that others have retired.
    #[must_use]
    pub fn new(rotate_every: Duration, serve_stale_for: Duration) -> Self {
        Self {
            rotate_every,
            publish_ahead: JWKS_MAX_AGE + serve_stale_for + CLOCK_SKEW,
            keep_after: LONGEST_TOKEN_TTL + serve_stale_for + CLOCK_SKEW,
        }
    }

    /// From when on a published key may be active.
    #[must_use]
    pub fn ready_at(&self, key: &Key) -> Timestamp {
        key.created_at.after(self.publish_ahead)
    }

    /// When an active key has done its time.
    #[must_use]
    pub fn rotates_at(&self, key: &Key) -> Timestamp {
        let longest = match key.kind {
            KeyKind::Sealing => self.rotate_every.min(LONGEST_SEALING),
            KeyKind::Signing(_) | KeyKind::Lookup => self.rotate_every,
        };
        key.activated_at.unwrap_or(key.created_at).after(longest)
    }

    /// When a retiring key may be removed.
    #[must_use]
    pub fn removes_at(&self, key: &Key) -> Timestamp {
        // It is counted from when it really stopped, however late that was.
        key.retired_at.unwrap_or(key.created_at).after(self.keep_after)
    }
}

/// What is to be written at once.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) action: Action,
    /// Keys in their new states, in the order in which they are to be written: one retires before another is active.
    pub(super) replaced: Vec<Key>,
    /// The states of the keys that are to be made.
    pub(super) made: Vec<KeyState>,
}

/// The trusted keys of one kind, and what is wanted of them.
#[derive(Debug, Clone)]
pub(super) struct KindKeys<'a> {
    keys: Vec<&'a Key>,
    is_wanted: bool,
    /// The region had no key that signs when this began: nobody can have fetched a set without this one.
    is_first: bool,
}

impl<'a> KindKeys<'a> {
    /// Those of `kind` among all `keys` of the region; they are wanted, and not the first.
    pub(super) fn of(kind: KeyKind, keys: &'a [Key]) -> Self {
        let keys = keys.iter().filter(|key| key.kind == kind && key.state.is_trusted()).collect();
        Self { keys, is_wanted: true, is_first: false }
    }

    /// Whether anything wants to be signed or sealed with this kind.
    pub(super) fn wanted(self, is_wanted: bool) -> Self {
        Self { is_wanted, ..self }
    }

    /// Whether there is no verifier yet who could lack the key.
    pub(super) fn first(self, is_first: bool) -> Self {
        Self { is_first, ..self }
    }

    /// What is due at `now`, if anything is; removals only if they may be made.
    pub(super) fn due(&self, now: Timestamp, timings: &KeyTimings, may_remove: bool) -> Option<Plan> {
        let is_ready = |standby: &&Key| timings.ready_at(standby) <= now;
        let mut plan = match (self.find(KeyState::Active), self.find(KeyState::Published)) {
            (None, None) if !self.is_wanted => Plan::new(Action::RemoveKey),
            (active, standby) if !self.is_wanted => {
                let standby = standby.map(|key| ended(key, KeyState::Removed, now));
                Plan::new(Action::RotateKey).replacing(active.map(|key| retired(key, now))).replacing(standby)
            }
            (None, None) if self.is_first => {
                Plan::new(Action::Create).making(&[KeyState::Active, KeyState::Published])
            }
            (_, None) => Plan::new(Action::Create).making(&[KeyState::Published]),
            (Some(active), Some(standby)) if timings.rotates_at(active) <= now && is_ready(&standby) => {
                succession(Action::RotateKey, Some(retired(active, now)), Some(standby), now)
            }
            (None, Some(standby)) if is_ready(&standby) => {
                succession(Action::RotateKey, None, Some(standby), now)
            }
            (_, Some(_)) => Plan::new(Action::RemoveKey),
        };
        let over = self
            .keys
            .iter()
            .filter(|key| may_remove && key.state == KeyState::Retiring && timings.removes_at(key) <= now);
        plan.replaced.extend(over.map(|key| ended(key, KeyState::Removed, now)));
        Some(plan).filter(|plan| !plan.replaced.is_empty() || !plan.made.is_empty())
    }

    /// The standby takes over now; a refusal says from when on it may.
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
        Ok(succession(Action::RotateKey, active, standby, now))
    }

    /// The key is trusted no more; where it was active or stood by, the next one moves up at once.
    pub(super) fn revoke(&self, id: &KeyId, now: Timestamp) -> Option<Plan> {
        let key = self.keys.iter().find(|key| &key.id == id)?;
        let revoked = ended(key, KeyState::Revoked, now);
        Some(match key.state {
            KeyState::Active => {
                succession(Action::RevokeKey, Some(revoked), self.find(KeyState::Published), now)
            }
            KeyState::Published => {
                Plan::new(Action::RevokeKey).replacing(Some(revoked)).making(&[KeyState::Published])
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
        Self { action, replaced: Vec::new(), made: Vec::new() }
    }

    fn replacing(mut self, key: Option<Key>) -> Self {
        self.replaced.extend(key);
        self
    }

    fn making(mut self, states: &[KeyState]) -> Self {
        self.made.extend(states);
        self
    }
}

/// The one before goes, the standby signs, another one stands by.
fn succession(action: Action, before: Option<Key>, standby: Option<&Key>, now: Timestamp) -> Plan {
    let plan = Plan::new(action).replacing(before);
    match standby {
        Some(standby) => {
            let active = Key { state: KeyState::Active, activated_at: Some(now), ..standby.clone() };
            plan.replacing(Some(active)).making(&[KeyState::Published])
        }
        None => plan.making(&[KeyState::Active, KeyState::Published]),
    }
}

fn retired(key: &Key, now: Timestamp) -> Key {
    Key { state: KeyState::Retiring, retired_at: Some(now), ..key.clone() }
}

/// The key itself is wiped: it can neither sign nor open anything again.
fn ended(key: &Key, state: KeyState, now: Timestamp) -> Key {
    Key { state, ended_at: Some(now), sealed: None, ..key.clone() }
}

/// How long a verifier may keep the JWK Set without asking again.
pub const JWKS_MAX_AGE: Duration = Duration::from_mins(5);
/// No token lives longer, whatever account, resource and configuration say.
pub const LONGEST_TOKEN_TTL: Duration = Duration::from_hours(24);
/// How far the clocks of nodes and verifiers may be apart.
pub const CLOCK_SKEW: Duration = Duration::from_mins(1);
/// With random nonces a sealing key must not seal without end (decision 0009).
const LONGEST_SEALING: Duration = Duration::from_hours(24 * 90);
