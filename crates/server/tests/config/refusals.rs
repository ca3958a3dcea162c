//! Every error is one line that names the file or variable, the key, and what to do.

use jeton_server::config::Overrides;

use super::{MANUAL, MINIMAL, TestEnvironment};

/// The error for the minimal configuration followed by this text.
fn with(text: &str) -> String {
    TestEnvironment::with(&format!("{MINIMAL}\n{text}\n")).refusal()
}

/// The error for this issuer.
fn issuer(text: &str) -> String {
    let refusal = TestEnvironment::with(&MINIMAL.replace("https://app.example.com", text)).refusal();
    refusal.strip_prefix("jeton.toml: `regions[0].issuer` ").unwrap_or_else(|| panic!("{refusal}")).to_owned()
}

fn variable(name: &str, value: &str) -> String {
    TestEnvironment::with(MINIMAL).variable(name, value).refusal()
}

#[test]
fn an_unknown_key() {
    assert_eq!(
        with("[limits]\nfailure = 3"),
        "jeton.toml: `limits.failure` is not a known key (known keys: failures, per, in_flight, connections_per_address); correct or remove it"
    );
}

#[test]
fn an_unknown_table() {
    let refusal = with("[databse]\nurl = \"sqlite:x\"");
    assert!(refusal.starts_with("jeton.toml: `databse` is not a known key"), "{refusal}");
}

#[test]
fn an_unknown_key_of_a_region() {
    let refusal = with("[[regions]]\nname = \"eu\"\nissuer = \"https://a.example\"\nurl = \"x\"");
    assert!(refusal.starts_with("jeton.toml: `regions[1].url` is not a known key"), "{refusal}");
}

#[test]
fn an_unknown_key_in_a_variable() {
    assert_eq!(
        variable("JETON_LIMITS__FAILURE", "3"),
        "JETON_LIMITS__FAILURE is not a known key (known keys: failures, per, in_flight, connections_per_address); correct or remove it"
    );
}

#[test]
fn a_variable_that_is_not_a_key() {
    assert_eq!(
        variable("JETON_LISTEN__", "x"),
        "JETON_LISTEN__ is not a configuration key; correct or unset it"
    );
}

