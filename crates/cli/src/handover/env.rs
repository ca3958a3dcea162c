//! `KEY=value` lines that mean the same to a shell and to the usual readers of `.env` files.

use super::{Handover, shell_word};

/// The five variables, and where to introspect for an account that may.
pub(super) fn lines(handover: &Handover<'_>) -> String {
    let scope = handover.scope();
    let introspection = Some(("OAUTH_INTROSPECTION_URL", handover.introspection_endpoint.as_str()));
    let variables = [
        ("OAUTH_TOKEN_URL", handover.token_endpoint.as_str()),
        ("OAUTH_CLIENT_ID", handover.client_id.as_str()),
        ("OAUTH_CLIENT_SECRET", handover.secret()),
        ("OAUTH_SCOPE", scope.as_str()),
        ("OAUTH_RESOURCE", handover.resource_text()),
    ];
    let introspection = introspection.filter(|_| !handover.introspects.is_empty());
    let line = |(name, value)| format!("{name}={}\n", quoted(value));
    variables.into_iter().chain(introspection).map(line).collect()
}

/// As it is where nothing in it is special to anybody, else in single quotes, which both kinds of reader take literally.
/// A value with a single quote in it goes into double quotes where nothing is special in those; what is left
/// only a shell can read.
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
