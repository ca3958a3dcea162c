//! Accounts as lines of JSON (JSONL): each line is one object with the members that docs/cli-json.md lists.
//!
//! Decides what a line means. Must not know the other lines, nor the store.

mod bad_line;
mod columns;

use jeton_admin::request::{AccountToImport, Entitlement, IfDigestShaped, NewAccount, SecretToImport};
use jeton_admin::value::{AccountDetails, AccountName, DEFAULT_TENANT, TenantName};
use jeton_core::{MigratedSecret, UnusableSecret};
use jeton_protocol::{ClientId, PresentedSecret, Scope};

pub use bad_line::BadLine;

use columns::{Columns, Grant, SecretCell, duration};

/// Reads the account of a line. With `clear`, the line is read as if it had the member `"clear": true`, which says that a
/// `secret` that looks like a digest is the secret itself.
///
/// # Errors
/// [`BadLine`] says what is wrong.
pub fn read_account(line: &str, clear: bool) -> Result<AccountToImport, BadLine> {
    let mut columns = Columns::parse(line)?;
    let secret = secret(&mut columns, clear)?;
    let mut entitlements = entitlements(&mut columns)?;
    let name = match columns.name {
        Some(name) => name,
        None => name_of(&columns.client_id)?,
    };
    let details =
        AccountDetails { description: columns.description, owner: columns.owner, labels: columns.labels };
    if columns.expires_in.is_some() && columns.expires_at.is_some() {
        return Err(BadLine::Both("expires_in", "expires_at"));
    }
    let account = NewAccount {
        name,
        tenant: columns.tenant.map_or_else(|| DEFAULT_TENANT.parse::<TenantName>(), Ok)?,
        entitlement: entitlements.pop().ok_or(BadLine::NoEntitlement)?,
        token_ttl: duration("token_ttl", columns.token_ttl)?,
        expires_in: duration("expires_in", columns.expires_in)?,
        allow_cidr: columns.allow_cidr.into_iter().map(|network| network.0).collect(),
        secret_expires_in: duration("secret_expires_in", columns.secret_expires_in)?,
        details,
    };
    Ok(AccountToImport {
        client_id: columns.client_id,
        account,
        expires_at: columns.expires_at,
        more_entitlements: entitlements,
        secret,
    })
}

/// Whether the line has the secret itself, which costs a slow hash.
#[must_use]
pub fn is_in_clear(import: &AccountToImport) -> bool {
    let SecretToImport { text, if_digest } = &import.secret;
    MigratedSecret::parse(text.clone(), *if_digest).is_ok_and(|secret| secret.hash_scheme().is_none())
}

fn name_of(id: &ClientId) -> Result<AccountName, BadLine> {
    id.as_str().parse().map_err(|_| BadLine::IdIsNoName)
}

/// The secret or its hash, each only from the member that is meant for it.
fn secret(columns: &mut Columns, clear: bool) -> Result<SecretToImport, BadLine> {
    let clear = clear || columns.clear;
    let if_digest = if clear { IfDigestShaped::TakeAsSecret } else { IfDigestShaped::Refuse };
    let (text, is_hash) = match (columns.secret.take(), columns.secret_hash.take()) {
        (None, None) => return Err(BadLine::NoSecret),
        (Some(_), Some(_)) => return Err(BadLine::Both("secret", "secret_hash")),
        (Some(secret), None) => (text("secret", secret)?, false),
        (None, Some(hash)) => (text("secret_hash", hash)?, true),
    };
    match MigratedSecret::parse(text.clone(), if_digest) {
        Ok(secret) if secret.hash_scheme().is_some() != is_hash => {
            Err(if is_hash { BadLine::NotAHash } else { BadLine::HashAsSecret })
        }
        Err(UnusableSecret::Form { .. } | UnusableSecret::Digest(_)) if is_hash => Err(BadLine::NotAHash),
        Err(unusable @ UnusableSecret::Digest(_)) => Err(BadLine::DigestShape(unusable)),
        Err(unusable) => Err(BadLine::Secret(unusable)),
        Ok(_) => Ok(SecretToImport { text, if_digest }),
    }
}

fn text(member: &'static str, cell: SecretCell) -> Result<PresentedSecret, BadLine> {
    match cell {
        SecretCell::Text(text) => Ok(text),
        SecretCell::Other => Err(BadLine::NotAText(member)),
    }
}

/// The grants, one for each resource, with the introspection rights in the last one.
fn entitlements(columns: &mut Columns) -> Result<Vec<Entitlement>, BadLine> {
    let grants = match (columns.grants.take(), columns.scopes.take()) {
        (Some(_), Some(_)) => return Err(BadLine::Both("grants", "scopes")),
        (Some(grants), None) => grants,
        (None, Some(scopes)) => vec![Grant { resource: columns.resource.take(), scopes }],
        (None, None) => Vec::new(),
    };
    if columns.resource.is_some() {
        return Err(BadLine::ResourceWithoutScopes);
    }
    let mut entitlements: Vec<Entitlement> = Vec::with_capacity(grants.len() + 1);
    for Grant { resource, scopes } in grants {
        let repeats = |earlier: &Entitlement| earlier.resource == resource;
        if entitlements.iter().any(repeats) {
            return Err(BadLine::RepeatedResource);
        }
        let scope = Scope::from_names(scopes).ok_or(BadLine::EmptyGrant)?;
        entitlements.push(Entitlement { resource, scope: Some(scope), introspects: Vec::new() });
    }
    let introspects = std::mem::take(&mut columns.introspects);
    match entitlements.last_mut() {
        Some(last) => last.introspects = introspects,
        None if introspects.is_empty() => {}
        None => entitlements.push(Entitlement { introspects, ..Entitlement::default() }),
    }
    Ok(entitlements)
}

#[cfg(test)]
mod tests;
