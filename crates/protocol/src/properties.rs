//! Properties that must hold for every input, as functions that panic if one does not hold.
//!
//! The property tests and the fuzz targets call them.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    ClientId, ClientSecret, Description, DetectedCredential, Detection, IntrospectionRequest,
    MAX_TOKEN_CHARS, MAX_VALUE_CHARS, Parameters, PresentedClient, PresentedPair, PresentedSecret,
    RequestHead, ResourceUri, RevocationRequest, Scope, SealedToken, SecretScanner, SecretShape,
    TokenRequest, parse_body, refuse_query,
};

/// A form body is parsed or rejected. Parsed values are within their limits, and requests can be built from them.
pub fn form(body: &[u8]) {
    let parse = || parse_body(Some(b"application/x-www-form-urlencoded"), body);
    requests_of(&|| parse().ok());
}

/// The same for JSON.
pub fn json(body: &[u8]) {
    let parse = || parse_body(Some(b"application/json"), body);
    requests_of(&|| parse().ok());
}

fn requests_of(parse: &dyn Fn() -> Option<Parameters>) {
    let (Some(first), Some(second), Some(third), Some(fourth)) = (parse(), parse(), parse(), parse()) else {
        return;
    };
    for (value, limit) in values(&first) {
        assert!(!value.is_empty());
        assert!(value.chars().count() <= limit);
        assert!(!value.chars().any(char::is_control));
    }
    let head = RequestHead::default();
    let is_about_a_token = second.token.is_some();
    if let Ok(request) = TokenRequest::from_parts(second, &head) {
        assert!(!request.grant_type.is_empty());
    }
    let may_be_introspected = IntrospectionRequest::from_parts(third, &head).is_ok();
    assert!(is_about_a_token || !may_be_introspected);
    assert_eq!(RevocationRequest::from_parts(fourth, &head).is_ok(), may_be_introspected);
}

fn values(parameters: &Parameters) -> impl Iterator<Item = (&str, usize)> {
    let short = [
        parameters.grant_type.as_deref(),
        parameters.scope.as_deref(),
        parameters.audience.as_deref(),
        parameters.client_id.as_deref(),
        parameters.client_secret.as_ref().map(|value| value.as_str()),
        parameters.client_assertion_type.as_deref(),
        parameters.token_type_hint.as_deref(),
    ];
    let long = [&parameters.client_assertion, &parameters.token];
    let short = short.into_iter().flatten().chain(parameters.resources.iter().map(String::as_str));
    let long = long.into_iter().flatten().map(|value| (value.as_str(), MAX_TOKEN_CHARS));
    short.map(|value| (value, MAX_VALUE_CHARS)).chain(long)
}

/// The same pairs give the same parameters as a form and as JSON, or the same error. The names must differ.
pub fn form_and_json_agree(pairs: &[(String, String)]) {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let form: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let json: serde_json::Map<_, _> =
        pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let form = parse_body(Some(b"application/x-www-form-urlencoded"), form.join("&").as_bytes());
    let json = parse_body(Some(b"application/json"), serde_json::Value::Object(json).to_string().as_bytes());
    match (form, json) {
        (Ok(form), Ok(json)) => assert!(values(&form).eq(values(&json))),
        (form, json) => assert_eq!(form.err(), json.err()),
    }
}

/// Bytes as an `Authorization` header, and as the credentials in one, are parsed or rejected. The result has an id and
/// a secret without control characters.
pub fn authorization(bytes: &[u8]) {
    header(bytes);
    header(format!("Basic {}", STANDARD.encode(bytes)).as_bytes());
}

fn header(header: &[u8]) {
    if let Some(pair) = basic(header) {
        assert!(!pair.client_id.is_empty());
        assert!(!pair.secret.expose().is_empty());
        assert!(!pair.client_id.chars().chain(pair.secret.expose().chars()).any(char::is_control));
        let mut decodings = decodings(&pair);
        assert!(decodings.len() <= 3);
        decodings.sort_unstable();
        assert!(decodings.windows(2).all(|two| two[0] != two[1]));
    }
}

/// Basic credentials are accepted from a client that encodes both id and secret, one that encodes neither, and one that
/// encodes only the secret. An id with a colon works only if it is encoded. The texts must be printable and not empty.
pub fn basic_is_accepted_in_every_encoding(client_id: &str, secret: &str) {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string().replace("%20", "+");
    let header = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));

    let encoded = basic(header(&encode(client_id), &encode(secret)).as_bytes());
    assert!(encoded.is_some_and(|pair| pair.client_id == client_id && pair.secret.expose() == secret));

    if client_id.contains(':') {
        return;
    }
    for sent in [secret.to_owned(), encode(secret)] {
        let sent = basic(header(client_id, &sent).as_bytes());
        assert!(sent.is_some_and(|pair| decodings(&pair).contains(&(client_id, secret))));
    }
}

fn decodings(pair: &PresentedPair) -> Vec<(&str, &str)> {
    let others = pair.alternative_decodings.iter().map(|one| (one.client_id.as_str(), one.secret.expose()));
    std::iter::once((pair.client_id.as_str(), pair.secret.expose())).chain(others).collect()
}

fn basic(header: &[u8]) -> Option<PresentedPair> {
    match PresentedClient::take(&mut Parameters::default(), &RequestHead::new([header])) {
        Ok(PresentedClient::Secret(pair)) => Some(pair),
        Ok(PresentedClient::Unusable(_)) => None,
        other => unreachable!("one header alone was parsed as {other:?}"),
    }
}

