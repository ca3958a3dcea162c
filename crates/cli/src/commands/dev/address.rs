//! The addresses of `jeton dev`, and the issuer derived from them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// `IP:PORT`, `localhost:PORT`, or only a port, which means the loopback address.
pub(super) fn parse(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let port = text.strip_prefix("localhost:").unwrap_or(text);
    port.parse()
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .map_err(|_| "use an address and a port, for example 127.0.0.1:8080, or only a port".to_owned())
}

/// The next port, always on loopback, even if the public address can be reached from other machines.
pub(super) fn operations_beside(public: SocketAddr) -> SocketAddr {
    let ip = if public.ip().is_loopback() { public.ip() } else { IpAddr::from(Ipv4Addr::LOCALHOST) };
    let port = match public.port() {
        0 => 0,
        port => port.checked_add(1).unwrap_or(0),
    };
    SocketAddr::new(ip, port)
}

/// The issuer of a server without a proxy. The default port is omitted, as URL parsers do.
pub(super) fn loopback_issuer(address: &str) -> String {
    format!("http://{}", address.strip_suffix(":80").unwrap_or(address))
}

#[cfg(test)]
mod tests {
    use jeton_server::config::Issuer;

    use super::*;

    #[test]
    fn a_port_alone_means_loopback() {
        assert_eq!(parse("8090").unwrap(), "127.0.0.1:8090".parse().unwrap());
        assert_eq!(parse("localhost:0").unwrap(), "127.0.0.1:0".parse().unwrap());
        assert!(parse("app.example.com:80").is_err());
    }

    #[test]
    fn every_loopback_address_gives_a_valid_issuer() {
        for (address, issuer) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("127.0.0.1:80", "http://127.0.0.1"),
            ("127.0.0.1:8180", "http://127.0.0.1:8180"),
            ("[::1]:80", "http://[::1]"),
            ("[::1]:8080", "http://[::1]:8080"),
        ] {
            let made = loopback_issuer(address);
            assert_eq!(made, issuer);
            Issuer::parse(made).unwrap();
        }
    }

    #[test]
    fn operations_are_on_the_next_port_of_loopback() {
        for (public, operations) in [
            ("127.0.0.1:8080", "127.0.0.1:8081"),
            ("[::1]:8080", "[::1]:8081"),
            ("0.0.0.0:8080", "127.0.0.1:8081"),
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("127.0.0.1:65535", "127.0.0.1:0"),
        ] {
            assert_eq!(operations_beside(public.parse().unwrap()), operations.parse().unwrap());
        }
    }
}
