//! Defaults, the file, the environment that overrides it, and the command line that overrides both.

use std::time::Duration;

use jeton_server::config::{ForwardedHeader, LogFormat, Overrides, ScopePolicy};
use secrecy::ExposeSecret as _;

use super::{MANUAL, MINIMAL, TestEnvironment};

#[test]
fn the_manual_s_configuration_loads() {
    let config = TestEnvironment::with(MANUAL).config();
    assert_eq!(config.this_region().name.as_str(), "us");
    assert_eq!(config.this_region().issuer.as_str(), "https://app.example.com");
    assert_eq!(config.regions().len(), 2);
    assert_eq!(config.regions()[1].issuer.as_str(), "https://app.eu.example.com");
}

#[test]
fn the_manual_shows_the_defaults() {
    let least = TestEnvironment::with(MINIMAL);
    let manual = TestEnvironment::with(MANUAL);
    let sections = |environment: &TestEnvironment| {
        let config = environment.config();
        let (keys, database) = (&config.keys.master_key_file, config.database.url.expose());
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {keys:?} {database:?}",
            config.listen,
            config.server,
            config.tokens,
            config.outage,
            config.limits,
            config.shutdown,
            config.log,
            config.metadata,
        )
        .replace(&environment.folder.path().display().to_string(), "")
    };
    assert_eq!(sections(&least), sections(&manual));
}

#[test]
fn keys_that_the_manual_does_not_show_have_defaults() {
    let config = TestEnvironment::with(MINIMAL).config();
    assert_eq!(config.server.prefix.as_str(), "/oauth/v1");
    assert_eq!(config.server.request_timeout, Duration::from_secs(10));
    assert_eq!(config.listen.forwarded_header, ForwardedHeader::XForwardedFor);
    assert_eq!(config.listen.header_timeout, Duration::from_secs(30));
    assert_eq!(config.listen.body_timeout, Duration::from_secs(10));
    assert_eq!(config.listen.write_timeout, Duration::from_secs(10));
    assert_eq!(config.listen.tls, None);
    assert_eq!((config.log.level.as_str(), config.log.format), ("info", LogFormat::Json));
    assert!(config.metadata.scopes.is_empty());
    assert!(config.keys.master_key.is_none());
}

