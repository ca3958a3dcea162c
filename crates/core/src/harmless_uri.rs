//! What of a URI that a caller named may be shown to operators, in logs and in explanations.
//!
//! A client that is set up wrongly sends its secret where the resource belongs, and an imported secret looks like any
//! word. So a part is shown only where it is known to be harmless: it is a part of a resource of the account, or
//! nearly one. Everything else becomes `…`.

use std::net::{IpAddr, SocketAddr};

use jeton_protocol::ResourceUri;
use strsim::levenshtein;

/// `uri` with only those words that a URI of `known` has too, give or take a typing error.
pub(crate) fn harmless<'a>(uri: &ResourceUri, known: impl IntoIterator<Item = &'a ResourceUri>) -> String {
    let words: Vec<&str> = known.into_iter().take(MOST_KNOWN).flat_map(|uri| parts(uri.as_str())).collect();
    let (uri, query) = uri.as_str().split_once('?').map_or((uri.as_str(), ""), |(uri, _)| (uri, "?…"));
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let scheme = if SCHEMES.contains(&scheme) { scheme } else { shown(scheme, &words) };
    let Some(rest) = rest.strip_prefix("//") else {
        return format!("{scheme}:{}{query}", shown_parts(rest, &words));
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(_, host)| ("…@", host));
    let is_address =
        host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || host.parse::<SocketAddr>().is_ok();
    let host = if is_address { host.to_owned() } else { shown_parts(host, &words) };
    format!("{scheme}://{user}{host}{}{query}", shown_parts(path, &words))
}

/// The text with its separators, and its words where they are harmless.
fn shown_parts(text: &str, words: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(end) = rest.find(SEPARATORS) {
        let (part, separator) = (&rest[..end], &rest[end..=end]);
        out.push_str(shown(part, words));
        out.push_str(separator);
        rest = &rest[end + 1..];
    }
    out.push_str(shown(rest, words));
    // A secret with separators in it does not show how it is made.
    while let Some(at) = SEPARATORS.iter().find_map(|separator| out.find(&format!("…{separator}…"))) {
        out.replace_range(at..=at + '…'.len_utf8(), "");
    }
    out
}

fn shown<'a>(part: &'a str, words: &[&str]) -> &'a str {
    let is_harmless = part.is_empty()
        || part == "localhost"
        || words.iter().any(|word| part == *word || is_nearly(part, word));
    if is_harmless { part } else { "…" }
}

fn parts(uri: &str) -> impl Iterator<Item = &str> {
    uri.split(SEPARATORS).filter(|part| !part.is_empty())
}

/// Whether at most two characters were mistyped, left out or added; of short words anything could be made so.
fn is_nearly(part: &str, word: &str) -> bool {
    let is_comparable = (6..=64).contains(&word.len()) && part.len().abs_diff(word.len()) <= MOST_ERRORS;
    is_comparable && levenshtein(part, word) <= MOST_ERRORS
}

const SCHEMES: [&str; 3] = ["http", "https", "urn"];
const SEPARATORS: [char; 3] = ['/', '.', ':'];
/// Of an account with more resources, the first ones count.
const MOST_KNOWN: usize = 64;
const MOST_ERRORS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(asked: &str) -> String {
        let known: Vec<ResourceUri> = ["https://mcp.example.com:8443/mcp/visitor/shttp", "urn:acme:billing"]
            .map(|uri| uri.parse().unwrap())
            .to_vec();
        harmless(&asked.parse().unwrap(), &known)
    }

    #[test]
    fn what_a_known_resource_has_too_is_shown() {
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
    fn whatever_else_stands_there_is_not() {
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
