//! Why client authentication failed, or why the account gets no tokens now. The caller never sees these reasons.

use jeton_core::model::{CallerAddress, Timestamp};
use jeton_core::{EndedSecret, HiddenClientFault, NetworkRestrictedSecret, SecretCheck};

use super::{Explanation, Fact, Reason};

pub(super) fn explain_hidden(
    fault: &HiddenClientFault,
    id: &str,
    secret: SecretCheck,
    now: Timestamp,
) -> Explanation {
    let the = beginning(secret);
    match fault {
        HiddenClientFault::MalformedId => Explanation::new(
            Reason::MalformedClientId,
            "The client id has characters or a length that a client id cannot have.",
            "RFC 6749 §2.2: the server issues client ids; here they have 1 to 255 visible ASCII characters and no colon.",
            "Copy the id into the client again. `jeton account list` shows the ids.",
        ),
        HiddenClientFault::UnknownClient => Explanation::new(
            Reason::UnknownClient,
            "No account of this region has this client id.",
            INVALID_CLIENT,
            "Compare the client's id with `jeton account list`. It may be mistyped, swapped with the secret, deleted, or from another installation.",
        ),
        HiddenClientFault::BrokenSecret => Explanation::new(
            Reason::BrokenSecret,
            "The secret begins like a Jeton secret, but its length or checksum is wrong: it was mistyped or truncated.",
            INVALID_CLIENT,
            format!("Copy the whole secret into the client again. If it is lost, run `jeton secret rotate {id}` to create a new one."),
        ),
        HiddenClientFault::WrongSecret => Explanation::new(
            Reason::WrongSecret,
            "The account has no such secret.",
            INVALID_CLIENT,
            format!("Compare the last 4 characters of the client's secret with `jeton secret list {id}`. If the secret is lost, run `jeton secret rotate {id}` to create a new one."),
        ),
        HiddenClientFault::ExpiredSecret(secret) => expired(secret, id, now),
        HiddenClientFault::RevokedSecret(secret) => revoked(secret, id, now),
        HiddenClientFault::DisabledAccount => Explanation::new(
            Reason::DisabledAccount,
            format!("{the} account is disabled."),
            NO_TOKENS,
            format!("To enable the account, run `jeton account enable {id}`."),
        ),
        HiddenClientFault::ExpiredAccount { at } => Explanation::new(
            Reason::ExpiredAccount,
            format!("{the} account expired {}.", before(*at, now)),
            NO_TOKENS,
            format!("To extend the account, run `jeton account update {id} --expires-in 90d`, or use `never`."),
        )
        .fact("expired_at", Fact::Time(*at))
        .fact("ago", Fact::Seconds(at.until(now).as_secs())),
        HiddenClientFault::DisabledTenant(tenant) => Explanation::new(
            Reason::DisabledTenant,
            format!("{the} tenant {tenant} is disabled."),
            NO_TOKENS,
            format!("To enable the tenant, run `jeton tenant enable {tenant}`."),
        )
        .with("tenant", tenant),
        HiddenClientFault::AccountsDenied(tenant) => Explanation::new(
            Reason::AccountsDenied,
            format!("{the} tenant {tenant} is not allowed to have service accounts."),
            NO_TOKENS,
            format!("To allow them, run `jeton tenant update {tenant} --accounts allow`."),
        )
        .with("tenant", tenant),
        HiddenClientFault::AddressNotAllowed { address: CallerAddress::Unknown, allowed } => Explanation::new(
            Reason::AddressUnknown,
            format!("{the} account is limited to its networks, and the caller's address is unknown."),
            ADDRESS_UNKNOWN,
            CHECK_THE_PROXY,
        )
        .with("address", &CallerAddress::Unknown)
        .fact("allowed", Fact::list(allowed)),
        HiddenClientFault::AddressNotAllowed { address, allowed } => Explanation::new(
            Reason::AddressNotAllowed,
            format!("{the} request came from {address}, outside the account's networks."),
            "An account that is limited to networks can be used only from them. Behind a trusted proxy, the forwarded address counts.",
            format!("If the address belongs to the customer, set the full list of networks: `jeton account update {id} --allow-cidr NET…`. If it belongs to your proxy, add the proxy to `listen.trusted_proxies`."),
        )
        .with("address", address)
        .fact("allowed", Fact::list(allowed)),
        HiddenClientFault::AddressNotAllowedForSecret(secret) => secret_outside_networks(secret, id),
    }
}

