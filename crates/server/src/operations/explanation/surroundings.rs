//! Refusals that are not about the caller's identity or rights: outages, limits, defects, and requests that no endpoint
//! serves.

use jeton_core::model::Timestamp;
use jeton_core::{HashPoolFull, Internal, Unavailable};

use super::malformed::LIMITS;
use super::{Explanation, Reason, message};
use crate::oauth::failure::Failure;

pub(super) fn explain_unavailable(unavailable: &Unavailable) -> Explanation {
    match unavailable {
        Unavailable::Store(error) => Explanation::new(
            Reason::StoreUnavailable,
            "The database did not answer, and the data was not in memory.",
            OUTAGE,
            "Check the database and its disk. `jeton account list` on this machine shows whether the database answers.",
        )
        .with("store", error),
        Unavailable::Replaced(reason) => Explanation::new(
            Reason::StoreReplaced,
            "The database file was replaced or deleted while the server had it open.",
            "The open file is out of date and writes to it are lost, so the answer is 503 until the server is restarted.",
            "Stop the server, put the right file in place, and start the server.",
        )
        .with("store", reason),
        Unavailable::Stale => Explanation::new(
            Reason::StaleMemory,
            "The database has been unavailable for longer than cached data may be used.",
            OUTAGE,
            "Restore the database. `[outage] serve_stale_for` sets how long cached data may be used.",
        ),
        Unavailable::Hashing(HashPoolFull::Lane) => Explanation::new(
            Reason::HashingOverloaded,
            "Too many secrets waited for their first check.",
            "Hashing is limited, so that a flood of secrets cannot block accounts that called before.",
            "This usually passes in a moment. If it does not, find out who sends many different secrets.",
        ),
        Unavailable::Hashing(HashPoolFull::NetworkShare) => Explanation::new(
            Reason::NetworkHashingOverloaded,
            "Too many secrets from this caller's network waited for their first check.",
            "One network (an IPv4 address, or a /64 of IPv6) can take at most a quarter of the places for imported secrets.",
            "Find out who sends many different secrets from there. If all callers seem to come from one proxy, set \
             [listen] trusted_proxies.",
        ),
        Unavailable::NoSigningKey => Explanation::new(
            Reason::NoSigningKey,
            "There is no active signing key.",
            "A token is signed with an active key of the region.",
            KEYS_MISSING,
        ),
        Unavailable::NoSealingKey => Explanation::new(
            Reason::NoSealingKey,
            "There is no active sealing key.",
            "An opaque token is sealed with the active key of the region.",
            KEYS_MISSING,
        ),
    }
}

pub(super) fn explain_internal(internal: &Internal) -> Explanation {
    let (reason, why) = match internal {
        Internal::Signing(_) => (Reason::SigningFailed, "Signing the token failed."),
        Internal::Claims(_) => (Reason::ClaimsFailed, "The claims of the token could not be serialized."),
        Internal::Sealing => (Reason::SealingFailed, "The claims of the token could not be sealed."),
        Internal::Flow => {
            (Reason::FlowOutOfOrder, "The steps of the client credentials flow ran in the wrong order.")
        }
        Internal::TokenTooLong => {
            let cure = "Grant the account fewer scopes of this resource, or shorten their names.";
            let why = "The token would be longer than 4,096 characters.";
            return Explanation::new(
                Reason::TokenTooLong,
                why,
                "Some clients cannot store a longer token.",
                cure,
            );
        }
    };
    Explanation::new(reason, why, DEFECT, REPORT).with("defect", internal)
}

/// Explains a failure in HTTP, or a refusal by the core.
pub(super) fn explain_failure(failure: &Failure, client_id: Option<&str>, now: Timestamp) -> Explanation {
    match failure {
        Failure::Refused(refusal) => Explanation::of_refusal(refusal, client_id, now),
        Failure::Method { allow } => Explanation::new(
            Reason::MethodNotAllowed,
            "The endpoint does not support the HTTP method of the request.",
            "RFC 6749 §3.2, RFC 9110 §15.5.6: an OAuth endpoint accepts POST, a document GET.",
            format!("Configure the client to use {allow}."),
        )
        .with("allow", allow),
        Failure::Host(fault) => message::explain_host(*fault),
        Failure::ContentCoding(name) => message::explain_content_coding(name),
        Failure::TransferCoding(name) => message::explain_transfer_coding(name),
        Failure::ChunkedTwice => message::explain_chunked_twice(),
        Failure::BodyTooSlow => Explanation::new(
            Reason::BodyTooSlow,
            "The body did not arrive within the deadline.",
            "`listen.body_timeout` applies to the whole body.",
            "Check the network and the proxies between the client and this server. A wrong Content-Length also causes this.",
        ),
        Failure::BodyTooLarge => Explanation::new(
            Reason::BodyTooLarge,
            "The body is larger than 64 KiB.",
            LIMITS,
            "Configure the client to send only the parameters.",
        ),
        Failure::BodyBroken => Explanation::new(
            Reason::BodyBroken,
            "The connection was lost before the whole body arrived.",
            "RFC 9112 §6.3: a body has the length that its headers announce.",
            "Check the network and the proxies between the client and this server.",
        ),
        Failure::NoAuthorization => Explanation::new(
            Reason::NoAuthorizationEndpoint,
            "The caller requested an authorization code, but this server serves machines and does not issue any.",
            "RFC 6749 §4.1.2.1: the response type is not supported.",
            "Configure the client to use the client credentials grant, which needs no browser.",
        ),
        Failure::NoSuchPath => Explanation::new(
            Reason::NoSuchPath,
            "The requested path does not exist.",
            "RFC 8414 §3: the metadata document lists the endpoints.",
            "Compare the client's URL with `jeton config check`.",
        ),
        Failure::Overloaded => Explanation::new(
            Reason::Overloaded,
            "More requests were in flight than `[limits] in_flight` allows.",
            "A request that cannot be answered soon is refused at once.",
            "If it happens often, add a node or cores. The metrics count refusals by reason.",
        ),
        Failure::TooSlow => Explanation::new(
            Reason::RequestTooSlow,
            "The work took longer than `[server] request_timeout`.",
            OUTAGE,
            "Check the database and the load of the machine.",
        ),
        Failure::Panicked => {
            Explanation::new(Reason::Panicked, "The code that answers the request panicked.", DEFECT, REPORT)
        }
    }
}

const KEYS_MISSING: &str =
    "Nodes create keys by themselves. Check `jeton key list`, and whether writes to the database succeed.";
const OUTAGE: &str =
    "An outage never rejects a client: the answer is 503 with Retry-After, and clients retry.";
const DEFECT: &str = "This is a defect in Jeton.";
const REPORT: &str = "Report it with the log lines around this error_id.";
