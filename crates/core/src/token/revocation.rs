//! The rules of a revocation by a client or an administrator: when one is written, what is stored, and what the audit
//! log says.
//!
//! It must not know who may revoke a token.

use serde_json::json;

use crate::keys::CLOCK_SKEW;
use crate::model::{Actor, Revocation, TenantName, Timestamp};
use crate::store::{Action, AuditEntry, Subject};
use crate::token::verify::{TokenFault, VerifiedToken};

/// The revocation to write for a token of this region at `now`.
pub(crate) fn revocation_of(verified: &VerifiedToken, now: Timestamp) -> Revocation {
    let claims = &verified.claims;
    Revocation {
        token: verified.id,
        client_id: claims.client_id.clone(),
        audience: claims.aud.parse().ok(),
        expires_at: Timestamp::from_unix(claims.exp),
        revoked_at: now,
    }
}

/// Whether the fault says that this region did not issue the token, so that there is nothing to revoke.
pub(crate) fn is_foreign(fault: &TokenFault) -> bool {
    matches!(fault, TokenFault::Malformed | TokenFault::UnknownKey | TokenFault::OtherIssuer)
}

/// Whether a token that is inactive on this node at `now` may be active on another node or later: the clock of another
/// node may be behind, and a disabled account may be enabled again.
pub(crate) fn may_be_active_elsewhere(inactive: Option<&TokenFault>, now: Timestamp) -> bool {
    match inactive {
        None | Some(TokenFault::AccountNotAdmitted) => true,
        Some(TokenFault::Expired(at)) => at.after(CLOCK_SKEW) > now,
        Some(_) => false,
    }
}

/// The audit record of a revocation by the administrator `actor` of a token that was issued to an account of `tenant`.
pub(crate) fn audit_of(revocation: &Revocation, tenant: Option<TenantName>, actor: Actor) -> AuditEntry {
    let Revocation { token, client_id, audience: _, expires_at, revoked_at } = revocation;
    AuditEntry {
        at: *revoked_at,
        actor,
        action: Action::RevokeToken,
        tenant,
        subject: Subject::Token(*token),
        before: None,
        after: Some(json!({ "client_id": client_id, "expires_at": expires_at })),
    }
}
