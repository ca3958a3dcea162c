//! Redacts a URI that a caller sent, before it is shown to operators in logs and explanations.
//!
//! A misconfigured client may send its secret in place of the resource, and an imported secret may look like any word.
//! So a part is shown only if it is known to be harmless: it equals, or nearly equals, a part of a resource of the
//! account. Everything else becomes `…`.

use std::net::{IpAddr, SocketAddr};

use jeton_protocol::ResourceUri;
use strsim::levenshtein;

/// `uri` with only those parts that also occur in a URI of `known`. Typing errors are tolerated.
pub(crate) fn redact_uri<'a>(uri: &ResourceUri, known: impl IntoIterator<Item = &'a ResourceUri>) -> String {
    let words: Vec<&str> = known.into_iter().take(MAX_KNOWN).flat_map(|uri| parts(uri.as_str())).collect();
    let (uri, query) = uri.as_str().split_once('?').map_or((uri.as_str(), ""), |(uri, _)| (uri, "?…"));
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let scheme = if SCHEMES.contains(&scheme) { scheme } else { redact_part(scheme, &words) };
    let Some(rest) = rest.strip_prefix("//") else {
        return format!("{scheme}:{}{query}", redact_parts(rest, &words));
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(_, host)| ("…@", host));
    let is_address =
        host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || host.parse::<SocketAddr>().is_ok();
    let host = if is_address { host.to_owned() } else { redact_parts(host, &words) };
    format!("{scheme}://{user}{host}{}{query}", redact_parts(path, &words))
}

/// The text with its separators. Words that are not harmless are replaced by `…`.
fn redact_parts(text: &str, words: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(end) = rest.find(SEPARATORS) {
        let (part, separator) = (&rest[..end], &rest[end..=end]);
        out.push_str(redact_part(part, words));
        out.push_str(separator);
        rest = &rest[end + 1..];
    }
    out.push_str(redact_part(rest, words));
    // Merge adjacent `…`: otherwise a secret with separators would show its structure.
    while let Some(at) = SEPARATORS.iter().find_map(|separator| out.find(&format!("…{separator}…"))) {
        out.replace_range(at..=at + '…'.len_utf8(), "");
    }
    out
}

fn redact_part<'a>(part: &'a str, words: &[&str]) -> &'a str {
    let is_harmless = part.is_empty()
        || part == "localhost"
        || words.iter().any(|word| part == *word || is_nearly(part, word));
    if is_harmless { part } else { "…" }
}

fn parts(uri: &str) -> impl Iterator<Item = &str> {
    uri.split(SEPARATORS).filter(|part| !part.is_empty())
}

/// Whether at most two characters were mistyped, left out or added. Short words are excluded: almost any text is near
/// to one of them.
fn is_nearly(part: &str, word: &str) -> bool {
    let is_comparable = (6..=64).contains(&word.len()) && part.len().abs_diff(word.len()) <= MAX_ERRORS;
    is_comparable && levenshtein(part, word) <= MAX_ERRORS
}

const SCHEMES: [&str; 3] = ["http", "https", "urn"];
const SEPARATORS: [char; 3] = ['/', '.', ':'];
/// If an account has more resources, only the first ones are compared.
const MAX_KNOWN: usize = 64;
const MAX_ERRORS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(asked: &str) -> String {
        let known: Vec<ResourceUri> = ["https://mcp.example.com:8443/mcp/visitor/shttp", "urn:acme:billing"]
            .map(|uri| uri.parse().unwrap())
            .to_vec();
        redact_uri(&asked.parse().unwrap(), &known)
    }

    #[test]
    fn parts_of_known_resources_are_shown() {
        for uri in [
            "https://mcp.example.com:8443/mcp/visitor/shttp",
            "http://mcp.example.com/mcp/visitor/",
            "https://mcp.example.com",
            "https://example.com/visitor",
            "urn:acme:billing",
            "http://localhost:8443/mcp",
            "http://127.0.0.1/mcp",
            "http://192.0.2.1:8080/mcp",
            "http://[::1]/mcp",
        ] {
            assert_eq!(shown(uri), uri);
        }
    }

    #[test]
    fn a_typing_error_is_shown() {
        for uri in ["https://mcp.exmaple.com/mcp/visitors/shttp", "https://mcp.exampel.com/mcp/vistor/shttp"]
        {
            assert_eq!(shown(uri), uri);
        }
    }

    #[test]
    fn everything_else_is_redacted() {
        for secret in ["hunter2pw", "Zk9-x7_q", "a1.b2.c3.x", "a1/b2/c3/x", "abc~defgh", "12345678"] {
            for (uri, expected) in [
                (format!("https://mcp.example.com/mcp/{secret}"), "https://mcp.example.com/mcp/…"),
                (format!("https://mcp.example.com/{secret}/mcp"), "https://mcp.example.com/…/mcp"),
                (format!("https://mcp.example.com/mcp?key={secret}"), "https://mcp.example.com/mcp?…"),
                (format!("https://me@mcp.example.com/{secret}"), "https://…@mcp.example.com/…"),
                (format!("urn:{secret}"), "urn:…"),
                (format!("urn:acme:{secret}"), "urn:acme:…"),
                (format!("other:{secret}"), "…:…"),
            ] {
                assert_eq!(shown(&uri), expected, "{uri}");
            }
        }
        for (uri, expected) in [
            ("https://hunter2pw/mcp", "https://…/mcp"),
            ("https://hunter2pw.example.com/", "https://….example.com/"),
            ("https://me:hunter2pw@mcp.example.com/mcp", "https://…@mcp.example.com/mcp"),
            ("https://mcp.example.com:12345678/mcp", "https://mcp.example.com:…/mcp"),
            ("hunter2pw:mcp", "…:mcp"),
            (
                "https://mcp.example.com/mcp/hunter2pw/visitor/hunter2pw",
                "https://mcp.example.com/mcp/…/visitor/…",
            ),
        ] {
            assert_eq!(shown(uri), expected, "{uri}");
        }
    }
}
