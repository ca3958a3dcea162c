//! The checks after the secret is known to be correct: whether the secret, its account and its tenant are active, and
//! whether they may be used from the caller's address.
//!
//! A request and its simulation pass the same checks in the same order. This module must not know how the secret was
//! checked.

use crate::model::{Account, CallerAddress, Credential, CredentialState, Timestamp};
use crate::refusal::{EndedSecret, HiddenClientFault, NetworkRestrictedSecret};

/// Whether `account` may get tokens at `now`, with `credential`, for a call from `from`. A simulation may leave out the
/// credential or the address: the checks of what is left out are skipped.
pub(crate) fn check_admission(
    account: &Account,
    credential: Option<&Credential>,
    from: Option<CallerAddress>,
    now: Timestamp,
) -> Result<(), HiddenClientFault> {
    if let Some(credential) = credential {
        check_credential(credential, now)?;
    }
    check_account(account, now)?;
    if let Some(address) = from {
        check_account_networks(account, address)?;
        if let Some(credential) = credential {
            check_secret_networks(credential, address)?;
        }
    }
    Ok(())
}

/// The earlier expiry of account and credential.
pub(crate) fn earliest_expiry(
    account: &Account,
    credential_expires_at: Option<Timestamp>,
) -> Option<Timestamp> {
    account.expires_at.into_iter().chain(credential_expires_at).min()
}

/// Whether a credential authenticates at `now`.
fn check_credential(credential: &Credential, now: Timestamp) -> Result<(), HiddenClientFault> {
    let ended = |at: Option<Timestamp>| {
        let (id, label) = (credential.id.clone(), credential.label.clone());
        Box::new(EndedSecret { id, label, at: at.unwrap_or(now) })
    };
    match credential.state(now) {
        CredentialState::Active => Ok(()),
        CredentialState::Expired => Err(HiddenClientFault::ExpiredSecret(ended(credential.expires_at))),
        CredentialState::Revoked => Err(HiddenClientFault::RevokedSecret(ended(credential.revoked_at))),
    }
}

/// Whether account and tenant may get tokens at `now`.
fn check_account(account: &Account, now: Timestamp) -> Result<(), HiddenClientFault> {
    let tenant = &account.tenant;
    if !account.enabled {
        return Err(HiddenClientFault::DisabledAccount);
    }
    if let Some(at) = account.expires_at.filter(|_| account.is_expired(now)) {
        return Err(HiddenClientFault::ExpiredAccount { at });
    }
    if !tenant.enabled {
        return Err(HiddenClientFault::DisabledTenant(tenant.name.clone()));
    }
    if !tenant.accounts_allowed {
        return Err(HiddenClientFault::AccountsDenied(tenant.name.clone()));
    }
    Ok(())
}

/// Whether the account's network restriction allows `address`.
fn check_account_networks(account: &Account, address: CallerAddress) -> Result<(), HiddenClientFault> {
    if account.admits_address(address) {
        return Ok(());
    }
    Err(HiddenClientFault::AddressNotAllowed { address, allowed: account.allow_cidr.clone() })
}

/// Whether the credential's own network restriction allows `address`.
fn check_secret_networks(credential: &Credential, address: CallerAddress) -> Result<(), HiddenClientFault> {
    if credential.restriction.admits_address(address) {
        return Ok(());
    }
    let allowed = credential.restriction.allow_cidr.clone();
    Err(HiddenClientFault::AddressNotAllowedForSecret(Box::new(NetworkRestrictedSecret {
        id: credential.id.clone(),
        address,
        allowed,
    })))
}
