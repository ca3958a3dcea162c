//! Why the credentials of a request cannot be used, as the request itself shows.

use jeton_core::model::Timestamp;
use jeton_core::{ClientFault, SecretCheck, VisibleClientFault};

use super::hidden_client::explain_hidden;
use super::{Explanation, Reason};

pub(super) fn explain(fault: &ClientFault, id: &str, secret: SecretCheck, now: Timestamp) -> Explanation {
    match fault {
        ClientFault::Visible(fault) => explain_visible(fault),
        ClientFault::Hidden(fault) => explain_hidden(fault, id, secret, now),
    }
}

fn explain_visible(fault: &VisibleClientFault) -> Explanation {
    match fault {
        VisibleClientFault::NoCredentials => Explanation::new(
            Reason::NoCredentials,
            "The request had no client credentials.",
            ONE_METHOD,
            "Configure the client to send its client_id and client_secret, with HTTP Basic or in the body.",
        ),
        VisibleClientFault::Incomplete(missing) => Explanation::new(
            Reason::IncompleteCredentials,
            format!("The client credentials lacked {missing}."),
            ONE_METHOD,
            format!("Set {missing} in the client. Some clients omit an empty field."),
        )
        .with("missing", missing),
        VisibleClientFault::Unusable(problem) => Explanation::new(
            Reason::UnusableAuthorizationHeader,
            problem.to_string(),
            "RFC 7617 §2, RFC 6749 §2.3.1: the header is Basic, followed by id, colon and secret in base64.",
            "Correct the client's Authorization header, or send the credentials in the body instead.",
        ),
        VisibleClientFault::UnsupportedMethod => Explanation::new(
            Reason::UnsupportedMethod,
            "The client sent a client assertion, but no account is registered for that method.",
            "RFC 6749 §2.3: a client uses an authentication method that is registered for it.",
            "Configure the client to use client_secret_basic or client_secret_post.",
        ),
    }
}

const ONE_METHOD: &str =
    "RFC 6749 §2.3, §3.2.1: a confidential client must authenticate, with exactly one method.";