/// A query is accepted or rejected without a panic.
pub fn query(text: &str) {
    for parameters in [TokenRequest::BODY_PARAMETERS, IntrospectionRequest::BODY_PARAMETERS] {
        let _ = refuse_query(parameters, Some(text));
    }
}

/// A parsed scope has exactly the names in the text, and parsing its canonical form gives the same scope.
pub fn scope(text: &str) {
    let names: BTreeSet<_> = text.split(' ').filter(|name| !name.is_empty()).collect();
    let Ok(scope) = Scope::parse(text) else {
        let is_legal =
            |name: &&str| name.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",\\".contains(&byte));
        assert!(names.is_empty() || !names.iter().all(is_legal));
        return;
    };
    assert!(scope.iter().map(crate::ScopeName::as_str).eq(names));
    let canonical = scope.to_string();
    assert_eq!(Scope::parse(&canonical).as_ref(), Ok(&scope));
    assert_eq!(scope.intersection(&scope).as_ref(), Some(&scope));
    assert_eq!(scope.union(&scope), scope);
}

/// Set operations on scopes agree with those on sets of names.
pub fn scope_sets(first: &Scope, second: &Scope) {
    let (a, b): (BTreeSet<_>, BTreeSet<_>) =
        (first.iter().cloned().collect(), second.iter().cloned().collect());
    assert!(first.union(second).iter().eq(a.union(&b)));
    let both = first.intersection(second);
    assert!(both.iter().flat_map(Scope::iter).eq(a.intersection(&b)));
    assert_eq!(first.is_subset(second), a.is_subset(&b));
    assert!(both.is_none_or(|both| both.is_subset(first) && both.is_subset(second)));
}

/// The key of a resource differs from its text at most in letter case and one slash at the end, and is its own key.
pub fn resource_uri(text: &str) {
    if let Ok(uri) = ResourceUri::parse(text) {
        assert_eq!(ResourceUri::parse(uri.as_str()).as_ref(), Ok(&uri));
        assert!(!uri.as_str().contains('#'));
        assert_eq!(uri.as_str(), text);
        let key = ResourceUri::parse(uri.key()).unwrap_or_else(|error| unreachable!("{error}"));
        assert_eq!((&key, key.as_str(), key.key()), (&uri, uri.key(), uri.key()));
        assert!(uri.matches(key.as_str()) && key.matches(text));
        let differs_in_case_only = |text: &str| uri.key().eq_ignore_ascii_case(text);
        assert!(differs_in_case_only(text) || text.strip_suffix('/').is_some_and(differs_in_case_only));
    }
}

/// A parsed client id equals the text, and a generated id starts with its region tag.
pub fn client_id(text: &str) {
    if let Ok(id) = ClientId::parse(text) {
        assert_eq!(id.as_str(), text);
        assert!(id.as_str().len() <= 255);
        if let Some(region) = id.region_tag() {
            assert_eq!(id.as_str().len(), "sa__".len() + region.as_str().len() + 22);
            assert!(id.as_str().starts_with(&format!("sa_{region}_")));
        }
    }
}

/// Every text has a shape, and only a text with the prefix is classified as generated or broken.
pub fn secret_shape(text: &str) {
    let shape = PresentedSecret::new(text.to_owned()).shape();
    assert_eq!(shape == SecretShape::Other, !text.starts_with("jtnsk_"));
    assert!(shape != SecretShape::Generated || text.len() == 55);
}

/// A generated secret is recognised as one; after one character is changed it is not.
pub fn one_changed_character_is_never_generated(entropy: [u8; 32], position: usize, replacement: char) {
    let secret = ClientSecret::from_entropy(entropy);
    let shape = |text: String| PresentedSecret::new(text).shape();
    assert_eq!(shape(secret.expose().to_owned()), SecretShape::Generated);

    let mut characters: Vec<char> = secret.expose().chars().collect();
    let position = position % characters.len();
    if characters[position] != replacement {
        characters[position] = replacement;
        assert_ne!(shape(characters.into_iter().collect()), SecretShape::Generated);
    }
}

/// The findings of a scanner do not depend on where the input is split.
pub fn secret_scanner(input: &[u8], cut: usize) {
    let scan = |parts: &[&[u8]]| {
        let (mut scanner, mut found) = (SecretScanner::new(), Vec::new());
        let mut note = |detection: Detection| {
            let text = match &detection.credential {
                DetectedCredential::Secret(text) | DetectedCredential::MasterKey(text) => {
                    text.expose().to_owned()
                }
                DetectedCredential::AccessToken | DetectedCredential::Broken => String::new(),
            };
            found.push((detection.line, std::mem::discriminant(&detection.credential), text));
        };
        for part in parts {
            scanner.push(part, &mut note);
        }
        scanner.finish(&mut note);
        found
    };
    let (first, second) = input.split_at(cut.min(input.len()));
    assert_eq!(scan(&[input]), scan(&[first, second]));
}

/// An opaque token has exactly one spelling: serialising the parsed token gives the same text.
pub fn sealed_token(text: &str) {
    if let Ok(token) = SealedToken::parse(text) {
        assert!(SealedToken::has_prefix(text));
        assert_eq!(token.write(), text);
    }
}

/// A description has only legal characters, and creating one from its text changes nothing.
pub fn description(text: &str) {
    let description = Description::new(text.to_owned());
    let text = description.as_str();
    assert!(text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
    assert!(!text.contains("scope=") && !text.contains("error="));
    assert_eq!(Description::new(text.to_owned()), description);
}
