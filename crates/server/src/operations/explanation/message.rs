//! Requests that HTTP forbids, or whose codings this server does not support. The caller gets the same description.

use super::{Explanation, Reason};
use crate::oauth::message::coding_name::CodingName;
use crate::oauth::message::host::HostFault;

pub(super) fn explain_host(fault: HostFault) -> Explanation {
    let (reason, why) = match fault {
        HostFault::Missing => (Reason::HostMissing, "The HTTP/1.1 request had no Host header."),
        HostFault::Several => (Reason::HostRepeated, "The request had more than one Host header."),
        HostFault::Invalid => (Reason::HostInvalid, "The Host header was not a host with an optional port."),
    };
    Explanation::new(
        reason,
        why,
        "RFC 9112 §3.2: a request has exactly one valid Host header; only HTTP/1.0 may omit it.",
        "Correct the client, or the proxy that sets the header.",
    )
}

pub(super) fn explain_content_coding(name: &CodingName) -> Explanation {
    Explanation::new(
        Reason::UnsupportedContentCoding,
        format!("The body had the content coding {name}."),
        "RFC 9110 §15.5.16: this server accepts only bodies without a content coding, because bodies are small.",
        "Turn off request compression in the client, or in the proxy that adds it.",
    )
    .with("content_coding", name)
}

pub(super) fn explain_transfer_coding(name: &CodingName) -> Explanation {
    Explanation::new(
        Reason::UnsupportedTransferCoding,
        format!("The body had the transfer coding {name}."),
        "RFC 9112 §6.1: a server answers 501 to a transfer coding that it does not understand; this one understands chunked.",
        "Correct the client, or the proxy that applies the coding.",
    )
    .with("transfer_coding", name)
}

pub(super) fn explain_chunked_twice() -> Explanation {
    Explanation::new(
        Reason::ChunkedNotLast,
        "The body had the transfer coding chunked more than once.",
        "RFC 9112 §6.1: chunked must be applied only once, as the last coding.",
        "Look for a proxy that applies chunked twice, or for an attempt at request smuggling.",
    )
}