#[test]
fn every_key_outside_the_regions_can_be_set_by_a_variable() {
    let config = TestEnvironment::with(MANUAL)
        .variable("JETON_REGION", "eu")
        .variable("JETON_LISTEN__PUBLIC", "0.0.0.0:9000")
        .variable("JETON_LISTEN__OPERATIONS", "[::1]:9001")
        .variable("JETON_LISTEN__TRUSTED_PROXIES", r#"["10.0.0.0/8", "192.0.2.7", 2001:db8::/32]"#)
        .variable("JETON_LISTEN__FORWARDED_HEADER", "Forwarded")
        .variable("JETON_LISTEN__HEADER_TIMEOUT", "1s")
        .variable("JETON_LISTEN__BODY_TIMEOUT", "2s")
        .variable("JETON_LISTEN__WRITE_TIMEOUT", "3s")
        .variable("JETON_LISTEN__TLS__CERT_FILE", "/tls/cert.pem")
        .variable("JETON_LISTEN__TLS__KEY_FILE", "/tls/key.pem")
        .variable("JETON_SERVER__PREFIX", "/auth")
        .variable("JETON_SERVER__REQUEST_TIMEOUT", "4s")
        .variable("JETON_DATABASE__URL", "postgres://jeton@db/jeton")
        .variable("JETON_KEYS__MASTER_KEY_FILE", "/keys/master.key")
        .variable("JETON_KEYS__MASTER_KEY", "1234567890")
        .variable("JETON_TOKENS__DEFAULT_TTL", "15m")
        .variable("JETON_TOKENS__SCOPE_POLICY", "exact")
        .variable("JETON_OUTAGE__SERVE_STALE_FOR", "0s")
        .variable("JETON_LIMITS__FAILURES", "5")
        .variable("JETON_LIMITS__PER", "2m")
        .variable("JETON_LIMITS__IN_FLIGHT", "128")
        .variable("JETON_SHUTDOWN__LAME_DUCK", "6s")
        .variable("JETON_SHUTDOWN__DRAIN", "7s")
        .variable("JETON_LOG__LEVEL", "warn,jeton_server=debug")
        .variable("JETON_LOG__FORMAT", "text")
        .variable("JETON_METADATA__SCOPES", "read:me,write:me")
        .config();

    assert_eq!(config.this_region().name.as_str(), "eu");
    assert_eq!(config.listen.public.to_string(), "0.0.0.0:9000");
    assert_eq!(config.listen.operations.to_string(), "[::1]:9001");
    let networks: Vec<_> = config.listen.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
    assert_eq!(config.listen.forwarded_header, ForwardedHeader::Forwarded);
    assert_eq!(config.listen.header_timeout, Duration::from_secs(1));
    assert_eq!(config.listen.body_timeout, Duration::from_secs(2));
    assert_eq!(config.listen.write_timeout, Duration::from_secs(3));
    let tls = config.listen.tls.as_ref().unwrap();
    assert_eq!(
        (tls.cert_file.to_str(), tls.key_file.to_str()),
        (Some("/tls/cert.pem"), Some("/tls/key.pem"))
    );
    assert_eq!(config.server.prefix.as_str(), "/auth");
    assert_eq!(config.server.request_timeout, Duration::from_secs(4));
    assert_eq!(config.database.url.expose(), "postgres://jeton@db/jeton");
    assert_eq!(config.keys.master_key_file.to_str(), Some("/keys/master.key"));
    assert_eq!(config.keys.master_key.as_ref().unwrap().expose_secret(), "1234567890");
    assert_eq!(config.tokens.default_ttl, Duration::from_mins(15));
    assert_eq!(config.tokens.scope_policy, ScopePolicy::Exact);
    assert_eq!(config.outage.serve_stale_for, Duration::ZERO);
    assert_eq!(config.limits.failures.get(), 5);
    assert_eq!(config.limits.per, Duration::from_mins(2));
    assert_eq!(config.limits.in_flight.get(), 128);
    assert_eq!(config.shutdown.lame_duck, Duration::from_secs(6));
    assert_eq!(config.shutdown.drain, Duration::from_secs(7));
    assert_eq!((config.log.level.as_str(), config.log.format), ("warn,jeton_server=debug", LogFormat::Text));
    assert_eq!(
        config.metadata.scopes.iter().map(jeton_protocol::ScopeName::as_str).collect::<Vec<_>>(),
        ["read:me", "write:me"]
    );
}

#[test]
fn variables_without_a_double_underscore_are_ignored() {
    let config = TestEnvironment::with(MINIMAL)
        .variable("JETON_PORT", "tcp://10.3.2.1:8080")
        .variable("JETON_SERVICE_HOST", "10.3.2.1")
        .variable("NOT_JETON_LISTEN__PUBLIC", "nonsense")
        .config();
    assert_eq!(config.listen.public.port(), 8080);
}

#[test]
fn the_region_option_overrides_the_variable_and_the_file() {
    let environment = TestEnvironment::with(&MANUAL.replace("region = \"us\"", "region = \"none\""))
        .variable("JETON_REGION", "us");
    assert_eq!(environment.config().this_region().name.as_str(), "us");
    let eu = Overrides { region: Some("eu".to_owned()), ..Overrides::default() };
    let config = environment.load_with(&eu).unwrap().config;
    assert_eq!(config.this_region().name.as_str(), "eu");
}

#[test]
fn a_region_may_come_from_the_variable_alone() {
    let environment =
        TestEnvironment::with(&MINIMAL.replace("region = \"us\"", "")).variable("JETON_REGION", "us");
    assert_eq!(environment.config().this_region().name.as_str(), "us");
}

#[test]
fn an_empty_region_variable_counts_as_unset() {
    let config = TestEnvironment::with(MINIMAL).variable("JETON_REGION", "").config();
    assert_eq!(config.this_region().name.as_str(), "us");
}

#[test]
fn an_issuer_is_kept_byte_for_byte() {
    for issuer in [
        "https://app.example.com:8443/Tenant%20a",
        "https://app.example.com/Tenant/a.b~c",
        "https://xn--bcher-kva.example/%C3%A9",
        "https://[2001:db8::1]:8443",
        "http://127.0.0.1:8080",
        "http://127.3.2.1",
        "http://[::1]:9/x",
        "http://localhost:8080",
    ] {
        let config = TestEnvironment::with(&MINIMAL.replace("https://app.example.com", issuer)).config();
        assert_eq!(config.this_region().issuer.as_str(), issuer);
    }
}

#[test]
fn the_path_of_an_issuer_is_the_part_after_the_host() {
    let path = |issuer: &str| {
        TestEnvironment::with(&MINIMAL.replace("https://app.example.com", issuer))
            .config()
            .this_region()
            .issuer
            .path()
            .to_owned()
    };
    assert_eq!(path("https://app.example.com"), "");
    assert_eq!(path("https://app.example.com:8443/a/b"), "/a/b");
}

#[test]
fn the_debug_text_shows_no_secret() {
    let config = TestEnvironment::with(MINIMAL)
        .variable("JETON_KEYS__MASTER_KEY", "canary-master")
        .variable("JETON_DATABASE__URL", "postgres://jeton:canary@word@db.example.com/jeton?password=canary")
        .variable("JETON_DATABASE__PASSWORD", "canary")
        .config();
    let shown = format!("{config:?} {}", config.database.url);
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("postgres://db.example.com/jeton"), "{shown}");
}
