//! Why HTTP itself forbids a request, or this server does not understand its codings. The caller is told the same.

use super::{Explanation, Reason};
use crate::message::{CodingName, HostFault};

pub(super) fn explain_host(fault: HostFault) -> Explanation {
    let (reason, why) = match fault {
        HostFault::Missing => (Reason::HostMissing, "The request of HTTP/1.1 had no Host header."),
        HostFault::Several => (Reason::HostRepeated, "The request had more than one Host header."),
        HostFault::Invalid => (Reason::HostInvalid, "The Host header was not a host with an optional port."),
    };
    Explanation::new(
        reason,
        why,
        "RFC 9112 §3.2: a request has exactly one valid Host header; only HTTP/1.0 may leave it out.",
        "Correct the client, or the proxy that sets the header.",
    )
}

pub(super) fn explain_content_coding(name: &CodingName) -> Explanation {
    Explanation::new(
        Reason::UnsupportedContentCoding,
        format!("The body was in the content coding {name}."),
        "RFC 9110 §15.5.16: this server takes bodies without a content coding only; they are small.",
        "Turn the compression of requests off in the client, or in the proxy that does it.",
    )
    .with("content_coding", name)
}

pub(super) fn explain_transfer_coding(name: &CodingName) -> Explanation {
    Explanation::new(
        Reason::UnsupportedTransferCoding,
        format!("The body came in the transfer coding {name}."),
        "RFC 9112 §6.1: a server answers 501 to a transfer coding that it does not understand; this one understands chunked.",
        "Correct the client, or the proxy that applies the coding.",
    )
    .with("transfer_coding", name)
}

pub(super) fn explain_chunked_twice() -> Explanation {
    Explanation::new(
        Reason::ChunkedNotLast,
        "The body came in the transfer coding chunked more than once.",
        "RFC 9112 §6.1: chunked is applied once, and last.",
        "Look for a proxy that forwards chunks in chunks, or for an attempt to smuggle a request past one.",
    )
}
