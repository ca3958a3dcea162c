//! Which hops are trusted.

use proptest::prelude::*;

use super::*;

fn through(header: ForwardedHeader, peer: Option<&str>, values: &[(HeaderName, &[u8])]) -> String {
    let mut request = Request::new(());
    if let Some(peer) = peer {
        request.extensions_mut().insert(PeerAddr(SocketAddr::new(peer.parse().unwrap(), 1)));
    }
    for (name, value) in values {
        request.headers_mut().append(name.clone(), HeaderValue::from_bytes(value).unwrap());
    }
    let networks = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
    caller_address(&request, &TrustedProxies { networks, header }).to_string()
}

/// The caller that a peer names in `X-Forwarded-For`.
fn x_forwarded_for(peer: &str, values: &[&[u8]]) -> String {
    let values: Vec<_> = values.iter().map(|value| (X_FORWARDED_FOR, *value)).collect();
    through(ForwardedHeader::XForwardedFor, Some(peer), &values)
}

/// The caller that a peer names in `Forwarded`.
fn forwarded(peer: &str, values: &[&[u8]]) -> String {
    let values: Vec<_> = values.iter().map(|value| (FORWARDED, *value)).collect();
    through(ForwardedHeader::Forwarded, Some(peer), &values)
}

#[test]
fn a_caller_that_is_not_a_trusted_proxy_cannot_choose_its_address() {
    assert_eq!(x_forwarded_for("192.0.2.1", &[b"198.51.100.7"]), "192.0.2.1");
    assert_eq!(forwarded("192.0.2.1", &[b"for=198.51.100.7"]), "192.0.2.1");
}

#[test]
fn a_trusted_proxy_names_the_caller() {
    assert_eq!(x_forwarded_for("10.0.0.1", &[b"198.51.100.7"]), "198.51.100.7");
    assert_eq!(x_forwarded_for("10.0.0.1", &[b"[2001:db8::1]"]), "2001:db8::1");
    assert_eq!(x_forwarded_for("::ffff:10.0.0.1", &[b"::ffff:198.51.100.7"]), "198.51.100.7");
    assert_eq!(x_forwarded_for("2001:db8:1::1", &[b"\"198.51.100.7:4711\""]), "198.51.100.7");
    assert_eq!(forwarded("10.0.0.1", &[b"for=198.51.100.7:4711;proto=https"]), "198.51.100.7");
    assert_eq!(forwarded("10.0.0.1", &[b"proto=https;For=\"[2001:db8::1]:80\""]), "2001:db8::1");
}

#[test]
fn a_call_from_a_trusted_proxy_itself_has_the_address_of_the_proxy() {
    for values in [&[][..], &[&b""[..]], &[&b" , ,"[..]]] {
        assert_eq!(x_forwarded_for("10.0.0.1", values), "10.0.0.1");
        assert_eq!(forwarded("10.0.0.1", values), "10.0.0.1");
    }
    assert_eq!(x_forwarded_for("10.0.0.1", &[b"10.0.0.3, 10.0.0.2"]), "10.0.0.3");
}

#[test]
fn what_the_caller_wrote_before_the_proxies_is_not_believed() {
    for invented in [
        "203.0.113.9",
        "10.0.0.9",
        "unknown",
        "\u{e9}",
        "\"",
        "\"10.0.0.9",
        "[2001:db8::1",
        "fe80::1%eth0",
        ",,",
        ",",
        "",
        "for=\"",
        "for=10.0.0.9;host=\"\\",
        "for=\"10.0.0.9, ",
    ] {
        let value = format!("{invented}, 198.51.100.7, 10.0.0.2");
        assert_eq!(x_forwarded_for("10.0.0.1", &[value.as_bytes()]), "198.51.100.7", "{invented}");
        let values = [invented.as_bytes(), b"198.51.100.7"];
        assert_eq!(x_forwarded_for("10.0.0.1", &values), "198.51.100.7", "{invented}");
        let value = format!("{invented}, for=198.51.100.7, for=10.0.0.2");
        assert_eq!(forwarded("10.0.0.1", &[value.as_bytes()]), "198.51.100.7", "{invented}");
        let values = [invented.as_bytes(), b"for=198.51.100.7"];
        assert_eq!(forwarded("10.0.0.1", &values), "198.51.100.7", "{invented}");
    }
    assert_eq!(x_forwarded_for("10.0.0.1", &[b"\xff, 198.51.100.7"]), "198.51.100.7");
    assert_eq!(forwarded("10.0.0.1", &[b"\xff, for=198.51.100.7"]), "198.51.100.7");
}