#[test]
fn a_variable_for_the_regions() {
    let refusal = variable("JETON_REGIONS__0__NAME", "us");
    assert!(refusal.starts_with("JETON_REGIONS__0__NAME cannot set a part of the regions"), "{refusal}");
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_utf_8() {
    use std::os::unix::ffi::OsStringExt as _;
    let mut environment = TestEnvironment::with(MINIMAL);
    environment.variables.push(("JETON_LOG__LEVEL".into(), std::ffi::OsString::from_vec(vec![0xff])));
    assert_eq!(environment.refusal(), "JETON_LOG__LEVEL is not UTF-8; correct or unset it");
}

#[test]
fn a_wrong_type() {
    assert_eq!(
        with("[limits]\nfailures = \"3\""),
        "jeton.toml: `limits.failures` is a string; use a whole number above 0"
    );
    assert_eq!(
        with("[tokens]\ndefault_ttl = 60"),
        "jeton.toml: `tokens.default_ttl` is the number 60; use a string in quotes"
    );
    assert_eq!(
        with("[tokens]\nscope_policy = 0"),
        "jeton.toml: `tokens.scope_policy` is the number 0; use a string in quotes"
    );
    assert_eq!(
        with("[listen]\ntrusted_proxies = \"10.0.0.0/8\""),
        "jeton.toml: `listen.trusted_proxies` is a string; use a list"
    );
    assert_eq!(with("[listen]\ntls = true"), "jeton.toml: `listen.tls` is true; use a table");
    assert_eq!(
        with("[metadata]\nscopes = [1]"),
        "jeton.toml: `metadata.scopes[0]` is the number 1; use a string in quotes"
    );
    assert_eq!(
        variable("JETON_LIMITS__IN_FLIGHT", "many"),
        "JETON_LIMITS__IN_FLIGHT is a string; use a whole number above 0"
    );
}

#[test]
fn a_string_under_the_wrong_key_is_not_shown() {
    let refusal = with("database = \"postgres://jeton:canary@db/jeton\"");
    assert!(
        refusal.ends_with(
            "`regions[0].database` is not a known key (known keys: name, issuer); correct or remove it"
        ),
        "{refusal}"
    );
    let refusal = TestEnvironment::with(&format!("limits = \"canary\"{MINIMAL}")).refusal();
    assert_eq!(refusal, "jeton.toml: `limits` is a string; use a table");
    assert!(!with("[database]\nurl = \"mysql://jeton:canary@db/jeton\"").contains("canary"));
}

#[test]
fn a_file_that_is_not_toml_is_not_shown() {
    let refusal = with("[keys]\nmaster_key = \"canary");
    assert!(refusal.starts_with("jeton.toml: line 8 is not valid TOML ("), "{refusal}");
    assert!(!refusal.contains("canary"), "{refusal}");
}

#[test]
fn an_issuer_that_is_too_long_for_a_token() {
    let of = |length: usize| format!("https://{}.example.com", "i".repeat(length - 20));
    assert_eq!(issuer(&of(256)), "must have at most 255 characters; choose a shorter host or path");
    assert_eq!(of(255).len(), 255);
}

#[test]
fn a_missing_region() {
    assert_eq!(
        TestEnvironment::with(&MINIMAL.replace("region = \"us\"", "")).refusal(),
        "jeton.toml: `region` is missing; set the region that this process serves here, in JETON_REGION or with --region"
    );
}

#[test]
fn missing_regions() {
    let refusal = TestEnvironment::with("region = \"us\"").refusal();
    assert!(refusal.starts_with("jeton.toml: `regions` is missing; add a [[regions]] table"), "{refusal}");
    let refusal = TestEnvironment::with("region = \"us\"\nregions = []").refusal();
    assert!(
        refusal.starts_with("jeton.toml: `region` \"us\" is not configured; add a [[regions]]"),
        "{refusal}"
    );
}

#[test]
fn a_region_that_is_not_listed_is_an_error_at_the_layer_that_named_it() {
    let sentence = "\"ap\" is not configured; use one of us, eu, or add the region with its issuer";
    let file = TestEnvironment::with(&MANUAL.replace("region = \"us\"", "region = \"ap\""));
    assert_eq!(file.refusal(), format!("jeton.toml: `region` {sentence}"));
    let environment = TestEnvironment::with(MANUAL).variable("JETON_REGION", "ap");
    assert_eq!(environment.refusal(), format!("JETON_REGION {sentence}"));
    let option = Overrides { region: Some("ap".to_owned()), ..Overrides::default() };
    assert_eq!(environment.refusal_with(&option), format!("--region {sentence}"));
}

#[test]
fn a_region_name_that_does_not_fit_into_a_client_id() {
    for name in ["", "US", "eu_west", "abcdefghijk", "é"] {
        let refusal = TestEnvironment::with(&MINIMAL.replace("\"us\"", &format!("{name:?}"))).refusal();
        assert!(refusal.contains("is not a region name; use 1 to 10 lower-case letters"), "{refusal}");
    }
}

#[test]
fn two_regions_of_one_name_or_issuer() {
    let name = with("[[regions]]\nname = \"us\"\nissuer = \"https://b.example\"");
    assert_eq!(name, "jeton.toml: `regions[1].name` \"us\" is used twice; give each region its own name");
    let issuer = with("[[regions]]\nname = \"eu\"\nissuer = \"https://app.example.com\"");
    assert!(
        issuer.starts_with("jeton.toml: `regions[1].issuer` \"https://app.example.com\" is used twice"),
        "{issuer}"
    );
}

#[test]
fn a_plain_issuer_off_loopback() {
    for text in [
        "http://app.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "ftp://localhost",
        // These break another rule too, which a new spelling does not fix.
        "HTTP://app.example.com",
        "http://APP.example.com:80",
    ] {
        assert!(issuer(text).starts_with("must begin with https://"), "{text}");
    }
}

#[test]
fn an_issuer_with_more_than_a_path() {
    for text in
        ["https://a.example?x=1", "https://a.example/#x", "https://u@a.example", "https://u:p@a.example"]
    {
        assert!(issuer(text).starts_with("must not have a user, query or fragment"), "{text}");
    }
}

#[test]
fn an_issuer_that_ends_with_a_slash() {
    for text in ["https://a.example/", "https://a.example/x/"] {
        assert!(issuer(text).ends_with("remove the slash"), "{text}");
    }
}

#[test]
fn an_issuer_with_a_path_that_clients_rewrite_or_that_is_a_route_pattern() {
    let paths = ["/x", "x//y", ":eu", "x/*eu"];
    for text in paths.map(|path| format!("https://a.example/{path}")) {
        assert!(issuer(&text).contains("has a path segment that"), "{text}");
    }
}

#[test]
fn an_issuer_that_is_not_a_url() {
    for text in [
        "",
        "app.example.com",
        "https://",
        "https://a b",
        "https://a:0",
        "https://a:65536",
        "https://a%zz",
        "https://1.2.3.4.5",
        "https://[v1.a]",
        "https://xn--a",
        "https://a.example/x|y",
    ] {
        assert!(issuer(text).starts_with("is not a URL with a host"), "{text}");
    }
}

#[test]
fn an_issuer_that_url_parsers_rewrite_with_the_spelling_to_use() {
    for (text, spelling) in [
        ("https://App.Example.com", "https://app.example.com"),
        ("HTTPS://app.example.com", "https://app.example.com"),
        ("http://LOCALHOST:8080", "http://localhost:8080"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("https://app.example.com:443/x", "https://app.example.com/x"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://app.example.com:", "https://app.example.com"),
        ("https://app.example.com:08443", "https://app.example.com:8443"),
        ("https://%61pp.example.com", "https://app.example.com"),
        ("https://app.example.com/x/../y", "https://app.example.com/y"),
        ("https://app.example.com/./y", "https://app.example.com/y"),
        ("https://app.example.com/%2E%2e/y", "https://app.example.com/y"),
        ("https://app.example.com/x/..", "https://app.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
        ("https://ａｐｐ。example.com", "https://app.example.com"),
        ("https://app.example.com/a{b}", "https://app.example.com/a%7Bb%7D"),
        ("http://127.1:8080", "http://127.0.0.1:8080"),
        ("http://0x7f000001", "http://127.0.0.1"),
        ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("https:app.example.com", "https://app.example.com"),
        (" https://app.example.com ", "https://app.example.com"),
        ("https://APP.example.com/", "https://app.example.com"),
    ] {
        let sentence = "is not in the form that URL parsers print, and clients compare it byte for byte; use";
        assert_eq!(issuer(text), format!("{sentence} {spelling}"), "{text}");
        // The suggested spelling is accepted.
        TestEnvironment::with(&MINIMAL.replace("https://app.example.com", spelling)).config();
    }
}

#[test]
fn an_error_does_not_show_a_password_in_an_issuer() {
    for text in ["https://u:canary@APP.example.com", "https://u:canary@app.example.com:443/?x"] {
        let refusal = issuer(text);
        assert!(refusal.starts_with("must not have a user") && !refusal.contains("canary"), "{refusal}");
    }
}

#[test]
fn every_region_s_issuer_is_spelled_as_url_parsers_print_it() {
    let refusal = with("[[regions]]\nname = \"eu\"\nissuer = \"https://EU.example.com\"");
    assert!(
        refusal.starts_with("jeton.toml: `regions[1].issuer` is not in the form that URL parsers print"),
        "{refusal}"
    );
    assert!(refusal.ends_with("; use https://eu.example.com"), "{refusal}");
}

#[test]
fn trusted_proxies_that_cover_every_address() {
    for networks in [
        r#"["0.0.0.0/0"]"#,
        r#"["::/0"]"#,
        r#"["10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"]"#,
        r#"["::ffff:0:0/96"]"#,
        r#"["8000::/1", "::/1"]"#,
    ] {
        let refusal = with(&format!("[listen]\ntrusted_proxies = {networks}"));
        assert_eq!(
            refusal,
            "jeton.toml: `listen.trusted_proxies` trusts every address; list only the networks of your own proxies"
        );
    }
    let refusal = variable("JETON_LISTEN__TRUSTED_PROXIES", "0.0.0.0/0");
    assert!(refusal.starts_with("JETON_LISTEN__TRUSTED_PROXIES trusts every address"), "{refusal}");
}

#[test]
fn a_proxy_that_is_not_a_network() {
    let refusal = with("[listen]\ntrusted_proxies = [\"proxy.example.com\"]");
    assert!(refusal.contains("contains \"proxy.example.com\", which is not a network"), "{refusal}");
}

#[test]
fn a_forwarded_header_that_is_not_supported() {
    assert_eq!(
        with("[listen]\nforwarded_header = \"x-real-ip\""),
        "jeton.toml: `listen.forwarded_header` is not a supported header; use \"x-forwarded-for\" or \"forwarded\""
    );
    assert_eq!(
        with("[listen]\nforwarded_header = [\"forwarded\", \"x-forwarded-for\"]"),
        "jeton.toml: `listen.forwarded_header` is a list; use a string in quotes"
    );
    let refusal = variable("JETON_LISTEN__FORWARDED_HEADER", "");
    assert!(refusal.starts_with("JETON_LISTEN__FORWARDED_HEADER is not a supported header"), "{refusal}");
}

#[test]
fn one_address_for_both_listeners() {
    let refusal = with("[listen]\noperations = \"127.0.0.1:8080\"");
    assert_eq!(
        refusal,
        "jeton.toml: `listen.operations` is 127.0.0.1:8080, the same as `listen.public`; use another port"
    );
}

#[test]
fn an_address_without_a_port() {
    let refusal = variable("JETON_LISTEN__PUBLIC", "localhost");
    assert_eq!(
        refusal,
        "JETON_LISTEN__PUBLIC is not an address with a port; use, for example, \"127.0.0.1:8080\" or \"[::]:8080\""
    );
}

#[test]
fn an_incomplete_tls_configuration() {
    assert_eq!(
        with("[listen.tls]\ncert_file = \"c.pem\""),
        "jeton.toml: `listen.tls.key_file` is missing; add it"
    );
}

#[test]
fn the_master_key_in_the_file() {
    let refusal = with("[keys]\nmaster_key = \"canary\"");
    assert!(refusal.starts_with("jeton.toml: `keys.master_key` must not be in the file"), "{refusal}");
    assert!(refusal.contains("JETON_KEYS__MASTER_KEY"), "{refusal}");
    assert!(!refusal.contains("canary"), "{refusal}");
}

#[test]
fn an_empty_master_key() {
    assert!(variable("JETON_KEYS__MASTER_KEY", " ").starts_with("JETON_KEYS__MASTER_KEY is empty"));
}

#[test]
fn a_database_without_an_adapter_or_a_name() {
    for url in ["mysql://db/jeton", "jeton.db", "sqlite:", "sqlite://", "sqlite:?mode=rwc", ""] {
        let refusal = variable("JETON_DATABASE__URL", url);
        assert!(
            refusal.starts_with("JETON_DATABASE__URL is not a supported database URL"),
            "{url}: {refusal}"
        );
    }
}

#[test]
fn a_duration_without_a_unit() {
    let refusal = with("[shutdown]\ndrain = \"25\"");
    assert!(
        refusal.starts_with("jeton.toml: `shutdown.drain` is not a duration; use a number and a unit"),
        "{refusal}"
    );
}

#[test]
fn a_duration_in_months_or_minutes() {
    let refusal = with("[outage]\nserve_stale_for = \"5M\"");
    assert!(
        refusal.starts_with(
            "jeton.toml: `outage.serve_stale_for` has the unit M, which can mean month or minute"
        ),
        "{refusal}"
    );
}

#[test]
fn a_timeout_of_zero() {
    for key in [
        "listen.header_timeout",
        "listen.body_timeout",
        "listen.write_timeout",
        "server.request_timeout",
        "limits.per",
    ] {
        let name = format!("JETON_{}", key.to_uppercase().replace('.', "__"));
        let refusal = variable(&name, "0s");
        assert_eq!(refusal, format!("{name} must be longer than 0; use, for example, \"10s\""));
    }
}

#[test]
fn a_limit_of_zero() {
    assert_eq!(
        with("[limits]\nfailures = 0"),
        "jeton.toml: `limits.failures` is the number 0; use a whole number above 0"
    );
    assert_eq!(
        with("[limits]\nin_flight = -1"),
        "jeton.toml: `limits.in_flight` is the number -1; use a whole number above 0"
    );
}

#[test]
fn a_token_lifetime_out_of_bounds() {
    for ttl in ["0s", "999ms", "1500ms", "86401s", "2days"] {
        let refusal = variable("JETON_TOKENS__DEFAULT_TTL", ttl);
        assert!(refusal.contains("must be whole seconds from 1s to 24h"), "{ttl}: {refusal}");
    }
    assert_eq!(
        TestEnvironment::with(MINIMAL)
            .variable("JETON_TOKENS__DEFAULT_TTL", "24h")
            .config()
            .tokens
            .default_ttl
            .as_secs(),
        86_400
    );
}

#[test]
fn an_unknown_policy_format_level_prefix_or_scope() {
    assert!(with("[tokens]\nscope_policy = \"wide\"").ends_with("use \"narrow\" or \"exact\""));
    assert!(with("[log]\nformat = \"xml\"").ends_with("use \"json\" or \"text\""));
    for level in ["inof", "", "info,,debug", "jeton=loud"] {
        assert!(
            variable("JETON_LOG__LEVEL", level).starts_with("JETON_LOG__LEVEL is not a log level"),
            "{level}"
        );
    }
    for prefix in ["", "/", "oauth", "/oauth/", "/a//b", "/a/../b", "/{a}", "/.well-known", "/a b"] {
        assert!(variable("JETON_SERVER__PREFIX", prefix).contains("is not a path prefix"), "{prefix}");
    }
    assert!(
        with("[metadata]\nscopes = [\"read me\"]")
            .contains("contains \"read me\", which is not a single scope")
    );
}

#[test]
fn a_line_end_in_a_file_name_does_not_make_two_lines() {
    let option = Overrides { config: Some("two\nlines.toml".into()), ..Overrides::default() };
    assert!(TestEnvironment::new().refusal_with(&option).starts_with("two lines.toml: cannot be read"));
}

/// The error for this URL followed by these keys of `[database]`.
fn database(url: &str, keys: &str) -> String {
    with(&format!("[database]\nurl = \"{url}\"\n{keys}"))
}

#[test]
fn a_plaintext_connection_to_another_machine() {
    for mode in ["disable", "allow", "prefer"] {
        let url = format!("postgres://jeton:canary@db.example.com/jeton?sslmode={mode}");
        let sentence = format!(
            "permits an unencrypted connection to another machine (sslmode={mode}); remove `sslmode` to require TLS with \
             a verified certificate, or set `database.allow_plaintext` to true if the network is secure"
        );
        for keys in ["", "allow_plaintext = false", "password_file = \"p\"\nroot_certificate = \"ca.pem\""] {
            assert_eq!(database(&url, keys), format!("jeton.toml: `database.url` {sentence}"));
        }
        assert_eq!(variable("JETON_DATABASE__URL", &url), format!("JETON_DATABASE__URL {sentence}"));
        let allowed = TestEnvironment::with(&format!("{MINIMAL}[database]\nurl = \"{url}\"\n"));
        assert!(
            allowed.variable("JETON_DATABASE__ALLOW_PLAINTEXT", "true").config().database.allow_plaintext
        );
        let here = url.replace("db.example.com", "127.0.0.1");
        TestEnvironment::with(MINIMAL).variable("JETON_DATABASE__URL", &here).config();
    }
}

#[test]
fn plaintext_that_is_neither_allowed_nor_forbidden() {
    assert_eq!(
        database("postgres://db/jeton", "allow_plaintext = \"yes\""),
        "jeton.toml: `database.allow_plaintext` is a string; use true or false"
    );
    assert_eq!(
        variable("JETON_DATABASE__ALLOW_PLAINTEXT", "1"),
        "JETON_DATABASE__ALLOW_PLAINTEXT is a string; use true or false"
    );
}

#[test]
fn a_password_in_the_file() {
    let refusal = database("postgres://db/jeton", "password = \"canary\"");
    assert!(refusal.starts_with("jeton.toml: `database.password` must not be in the file"), "{refusal}");
    assert!(refusal.contains("JETON_DATABASE__PASSWORD") && !refusal.contains("canary"), "{refusal}");
}

#[test]
fn an_empty_password() {
    let refusal = variable("JETON_DATABASE__PASSWORD", "");
    assert_eq!(
        refusal,
        "JETON_DATABASE__PASSWORD is empty; set it to the password of the database, or unset it"
    );
}

#[test]
fn two_passwords() {
    let text = format!("{MINIMAL}[database]\nurl = \"postgres://db/jeton\"\npassword_file = \"p\"\n");
    let refusal = TestEnvironment::with(&text).variable("JETON_DATABASE__PASSWORD", "canary").refusal();
    assert_eq!(
        refusal,
        "JETON_DATABASE__PASSWORD and `database.password_file` are both set; unset one of them, so that it is clear which \
         password applies"
    );
}

#[test]
fn a_time_limit_of_the_database_that_is_out_of_bounds() {
    for key in ["acquire_timeout", "lock_timeout", "statement_timeout"] {
        for value in ["0s", "999us", "901ms", "5s"] {
            assert_eq!(
                database("postgres://db/jeton", &format!("{key} = \"{value}\"")),
                format!(
                    "jeton.toml: `database.{key}` must be from 1ms to 900ms, because a request waits no longer for \
                     the database"
                )
            );
        }
    }
    for value in ["0s", "999ms", "61m"] {
        assert_eq!(
            database("postgres://db/jeton", &format!("idle_in_transaction_session_timeout = \"{value}\"")),
            "jeton.toml: `database.idle_in_transaction_session_timeout` must be from 1s to 1h, because an idle \
             transaction may keep others waiting"
        );
    }
}

#[test]
fn settings_of_postgresql_for_an_sqlite_file() {
    let sentence = "is for PostgreSQL only, but `database.url` names an SQLite file; remove it";
    for (key, value) in [
        ("password_file", "\"p\""),
        ("read_connections", "8"),
        ("write_connections", "8"),
        ("acquire_timeout", "\"200ms\""),
        ("lock_timeout", "\"200ms\""),
        ("statement_timeout", "\"200ms\""),
        ("idle_in_transaction_session_timeout", "\"10s\""),
    ] {
        let refusal = with(&format!("[database]\n{key} = {value}"));
        assert_eq!(refusal, format!("jeton.toml: `database.{key}` {sentence}"));
    }
    let refusal = variable("JETON_DATABASE__PASSWORD", "canary");
    assert_eq!(refusal, format!("JETON_DATABASE__PASSWORD {sentence}"));
    // These two are for the target of `jeton store copy`.
    let text = format!("{MINIMAL}[database]\nroot_certificate = \"ca.pem\"\nallow_plaintext = true\n");
    let database = TestEnvironment::with(&text).config().database;
    assert!(database.allow_plaintext && database.root_certificate.is_some());
}
