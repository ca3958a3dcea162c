//! Refusals outside the core: what HTTP forbids, the limits of the server, and requests that no endpoint serves.

use jeton_core::model::Timestamp;

use super::malformed::LIMITS;
use super::server_fault::{DEFECT, OUTAGE, REPORT};
use super::{Explanation, Reason, message};
use crate::oauth::failure::Failure;

/// Explains a failure in HTTP, or a refusal by the core.
pub(super) fn explain(failure: &Failure, client_id: Option<&str>, now: Timestamp) -> Explanation {
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
        Failure::TooManyBodies => Explanation::new(
            Reason::BodiesOverloaded,
            "The bodies of unfinished requests took all memory that is reserved for them, or this caller's network took \
             its quarter of it.",
            "Beyond its first 4 KiB, a body takes memory from 16 MiB that all unfinished bodies of this node share.",
            "This passes when these requests end, at the latest after `listen.body_timeout`. If it does not, find out \
             who sends large bodies slowly. If all callers seem to come from one proxy, set [listen] trusted_proxies.",
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
