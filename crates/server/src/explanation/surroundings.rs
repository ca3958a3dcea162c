//! Why nobody is to blame who called: our surroundings, our limits, our defects, and requests that are for nothing here.

use jeton_core::model::Timestamp;
use jeton_core::{HashPoolFull, Internal, Unavailable};

use super::malformed::LIMITS;
use super::{Explanation, Reason, message};
use crate::failure::Failure;

pub(super) fn explain_unavailable(unavailable: &Unavailable) -> Explanation {
    match unavailable {
        Unavailable::Store(error) => Explanation::new(
            Reason::StoreUnavailable,
            "The database did not answer, and the answer was not in memory.",
            OUTAGE,
            "Look at the database and at the disk it is on; `jeton account list` on this machine tells whether it answers.",
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
            "The database has been away for longer than memory may be trusted.",
            OUTAGE,
            "Bring the database back; `[outage] serve_stale_for` says how long memory is trusted.",
        ),
        Unavailable::Hashing(HashPoolFull::Lane) => Explanation::new(
            Reason::HashingOverloaded,
            "Too many secrets waited to be checked for the first time.",
            "Hashing is bounded, so that a flood of secrets cannot stop accounts that called before.",
            "It passes in a moment; if it does not, look who calls with many different secrets.",
        ),
        Unavailable::Hashing(HashPoolFull::NetworkShare) => Explanation::new(
            Reason::NetworkHashingOverloaded,
            "Too many secrets from this caller's network waited to be checked for the first time.",
            "One network (an IPv4 address, or a /64 of IPv6) holds at most a quarter of the places for imported secrets.",
            "Look who calls from there with many different secrets. Where all callers seem to come from one proxy, set \
             [listen] trusted_proxies.",
        ),
        Unavailable::NoSigningKey => Explanation::new(
            Reason::NoSigningKey,
            "There is no active signing key.",
            "A token is signed with a key of the region that is active.",
            KEYS_MISSING,
        ),
        Unavailable::NoSealingKey => Explanation::new(
            Reason::NoSealingKey,
            "There is no active sealing key.",
            "An opaque token is sealed with the key of the region that is active.",
            KEYS_MISSING,
        ),
    }
}

pub(super) fn explain_internal(internal: &Internal) -> Explanation {
    let (reason, why) = match internal {
        Internal::Signing(_) => (Reason::SigningFailed, "The signing key did not sign."),
        Internal::Claims(_) => (Reason::ClaimsFailed, "The claims of the token could not be written."),
        Internal::Sealing => (Reason::SealingFailed, "The claims of the token could not be sealed."),
        Internal::Flow => (Reason::FlowOutOfOrder, "The client credentials flow went out of order."),
        Internal::TokenTooLong => {
            let cure = "Grant the account fewer scopes of this resource, or shorten their names.";
            let why = "The token would be longer than 4,096 characters.";
            return Explanation::new(Reason::TokenTooLong, why, "Some clients store no longer token.", cure);
        }
    };
    Explanation::new(reason, why, DEFECT, REPORT).with("defect", internal)
}

/// What was refused before the core was asked, or by it.
pub(super) fn explain_failure(failure: &Failure, client_id: Option<&str>, now: Timestamp) -> Explanation {
    match failure {
        Failure::Refused(refusal) => Explanation::of_refusal(refusal, client_id, now),
        Failure::Method { allow } => Explanation::new(
            Reason::MethodNotAllowed,
            "The endpoint was called with another HTTP method than its own.",
            "RFC 6749 §3.2, RFC 9110 §15.5.6: an OAuth endpoint takes POST, a document GET.",
            format!("Set the client to {allow}."),
        )
        .with("allow", allow),
        Failure::Host(fault) => message::explain_host(*fault),
        Failure::ContentCoding(name) => message::explain_content_coding(name),
        Failure::TransferCoding(name) => message::explain_transfer_coding(name),
        Failure::ChunkedTwice => message::explain_chunked_twice(),
        Failure::BodyTooSlow => Explanation::new(
            Reason::BodyTooSlow,
            "The body did not arrive within the deadline.",
            "`listen.body_timeout` is for the whole body.",
            "Look at the network and the proxies between the client and here; a wrong Content-Length does it too.",
        ),
        Failure::BodyTooLarge => Explanation::new(
            Reason::BodyTooLarge,
            "The body is larger than 64 KiB.",
            LIMITS,
            "Set the client to send the parameters alone.",
        ),
        Failure::BodyBroken => Explanation::new(
            Reason::BodyBroken,
            "The connection broke within the body.",
            "RFC 9112 §6.3: a body is as long as its head says.",
            "Look at the network and the proxies between the client and here.",
        ),
        Failure::NoAuthorization => Explanation::new(
            Reason::NoAuthorizationEndpoint,
            "Somebody asked for an authorization code; this server serves machines and has none.",
            "RFC 6749 §4.1.2.1: the response type is not supported.",
            "Set the client to the client credentials grant, which needs no browser.",
        ),
        Failure::NoSuchPath => Explanation::new(
            Reason::NoSuchPath,
            "There is nothing at the path that was called.",
            "RFC 8414 §3: the metadata document names the endpoints.",
            "Compare the client's URL with `jeton config check`.",
        ),
        Failure::Overloaded => Explanation::new(
            Reason::Overloaded,
            "More requests were in flight than `[limits] in_flight` allows.",
            "What cannot be answered soon is refused at once.",
            "If it happens often, add a node or cores; the metrics show who is refused how often.",
        ),
        Failure::TooSlow => Explanation::new(
            Reason::RequestTooSlow,
            "The work took longer than `[server] request_timeout`.",
            OUTAGE,
            "Look at the database and at the load of the machine.",
        ),
        Failure::Panicked => {
            Explanation::new(Reason::Panicked, "The code that answers the request panicked.", DEFECT, REPORT)
        }
    }
}

const KEYS_MISSING: &str =
    "Nodes make keys by themselves; look at `jeton key list`, and whether the database can be written.";
const OUTAGE: &str =
    "An outage is never a refusal: the answer is 503 with Retry-After, and clients try again.";
const DEFECT: &str = "This should not happen.";
const REPORT: &str = "Report it with the lines of the log around this error_id.";