/// Begins the sentence of a fault that is not one of the secret.
fn beginning(secret: SecretCheck) -> &'static str {
    match secret {
        SecretCheck::Passed => "The secret is correct, but the",
        SecretCheck::Skipped => "The",
    }
}

fn expired(secret: &EndedSecret, id: &str, now: Timestamp) -> Explanation {
    let explanation = Explanation::new(
        Reason::ExpiredSecret,
        format!("The secret {} is correct, but it expired {}.", named(secret), before(secret.at, now)),
        "A secret is valid until it expires, to the second. A rotated secret is valid until its grace period ends.",
        format!(
            "Give the client the account's current secret, or create a new one: `jeton secret rotate {id}`."
        ),
    );
    with_secret(explanation, secret)
        .fact("expired_at", Fact::Time(secret.at))
        .fact("ago", Fact::Seconds(secret.at.until(now).as_secs()))
}

fn revoked(secret: &EndedSecret, id: &str, now: Timestamp) -> Explanation {
    let explanation = Explanation::new(
        Reason::RevokedSecret,
        format!("The secret {} is correct, but it was revoked {}.", named(secret), before(secret.at, now)),
        "A revoked secret is never valid again.",
        format!(
            "Give the client the account's current secret, or create one: `jeton secret add {id}`. If no client should still use the revoked secret, find out which one does."
        ),
    );
    with_secret(explanation, secret)
        .fact("revoked_at", Fact::Time(secret.at))
        .fact("ago", Fact::Seconds(secret.at.until(now).as_secs()))
}

fn secret_outside_networks(secret: &NetworkRestrictedSecret, id: &str) -> Explanation {
    let NetworkRestrictedSecret { id: secret_id, address, allowed } = secret;
    match address {
        CallerAddress::Known(address) => Explanation::new(
            Reason::AddressNotAllowedForSecret,
            format!("The secret {secret_id} is correct, but the request came from {address}, outside the networks of that secret."),
            "A secret that is limited to networks can be used only from them, and only within the networks of its account.",
            format!("Use the secret only from its networks, or create another secret for this caller: `jeton secret add {id} --allow-cidr NET…`."),
        ),
        CallerAddress::Unknown => Explanation::new(
            Reason::AddressUnknownForSecret,
            format!("The secret {secret_id} is correct, but it is limited to its networks, and the caller's address is unknown."),
            ADDRESS_UNKNOWN,
            CHECK_THE_PROXY,
        ),
    }
    .with("secret_id", secret_id)
    .with("address", address)
    .fact("allowed", Fact::list(allowed))
}

fn with_secret(explanation: Explanation, secret: &EndedSecret) -> Explanation {
    let explanation = explanation.with("secret_id", &secret.id);
    match &secret.label {
        Some(label) => explanation.with("secret_label", label),
        None => explanation,
    }
}

fn named(secret: &EndedSecret) -> String {
    match &secret.label {
        Some(label) => format!("{} ({label})", secret.id),
        None => secret.id.to_string(),
    }
}

/// Shows this node's clock, so that an operator notices a wrong one.
fn before(end: Timestamp, now: Timestamp) -> String {
    format!(
        "at {end}, {} before the request by the clock of this node",
        humantime::format_duration(end.until(now))
    )
}

const ADDRESS_UNKNOWN: &str = "An unknown address is in no network, not even 0.0.0.0/0. The address is unknown because the trusted proxy nearest to the caller sent no address, or because the embedding application provides none.";
const CHECK_THE_PROXY: &str = "Check what the proxy sends in the header that `listen.forwarded_header` names. An embedding application must add the peer's address (`PeerAddr` or `ConnectInfo`).";
const INVALID_CLIENT: &str =
    "RFC 6749 §5.2, invalid_client: the client must be known and its secret must be correct.";
const NO_TOKENS: &str = "An account gets tokens only while it is enabled and not expired, and its tenant is enabled and allowed to have service accounts.";
