//! Which changes of a configuration need a restart.

use std::path::Path;

use super::*;

#[test]
fn every_setting_of_the_example_except_the_log_level_and_the_certificate_needs_a_restart() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jeton.toml");
    let mut example = std::fs::read_to_string(example).unwrap();
    for commented in ["[listen.tls]", "cert_file", "key_file", "connections_per_address"] {
        example = example.replace(&format!("# {commented}"), commented);
    }
    let place = TestEnvironment::with(&example);
    let before = place.config();
    assert_eq!(before.needs_restart_for(&before), [""; 0]);
    let (mut table, mut seen) = ("", 0);
    for line in example.lines() {
        if line.starts_with('[') {
            table = line.trim_start_matches('[').split(']').next().unwrap();
        }
        let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
        let setting = if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") };
        let (setting, value) = match setting.as_str() {
            // Tested with its issuer: another name would be another region.
            "regions.name" => continue,
            "regions.issuer" => ("regions", "\"https://other.example.com\""),
            other => (other, another(other)),
        };
        std::fs::write(
            place.folder.path().join("jeton.toml"),
            example.replacen(line, &format!("{key} = {value}"), 1),
        )
        .unwrap();
        let named = before.needs_restart_for(&place.config());
        if ["log.level", "listen.tls.cert_file", "listen.tls.key_file"].contains(&setting) {
            assert_eq!(named, [""; 0], "{setting}");
        } else {
            assert_eq!(named, [setting]);
        }
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}

#[test]
fn turning_tls_on_or_off_needs_a_restart() {
    let tls = format!("{MINIMAL}[listen.tls]\ncert_file = \"c.pem\"\nkey_file = \"k.pem\"\n");
    let (without, with) = (TestEnvironment::with(MINIMAL).config(), TestEnvironment::with(&tls).config());
    for (before, after) in [(&without, &with), (&with, &without)] {
        assert!(before.needs_restart_for(after).contains(&"listen.tls"));
    }
}

#[test]
fn a_setting_of_postgresql_needs_a_restart() {
    let postgres = format!("{MINIMAL}[database]\nurl = \"postgres://db/jeton\"\n");
    let before = TestEnvironment::with(&postgres);
    for (key, value) in [
        ("password_file", "\"p\""),
        ("root_certificate", "\"ca.pem\""),
        ("allow_plaintext", "true"),
        ("read_connections", "8"),
        ("write_connections", "1"),
        ("acquire_timeout", "\"200ms\""),
        ("lock_timeout", "\"200ms\""),
        ("statement_timeout", "\"200ms\""),
        ("idle_in_transaction_session_timeout", "\"10s\""),
    ] {
        let text = format!("{postgres}{key} = {value}\n");
        std::fs::write(before.folder.path().join("other.toml"), text).unwrap();
        let other = before.load_with(&jeton_server::config::Overrides {
            config: Some(before.folder.path().join("other.toml")),
            region: None,
        });
        assert_eq!(
            before.config().needs_restart_for(&other.unwrap().config),
            [format!("database.{key}")],
            "{key}"
        );
    }
}

/// A value that is not the default.
fn another(setting: &str) -> &'static str {
    match setting {
        "region" => "\"eu\"",
        "listen.public" | "listen.operations" => "\"127.0.0.1:1\"",
        "listen.trusted_proxies" => "[\"10.0.0.0/8\"]",
        "listen.forwarded_header" => "\"forwarded\"",
        "listen.tls.cert_file" | "listen.tls.key_file" | "keys.master_key_file" => "\"other\"",
        "server.prefix" => "\"/other\"",
        "database.url" => "\"sqlite:other.db\"",
        "keys.rotate_every" => "\"30d\"",
        "tokens.scope_policy" => "\"exact\"",
        "limits.failures" | "limits.in_flight" | "limits.connections_per_address" => "7",
        "log.level" => "\"debug\"",
        "log.format" => "\"text\"",
        "metadata.scopes" => "[\"read:me\"]",
        _ => "\"7s\"",
    }
}
