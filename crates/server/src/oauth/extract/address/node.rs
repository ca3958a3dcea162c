//! Reads one node: an IP address in any spelling that RFC 7239 §6 allows or that proxies use in `X-Forwarded-For`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address of a node. `None` if it is not an address: `unknown`, an obfuscated name such as `_hidden`, or anything
/// else.
pub(super) fn read(node: &[u8]) -> Option<IpAddr> {
    let node = std::str::from_utf8(node).ok()?;
    if let Some(bracketed) = node.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']')?;
        let is_whole = rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
        return ipv6(address).filter(|_| is_whole).map(IpAddr::V6);
    }
    if let Some(address) = ipv6(node) {
        return Some(IpAddr::V6(address));
    }
    let address = match node.split_once(':') {
        Some((address, port)) => is_port(port).then_some(address)?,
        None => node,
    };
    address.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
}

/// Reads a node that may be in quotes as a whole.
pub(super) fn read_quoted(node: &[u8]) -> Option<IpAddr> {
    let inner = node.strip_prefix(b"\"").and_then(|node| node.strip_suffix(b"\""));
    read(inner.unwrap_or(node))
}

/// Ignores the zone: it says which of the proxy's own links an address belongs to (RFC 4007 §11).
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let address = match text.split_once('%') {
        Some((address, zone)) => is_zone(zone).then_some(address)?,
        None => text,
    };
    address.parse().ok()
}

/// The name or number of an interface. In URIs, its percent sign is written `%25`.
fn is_zone(zone: &str) -> bool {
    !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte))
}

/// RFC 7239 §6: one to five digits, or an obfuscated port, which begins with `_`.
fn is_port(port: &str) -> bool {
    match port.strip_prefix('_') {
        Some(name) => {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        }
        None => (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_legal_spelling_of_an_address_is_read() {
        for (node, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("192.0.2.1:_p0rt", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]:_p0rt", "2001:db8::1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("fe80::1%eth0", "fe80::1"),
            ("fe80::1%2", "fe80::1"),
            ("[fe80::1%eth0.100]", "fe80::1"),
            ("[fe80::1%25eth0]:4711", "fe80::1"),
        ] {
            assert_eq!(read(node.as_bytes()), Some(address.parse().unwrap()), "{node}");
            let quoted = format!("\"{node}\"");
            assert_eq!(read_quoted(quoted.as_bytes()), Some(address.parse().unwrap()), "{quoted}");
        }
    }

    #[test]
    fn anything_else_is_not_an_address() {
        for node in [
            "",
            "unknown",
            "_hidden",
            "unix:",
            "localhost",
            "192.0.2",
            "192.0.2.256",
            "192.0.2.01",
            "192.0.2.1:",
            "192.0.2.1:123456",
            "192.0.2.1:http",
            "192.0.2.1:_",
            "192.0.2.1%eth0",
            "[192.0.2.1]",
            "192.0.2.1 ",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]4711",
            "[2001:db8::1]:",
            "[]",
            "fe80::1%",
            "fe80::1%\u{e9}",
            "fe80::1%eth0]",
            "192.0.2.1, 192.0.2.2",
            "\"192.0.2.1\"",
        ] {
            assert_eq!(read(node.as_bytes()), None, "{node}");
        }
        for node in ["\"192.0.2.1", "192.0.2.1\"", "\"", "\"\"", "\"\"192.0.2.1\"\"", "'192.0.2.1'"] {
            assert_eq!(read_quoted(node.as_bytes()), None, "{node}");
        }
        assert_eq!(read(b"\xff192.0.2.1"), None);
        assert_eq!(read_quoted(b"\"192.0.2.1\xff\""), None);
    }
}
