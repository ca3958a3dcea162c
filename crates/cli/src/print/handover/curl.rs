//! A pipeline for a POSIX shell. The shell's built-in `printf` passes the secret to curl's stdin: every process of the
//! machine can read the arguments of curl.

use std::fmt::Write as _;

use super::{ConnectionDetails, shell_word};

/// A command that gets a token; for an account that may only introspect, a command that introspects one.
pub(super) fn command(details: &ConnectionDetails<'_>) -> String {
    let client = [("client_id", details.client_id.as_str()), ("client_secret", details.secret())];
    let scope = details.scope();
    let (endpoint, rest) = if details.resource.is_some() {
        let rest = [
            ("grant_type", "client_credentials"),
            ("scope", scope.as_str()),
            ("resource", details.resource_text()),
        ];
        (&details.token_endpoint, rest.to_vec())
    } else {
        (&details.introspection_endpoint, vec![("token", "PASTE_A_TOKEN_HERE")])
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

/// Escapes everything except the unreserved characters of RFC 3986 §2.3; every form parser understands that.
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
    fn reserved_characters_are_percent_encoded() {
        assert_eq!(form_encoded("read:me a+b&c%"), "read%3Ame%20a%2Bb%26c%25");
    }
}
