//! The `Authorization` header with Basic credentials (RFC 7617 §2, RFC 9110 §11.4, RFC 6749 §2.3.1).
//!
//! This module extracts the id and the secret. It must not know whether they are correct.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use crate::body::percent::form_decode;
use crate::parameters::limits::{MAX_BODY_BYTES, MAX_VALUE_CHARS};
use crate::{AlternativeDecoding, PresentedPair, PresentedSecret, SecretMethod};

/// Why an `Authorization` header cannot be used. Always `401 invalid_client`; `Display` says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BasicProblem {
    /// More than one header.
    #[error("The request has more than one Authorization header. Send one.")]
    SeveralHeaders,
    /// Not Basic.
    #[error("The Authorization header does not use the Basic scheme. Use Basic.")]
    OtherScheme,
    /// Longer than any valid credential.
    #[error("The credentials in the Authorization header are too long.")]
    TooLong,
    /// Not base64.
    #[error(
        "The credentials in the Authorization header are not base64. Encode id, colon and secret as base64."
    )]
    BadBase64,
    /// Not UTF-8 inside the base64.
    #[error("The credentials in the Authorization header are not UTF-8. Encode them as UTF-8.")]
    NotUtf8,
    /// No colon between id and secret.
    #[error("The credentials in the Authorization header have no colon. Send id, colon and secret.")]
    NoColon,
    /// A control character, often a line break that was encoded by mistake.
    #[error(
        "The credentials in the Authorization header contain a control character. Remove it, including a line \
         break at the end."
    )]
    ControlCharacter,
    /// No id before the colon.
    #[error("The Authorization header has no client id. Send id, colon and secret.")]
    EmptyClientId,
    /// No secret after the colon.
    #[error("The Authorization header has no client secret. Send id, colon and secret.")]
    EmptySecret,
}

/// Parses the `Authorization` header; `None` if there is none. More than one is an error.
pub(crate) fn read(headers: &[&[u8]]) -> Option<Result<PresentedPair, BasicProblem>> {
    match headers {
        [] => None,
        [header] => Some(read_one(header)),
        _ => Some(Err(BasicProblem::SeveralHeaders)),
    }
}

fn read_one(header: &[u8]) -> Result<PresentedPair, BasicProblem> {
    if header.len() > MAX_BODY_BYTES {
        return Err(BasicProblem::TooLong);
    }
    let header = header.trim_ascii();
    let (scheme, credentials) =
        header.split_at(header.iter().position(|byte| *byte == b' ').unwrap_or(header.len()));
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return Err(BasicProblem::OtherScheme);
    }
    let decoded =
        Zeroizing::new(BASE64.decode(credentials.trim_ascii()).map_err(|_| BasicProblem::BadBase64)?);
    let text = str::from_utf8(&decoded).map_err(|_| BasicProblem::NotUtf8)?;
    let (client_id, secret) = text.split_once(':').ok_or(BasicProblem::NoColon)?;
    if text.chars().any(char::is_control) {
        return Err(BasicProblem::ControlCharacter);
    }
    if client_id.is_empty() {
        return Err(BasicProblem::EmptyClientId);
    }
    if secret.is_empty() {
        return Err(BasicProblem::EmptySecret);
    }
    if [client_id, secret]
        .iter()
        .any(|part| part.len() > MAX_VALUE_CHARS && part.chars().count() > MAX_VALUE_CHARS)
    {
        return Err(BasicProblem::TooLong);
    }
    Ok(pair(client_id, secret))
}

/// Decodes id and secret once (RFC 6749 §2.3.1). If decoding a part fails or produces a control character, which no
/// credential has (Appendix A), that part was not encoded: the pair was sent as it is, or only its secret was encoded.
fn pair(client_id: &str, secret: &str) -> PresentedPair {
    let decoded_secret = decode(secret);
    let both = decode(client_id).zip(decoded_secret.clone());
    let decodings = [
        both.as_ref().map(|(client_id, secret)| (client_id.as_str(), secret.as_str())),
        Some((client_id, secret)),
        decoded_secret.as_ref().map(|secret| (client_id, secret.as_str())),
    ];
    let mut distinct: Vec<AlternativeDecoding> = Vec::with_capacity(1);
    for (client_id, secret) in decodings.into_iter().flatten() {
        if !distinct.iter().any(|one| one.client_id == client_id && one.secret.expose() == secret) {
            let secret = PresentedSecret::new(secret.to_owned());
            distinct.push(AlternativeDecoding { client_id: client_id.to_owned(), secret });
        }
    }
    let AlternativeDecoding { client_id, secret } = distinct.remove(0);
    PresentedPair { client_id, secret, alternative_decodings: distinct, method: SecretMethod::Basic }
}

fn decode(encoded: &str) -> Option<Zeroizing<String>> {
    form_decode(encoded.as_bytes()).ok().filter(|text| !text.chars().any(char::is_control))
}

/// Padding is optional, because clients differ; the alphabet and zero trailing bits are strict.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::BasicProblem;
    use crate::Description;

    #[test]
    fn every_text_is_a_legal_description_as_it_stands() {
        for problem in [
            BasicProblem::SeveralHeaders,
            BasicProblem::OtherScheme,
            BasicProblem::TooLong,
            BasicProblem::BadBase64,
            BasicProblem::NotUtf8,
            BasicProblem::NoColon,
            BasicProblem::ControlCharacter,
            BasicProblem::EmptyClientId,
            BasicProblem::EmptySecret,
        ] {
            let text = problem.to_string();
            assert_eq!(Description::new(text.clone()).as_str(), text);
            assert!(text.ends_with('.'), "{text}");
        }
    }
}
