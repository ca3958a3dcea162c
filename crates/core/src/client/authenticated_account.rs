//! An account that has proved who it is, and by which method.

use std::sync::Arc;

use jeton_protocol::SecretMethod;

use crate::client::admission::{check_admission, earliest_expiry};
use crate::model::{Account, CallerAddress, Credential, CredentialRights, Restriction, Timestamp};
use crate::refusal::HiddenClientFault;

/// An account that has authenticated. Only `admit` creates one.
#[derive(Debug, Clone)]
pub struct AuthenticatedAccount {
    account: Arc<Account>,
    method: AuthenticationMethod,
    credential_expires_at: Option<Timestamp>,
    restriction: Restriction,
}

impl AuthenticatedAccount {
    /// The account that the secret belongs to.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// How it authenticated.
    #[must_use]
    pub fn method(&self) -> AuthenticationMethod {
        self.method
    }

    /// The earlier expiry of account and credential. No token is valid for longer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        earliest_expiry(&self.account, self.credential_expires_at)
    }

    /// What the account may request. The secret may restrict it further.
    pub(crate) fn rights(&self) -> CredentialRights<'_> {
        CredentialRights { account: &self.account, restriction: &self.restriction }
    }
}

/// How an account authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthenticationMethod {
    /// With a secret in the `Authorization` header.
    SecretBasic,
    /// With a secret in the body.
    SecretPost,
}

impl From<SecretMethod> for AuthenticationMethod {
    fn from(method: SecretMethod) -> Self {
        match method {
            SecretMethod::Basic => Self::SecretBasic,
            SecretMethod::Post => Self::SecretPost,
        }
    }
}

/// When, how and from where a call presents its credentials.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    pub(super) at: Timestamp,
    pub(super) method: AuthenticationMethod,
    pub(super) from: CallerAddress,
}

/// A credential that is known to be correct. This type checks nothing: create it only after the proof of the credential
/// was checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProvedCredential<'a> {
    pub(super) account: &'a Arc<Account>,
    pub(super) credential: &'a Credential,
    pub(super) attempt: Attempt,
}

/// Admits a proved credential if it, its account and its tenant are active and may be used from this address.
///
/// # Errors
/// [`HiddenClientFault`] otherwise.
pub(super) fn admit(proved: ProvedCredential<'_>) -> Result<AuthenticatedAccount, HiddenClientFault> {
    let ProvedCredential { account, credential, attempt } = proved;
    check_admission(account, Some(credential), Some(attempt.from), attempt.at)?;
    Ok(AuthenticatedAccount {
        account: Arc::clone(account),
        method: attempt.method,
        credential_expires_at: credential.expires_at,
        restriction: credential.restriction.clone(),
    })
}
