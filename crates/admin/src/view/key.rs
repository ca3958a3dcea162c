//! Keys as JSON, without key material.

use serde::Serialize;

use crate::error::StateConflict;
use crate::value::{KeyId, KeyState, Timestamp};

/// A key without its key material.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    /// Its id; for a signing key, the `kid` of its tokens.
    pub kid: KeyId,
    /// `signing`, `sealing` or `lookup`.
    pub purpose: &'static str,
    /// Its algorithm.
    pub algorithm: &'static str,
    /// Its life cycle state.
    pub state: KeyState,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it became active.
    pub activated_at: Option<Timestamp>,
    /// When it stopped making tokens.
    pub retired_at: Option<Timestamp>,
    /// When it was removed or revoked.
    pub ended_at: Option<Timestamp>,
}

/// The result of a rotation.
#[derive(Debug)]
pub struct KeyRotation {
    /// The keys that changed.
    pub changed: Vec<KeyView>,
    /// Why other keys were not rotated.
    pub refused: Vec<StateConflict>,
}
