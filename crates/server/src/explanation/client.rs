//! Why a caller is not who it claims to be, or may have no tokens now. The caller is never told.

use jeton_core::model::{CallerAddress, Timestamp};
use jeton_core::{ClientFault, EndedSecret, NetworkRestrictedSecret};

use super::{Explanation, Fact, Reason};

pub(super) fn explain(fault: &ClientFault, id: &str, now: Timestamp) -> Explanation {
    match fault {
        ClientFault::NoCredentials => Explanation::new(
            Reason::NoCredentials,
            "The request carried no client credentials.",
            ONE_METHOD,
            "Set the client to send its client_id and client_secret, as Basic or in the body.",
        ),
        ClientFault::Incomplete(missing) => Explanation::new(
            Reason::IncompleteCredentials,
            format!("The client credentials lacked {missing}."),
            ONE_METHOD,
            format!("Set {missing} in the client; some leave out a field that is empty."),
        )
        .with("missing", missing),
        ClientFault::Unusable(problem) => Explanation::new(
            Reason::UnusableAuthorizationHeader,
            problem.to_string(),
            "RFC 7617 §2, RFC 6749 §2.3.1: the header is Basic, with id, colon and secret in base64.",
            "Correct the client's Authorization header, or send the credentials in the body instead.",
        ),
        ClientFault::UnsupportedMethod => Explanation::new(
            Reason::UnsupportedMethod,
            "The client sent a client assertion, which no account here is registered for.",
            "RFC 6749 §2.3: the method is one that was registered for the client.",
            "Set the client to client_secret_basic or client_secret_post.",
        ),
        ClientFault::MalformedId => Explanation::new(
            Reason::MalformedClientId,
            "The client id has characters or a length that no client id has.",
            "RFC 6749 §2.2: ids are issued by the server; ours are 1 to 255 visible ASCII characters without a colon.",
            "Copy the id anew into the client; `jeton account list` shows the ids.",
        ),
        ClientFault::UnknownClient => Explanation::new(
            Reason::UnknownClient,
            "No account of this region has this client id.",
            INVALID_CLIENT,
            "Compare the client's id with `jeton account list`; it may be mistyped, swapped with the secret, deleted or another installation's.",
        ),
        ClientFault::BrokenSecret => Explanation::new(
            Reason::BrokenSecret,
            "The secret begins like one of ours, but its length or checksum is wrong: it was mistyped or cut.",
            INVALID_CLIENT,
            format!("Copy the whole secret into the client again; if it is lost, `jeton secret rotate {id}` makes another."),
        ),
        ClientFault::WrongSecret => Explanation::new(
            Reason::WrongSecret,
            "The account has no such secret.",
            INVALID_CLIENT,
            format!("Compare the end of the client's secret with `jeton secret list {id}`; if it is lost, `jeton secret rotate {id}` makes another."),
        ),
        ClientFault::ExpiredSecret(secret) => expired(secret, id, now),
        ClientFault::RevokedSecret(secret) => revoked(secret, id, now),
        ClientFault::DisabledAccount => Explanation::new(
            Reason::DisabledAccount,
            "The secret was right, but the account is disabled.",
            NO_TOKENS,
            format!("If it should work again: `jeton account enable {id}`."),
        ),
        ClientFault::ExpiredAccount { at } => Explanation::new(
            Reason::ExpiredAccount,
            format!("The secret was right, but the account expired {}.", before(*at, now)),
            NO_TOKENS,
            format!("If it should work again: `jeton account update {id} --expires-in 90d`, or `never`."),
        )
        .fact("expired_at", Fact::Time(*at))
        .fact("ago", Fact::Seconds(at.until(now).as_secs())),
        ClientFault::DisabledTenant(tenant) => Explanation::new(
            Reason::DisabledTenant,
            format!("The secret was right, but the tenant {tenant} is disabled."),
            NO_TOKENS,
            format!("If its accounts should work again: `jeton tenant enable {tenant}`."),
        )
        .with("tenant", tenant),
        ClientFault::BarredTenant(tenant) => Explanation::new(
            Reason::BarredTenant,
            format!("The secret was right, but the tenant {tenant} may have no service accounts."),
            NO_TOKENS,
            format!("If it may have them again: `jeton tenant update {tenant} --accounts allow`."),
        )
        .with("tenant", tenant),
        ClientFault::AddressNotAllowed { address: CallerAddress::Unknown, allowed } => Explanation::new(
            Reason::AddressUnknown,
            "The secret was right, but the account may call from its networks only, and the caller's address is unknown.",
            ADDRESS_UNKNOWN,
            READ_THE_PROXY,
        )
        .with("address", &CallerAddress::Unknown)
        .fact("allowed", Fact::list(allowed)),
        ClientFault::AddressNotAllowed { address, allowed } => Explanation::new(
            Reason::AddressNotAllowed,
            format!("The secret was right, but the call came from {address}, outside the account's networks."),
            "An account with networks may call from these only; behind a trusted proxy the forwarded address counts.",
            format!("If the address is the customer's, name all its networks anew: `jeton account update {id} --allow-cidr NET…`; if it is your proxy's, add that to `listen.trusted_proxies`."),
        )
        .with("address", address)
        .fact("allowed", Fact::list(allowed)),
        ClientFault::AddressNotAllowedForSecret(secret) => out_of_place(secret, id),
    }
}