#[test]
fn a_hop_that_cannot_be_read_is_an_unknown_address() {
    for hop in ["unknown", "_hidden", "unix:", "\u{ff}", "192.0.2.1:", "\"192.0.2.1", "10.0.0.2 10.0.0.3"] {
        assert_eq!(x_forwarded_for("10.0.0.1", &[hop.as_bytes()]), "unknown", "{hop}");
        let value = format!("198.51.100.7, {hop}");
        assert_eq!(x_forwarded_for("10.0.0.1", &[value.as_bytes()]), "unknown", "{hop}");
        let value = format!("198.51.100.7, {hop}, 10.0.0.2");
        assert_eq!(x_forwarded_for("10.0.0.1", &[value.as_bytes()]), "unknown", "{hop}");
    }
    for element in ["for=unknown", "for=\"_hidden\"", "proto=https", "for=1;for=2", "198.51.100.7", "for=\"x"]
    {
        assert_eq!(forwarded("10.0.0.1", &[element.as_bytes()]), "unknown", "{element}");
        let value = format!("for=198.51.100.7, {element}, for=10.0.0.2");
        assert_eq!(forwarded("10.0.0.1", &[value.as_bytes()]), "unknown", "{element}");
    }
}

#[test]
fn a_host_that_the_caller_chose_is_not_read_for_its_address() {
    let value = br#"for=198.51.100.7;host="a,for=203.0.113.9;x=y";proto=https"#;
    assert_eq!(forwarded("10.0.0.1", &[value]), "198.51.100.7");
}

#[test]
fn exactly_one_header_is_read() {
    let both: [(HeaderName, &[u8]); 2] =
        [(X_FORWARDED_FOR, b"198.51.100.7"), (FORWARDED, b"for=203.0.113.9")];
    let through = |header, values| through(header, Some("10.0.0.1"), values);
    assert_eq!(through(ForwardedHeader::XForwardedFor, &both), "198.51.100.7");
    assert_eq!(through(ForwardedHeader::Forwarded, &both), "203.0.113.9");
    assert_eq!(through(ForwardedHeader::XForwardedFor, &both[1..]), "10.0.0.1");
    assert_eq!(through(ForwardedHeader::Forwarded, &both[..1]), "10.0.0.1");
}

#[test]
fn without_a_peer_address_the_caller_is_unknown_whatever_a_header_says() {
    let values: [(HeaderName, &[u8]); 1] = [(X_FORWARDED_FOR, b"198.51.100.7")];
    assert_eq!(through(ForwardedHeader::XForwardedFor, None, &values), "unknown");
}

/// Any legal header value.
fn any_value() -> impl Strategy<Value = Vec<u8>> {
    // Characters with a meaning in these headers are frequent.
    let significant = prop::sample::select(br#"",;=\:[]% for10."#.to_vec());
    let byte =
        prop_oneof![significant, (0x20..=0xff_u8).prop_filter("no control character", |byte| *byte != 0x7f)];
    prop::collection::vec(byte, 0..60)
}

proptest! {
    #[test]
    fn nothing_before_the_proxys_comma_changes_the_caller(invented in any_value()) {
        let value = [&invented, &b", 198.51.100.7"[..]].concat();
        prop_assert_eq!(x_forwarded_for("10.0.0.1", &[&value]), "198.51.100.7");
        let value = [&invented, &b", for=198.51.100.7;proto=https"[..]].concat();
        prop_assert_eq!(forwarded("10.0.0.1", &[&value]), "198.51.100.7");
    }

    #[test]
    fn nothing_in_a_quoted_host_changes_the_caller(invented in any_value(), host in any_value()) {
        let escape = |byte: &u8| if b"\"\\".contains(byte) { vec![b'\\', *byte] } else { vec![*byte] };
        let host: Vec<u8> = host.iter().flat_map(escape).collect();
        let value = [&invented, &b", for=198.51.100.7;host=\""[..], &host, b"\""].concat();
        prop_assert_eq!(forwarded("10.0.0.1", &[&value]), "198.51.100.7");
        let value = [&invented, &b", host=\""[..], &host, b"\";for=198.51.100.7"].concat();
        prop_assert_eq!(forwarded("10.0.0.1", &[&value]), "198.51.100.7");
    }

    #[test]
    fn a_proxy_may_write_anything(value in any_value()) {
        x_forwarded_for("10.0.0.1", &[&value]);
        forwarded("10.0.0.1", &[&value]);
    }
}
