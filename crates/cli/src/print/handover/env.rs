//! `KEY=value` lines with the same meaning for a shell and for common parsers of `.env` files.

use super::{ConnectionDetails, shell_word};

/// The five variables, and the introspection endpoint for an account that may introspect.
pub(super) fn lines(details: &ConnectionDetails<'_>) -> String {
    let scope = details.scope();
    let introspection = Some(("OAUTH_INTROSPECTION_URL", details.introspection_endpoint.as_str()));
    let variables = [
        ("OAUTH_TOKEN_URL", details.token_endpoint.as_str()),
        ("OAUTH_CLIENT_ID", details.client_id.as_str()),
        ("OAUTH_CLIENT_SECRET", details.secret()),
        ("OAUTH_SCOPE", scope.as_str()),
        ("OAUTH_RESOURCE", details.resource_text()),
    ];
    let introspection = introspection.filter(|_| !details.introspects.is_empty());
    let line = |(name, value)| format!("{name}={}\n", quoted(value));
    variables.into_iter().chain(introspection).map(line).collect()
}

/// Unquoted if it has no special characters; otherwise in single quotes, which both kinds of parser take literally. A
/// value with a single quote goes into double quotes if it has no character that is special there; the remaining values
/// can be read only by a shell.
fn quoted(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/@%+,".contains(&byte);
    if value.bytes().all(is_plain) {
        return value.to_owned();
    }
    if value.contains('\'') && !value.contains(['"', '$', '`', '\\', '!']) {
        return format!("\"{value}\"");
    }
    shell_word(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_quoted() {
        assert_eq!(quoted("https://a.example/token"), "https://a.example/token");
        assert_eq!(quoted("read:me write:me"), "'read:me write:me'");
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("$'"), r"'$'\'''");
        assert_eq!(quoted(""), "");
    }
}