fn expired(secret: &EndedSecret, id: &str, now: Timestamp) -> Explanation {
    let explanation = Explanation::new(
        Reason::ExpiredSecret,
        format!("The secret {} was right, but expired {}.", named(secret), before(secret.at, now)),
        "A secret authenticates until its expiry, exact to the second; a rotated one until its grace is over.",
        format!(
            "Give the client the account's present secret, or make a new one: `jeton secret rotate {id}`."
        ),
    );
    with_secret(explanation, secret)
        .fact("expired_at", Fact::Time(secret.at))
        .fact("ago", Fact::Seconds(secret.at.until(now).as_secs()))
}

fn revoked(secret: &EndedSecret, id: &str, now: Timestamp) -> Explanation {
    let explanation = Explanation::new(
        Reason::RevokedSecret,
        format!("The secret {} was right, but was revoked {}.", named(secret), before(secret.at, now)),
        "A revoked secret never authenticates again.",
        format!(
            "Give the client the account's present secret, or make one: `jeton secret add {id}`. If nobody should use the old one any more, find out who does."
        ),
    );
    with_secret(explanation, secret)
        .fact("revoked_at", Fact::Time(secret.at))
        .fact("ago", Fact::Seconds(secret.at.until(now).as_secs()))
}

fn out_of_place(secret: &NetworkRestrictedSecret, id: &str) -> Explanation {
    let NetworkRestrictedSecret { id: secret_id, address, allowed } = secret;
    match address {
        CallerAddress::Known(address) => Explanation::new(
            Reason::AddressNotAllowedForSecret,
            format!("The secret {secret_id} was right, but the call came from {address}, outside the networks of that secret."),
            "A secret with networks of its own may be used from these only, within those of its account.",
            format!("Use the secret where it belongs, or give the caller one of its own: `jeton secret add {id} --allow-cidr NET…`."),
        ),
        CallerAddress::Unknown => Explanation::new(
            Reason::AddressUnknownForSecret,
            format!("The secret {secret_id} was right, but it may be used from its networks only, and the caller's address is unknown."),
            ADDRESS_UNKNOWN,
            READ_THE_PROXY,
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

/// By this node's clock, so that a wrong clock is seen.
fn before(end: Timestamp, now: Timestamp) -> String {
    format!("at {end}, {} before the request by the clock here", humantime::format_duration(end.until(now)))
}

const ADDRESS_UNKNOWN: &str = "No network contains an unknown address, not even 0.0.0.0/0: the trusted proxy nearest to the caller wrote no address, or the embedding application gives none.";
const READ_THE_PROXY: &str = "Look at what the proxy sends in the header that `listen.forwarded_header` names; an embedding application adds the peer's address (`PeerAddr` or `ConnectInfo`).";
const ONE_METHOD: &str = "RFC 6749 §2.3, §3.2.1: a confidential client authenticates, with one method.";
const INVALID_CLIENT: &str = "RFC 6749 §5.2, invalid_client: the client is known and its secret is right.";
const NO_TOKENS: &str = "An account gets tokens while it and its tenant are enabled and neither has ended.";
