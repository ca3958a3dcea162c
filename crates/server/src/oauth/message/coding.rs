//! Content codings (RFC 9110 §8.4) and transfer codings (RFC 9112 §6.1) of a body.
//!
//! Only `chunked` is supported. Decompression would let a caller send a small body that expands into a large one, and
//! the requests are small anyway.

use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName};

use super::coding_name::CodingName;
use crate::oauth::failure::Failure;

/// Refuses a body that is compressed or otherwise coded. `identity` means no coding.
pub(crate) fn refuse_content_coding(headers: &HeaderMap) -> Result<(), Failure> {
    match codings(headers, &CONTENT_ENCODING).find(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        Some(coding) => Err(Failure::ContentCoding(CodingName::of(coding))),
        None => Ok(()),
    }
}

/// Refuses every transfer coding except a single `chunked`. The HTTP library already refuses a list that does not end
/// with `chunked`, because it cannot tell where such a body ends; it does not check the other items.
pub(super) fn check_transfer(headers: &HeaderMap) -> Result<(), Failure> {
    let mut chunked = 0;
    for coding in codings(headers, &TRANSFER_ENCODING) {
        if !coding.eq_ignore_ascii_case(b"chunked") {
            return Err(Failure::TransferCoding(CodingName::of(coding)));
        }
        chunked += 1;
    }
    if chunked > 1 { Err(Failure::ChunkedTwice) } else { Ok(()) }
}

/// The items of a list that may be spread over several header lines, in their order.
fn codings<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let values = headers.get_all(name).iter();
    let items = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    items.map(<[u8]>::trim_ascii).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn content(values: &[&str]) -> Option<String> {
        refuse_content_coding(&headers(&CONTENT_ENCODING, values)).err().map(|failure| failure.to_string())
    }

    fn transfer(values: &[&str]) -> Option<String> {
        check_transfer(&headers(&TRANSFER_ENCODING, values)).err().map(|failure| failure.to_string())
    }

    #[test]
    fn a_body_without_a_coding_is_accepted() {
        for values in [&[][..], &[""], &["identity"], &["Identity, ", "identity"]] {
            assert_eq!(content(values), None, "{values:?}");
        }
    }

    #[test]
    fn the_first_unsupported_coding_is_named() {
        for values in [&["gzip"][..], &["GZIP"], &["identity, gzip"], &["identity", "gzip, br"]] {
            assert_eq!(
                content(values).as_deref(),
                Some("the content coding gzip is not supported"),
                "{values:?}"
            );
        }
    }

    #[test]
    fn an_invalid_name_is_not_repeated() {
        for value in ["gzip br", "\"gzip\"", "a=b", "\u{e9}", "seventeen-letters"] {
            let failure = content(&[value]).unwrap();
            assert_eq!(failure, "the content coding (name omitted) is not supported", "{value}");
        }
    }

    #[test]
    fn chunked_is_the_only_transfer_coding_and_appears_once() {
        for values in [&[][..], &["chunked"], &["Chunked"], &[", chunked"]] {
            assert_eq!(transfer(values), None, "{values:?}");
        }
        for values in [&["gzip, chunked"][..], &["gzip", "chunked"], &["chunked, gzip, chunked"]] {
            let failure = transfer(values);
            assert_eq!(failure.as_deref(), Some("the transfer coding gzip is not supported"), "{values:?}");
        }
        for values in [&["chunked, chunked"][..], &["chunked", "CHUNKED"]] {
            assert_eq!(
                transfer(values).as_deref(),
                Some("the transfer coding chunked is not the last"),
                "{values:?}"
            );
        }
    }
}
