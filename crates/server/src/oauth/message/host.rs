//! The `Host` header (RFC 9112 §3.2).
//!
//! Its value is not used. It is checked so that a proxy and this server cannot interpret a request differently.

use fluent_uri::UriRef;
use http::header::HOST;
use http::{HeaderMap, Version};
use thiserror::Error;

/// What is wrong with the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum HostFault {
    /// HTTP/1.1 requires it, even if the request target names a host.
    #[error("the Host header is missing")]
    Missing,
    /// More than one header line, even if they are equal.
    #[error("there are several Host headers")]
    Several,
    /// Not a host with an optional port.
    #[error("the Host header is not a host with an optional port")]
    Invalid,
}

/// HTTP/1.0 does not have `Host`, and HTTP/2 sends the host elsewhere. If they have the header, it must be valid too.
pub(super) fn check(version: Version, headers: &HeaderMap) -> Result<(), HostFault> {
    let mut values = headers.get_all(HOST).iter();
    match (values.next(), values.next()) {
        (None, _) if version == Version::HTTP_11 => Err(HostFault::Missing),
        (None, _) => Ok(()),
        (Some(_), Some(_)) => Err(HostFault::Several),
        (Some(value), None) if value.to_str().is_ok_and(is_host) => Ok(()),
        (Some(_), None) => Err(HostFault::Invalid),
    }
}

/// RFC 9110 §7.2: `uri-host [ ":" port ]`. The host of an `http` or `https` URI is not empty (RFC 9110 §4.2.1).
fn is_host(value: &str) -> bool {
    let reference = format!("//{value}");
    let Ok(reference) = UriRef::parse(reference.as_str()) else { return false };
    reference.authority().is_some_and(|authority| {
        authority.as_str() == value
            && !authority.has_userinfo()
            && !authority.host().is_empty()
            && authority.port_to_u16().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(version: Version, values: &[&[u8]]) -> Result<(), HostFault> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HOST, http::HeaderValue::from_bytes(value).unwrap());
        }
        check(version, &headers)
    }

    #[test]
    fn a_host_with_an_optional_port_is_valid() {
        for value in [
            "app.example.com",
            "APP.example.com:443",
            "app.example.com:",
            "my_service:8080",
            "localhost",
            "127.0.0.1:8080",
            "[::1]",
            "[2001:db8::1]:8080",
            "xn--bcher-kva.example",
            "a%41.example",
        ] {
            assert_eq!(checked(Version::HTTP_11, &[value.as_bytes()]), Ok(()), "{value}");
        }
    }

    #[test]
    fn anything_else_is_invalid_in_every_version() {
        for value in [
            &b""[..],
            b":8080",
            b"user@app.example.com",
            b"app.example.com/",
            b"app.example.com/path",
            b"app.example.com?x",
            b"app.example.com#x",
            b"http://app.example.com",
            b"app.example.com:http",
            b"app.example.com:80:80",
            b"app.example.com:65536",
            b"app.example.com, other.example.com",
            b"app example.com",
            b"a\\b",
            b"a%zz",
            b"[::1",
            b"::1",
            b"[::g]",
            b"b\xc3\xbccher.example",
            b"\xff",
        ] {
            for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
                assert_eq!(checked(version, &[value]), Err(HostFault::Invalid), "{value:?}");
            }
        }
    }

    #[test]
    fn only_http_1_1_requires_it_and_no_version_accepts_it_twice() {
        assert_eq!(checked(Version::HTTP_11, &[]), Err(HostFault::Missing));
        assert_eq!(checked(Version::HTTP_10, &[]), Ok(()));
        assert_eq!(checked(Version::HTTP_2, &[]), Ok(()));
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            assert_eq!(checked(version, &[b"a.example", b"a.example"]), Err(HostFault::Several));
        }
    }
}
