//! A pipeline for a POSIX shell. The secret goes through `printf`, a part of the shell, into curl's stdin: an
//! argument of curl could be read by every process of the machine.

use std::fmt::Write as _;

use super::{Handover, shell_word};

/// Gets a token; for an account that may only introspect, asks about one.
pub(super) fn command(handover: &Handover<'_>) -> String {
    let client = [("client_id", handover.client_id.as_str()), ("client_secret", handover.secret())];
    let scope = handover.scope();
    let (endpoint, rest) = if handover.resource.is_some() {
        let rest = [
            ("grant_type", "client_credentials"),
            ("scope", scope.as_str()),
            ("resource", handover.resource_text()),
        ];
        (&handover.token_endpoint, rest.to_vec())
    } else {
        (&handover.introspection_endpoint, vec![("token", "PASTE_A_TOKEN_HERE")])
    };
    let form: Vec<String> = client
        .into_iter()
        .chain(rest)
        .map(|(name, value)| format!("{name}={}", form_encoded(value)))
        .collect();
    format!(
        "printf '%s' {} |\n  curl --silent --show-error --data @- {}\n",
        shell_word(&form.join("&")),
        shell_word(endpoint)
    )
}

/// Everything but the unreserved characters of RFC 3986 §2.3 is escaped, which every form parser understands.
fn form_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_value_survives_every_parser() {
        assert_eq!(form_encoded("read:me a+b&c%"), "read%3Ame%20a%2Bb%26c%25");
    }
}
