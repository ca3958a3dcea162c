//! A configuration without a file: regions from variables.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use jeton_server::config::{ConfigSource, Overrides};

use super::{MINIMAL, TestEnvironment};

const TWO: &str = r#"[{"name":"us","issuer":"https://app.example.com"},{"name":"eu","issuer":"https://app.eu.example.com"}]"#;

fn one() -> TestEnvironment {
    TestEnvironment::new().variable("JETON_REGION", "us").variable("JETON_ISSUER", "https://app.example.com")
}

fn many(array: &str) -> TestEnvironment {
    TestEnvironment::new().variable("JETON_REGION", "us").variable("JETON_REGIONS", array)
}

#[test]
fn a_region_and_its_issuer_are_a_complete_configuration() {
    let loaded = one().variable("JETON_LISTEN__PUBLIC", "0.0.0.0:9000").load().unwrap();
    assert_eq!(loaded.source, ConfigSource::Environment);
    let region = loaded.config.this_region();
    assert_eq!((region.name.as_str(), region.issuer.as_str()), ("us", "https://app.example.com"));
    assert_eq!(loaded.config.regions().len(), 1);
    assert_eq!(loaded.config.listen.public.to_string(), "0.0.0.0:9000");
}

#[test]
fn an_array_names_every_region() {
    let config = many(TWO).config();
    assert_eq!(config.this_region().name.as_str(), "us");
    let issuers: Vec<_> = config.regions().iter().map(|region| region.issuer.as_str()).collect();
    assert_eq!(issuers, ["https://app.example.com", "https://app.eu.example.com"]);
    let eu = Overrides { region: Some("eu".to_owned()), ..Overrides::default() };
    let served = TestEnvironment::new().variable("JETON_REGIONS", TWO).load_with(&eu).unwrap();
    assert_eq!(served.config.this_region().name.as_str(), "eu");
}

#[test]
fn variables_may_complete_a_file_that_has_no_regions() {
    let file = TestEnvironment::with("region = \"us\"\n[limits]\nfailures = 3\n");
    let config = file.variable("JETON_REGIONS", TWO).config();
    assert_eq!((config.regions().len(), config.limits.failures.get()), (2, 3));
    let file = TestEnvironment::with("[limits]\nfailures = 3\n");
    let config = file.variable("JETON_REGION", "eu").variable("JETON_ISSUER", "https://b.example").config();
    assert_eq!(config.this_region().issuer.as_str(), "https://b.example");
}

#[test]
fn a_file_in_a_default_place_comes_before_the_variables() {
    let refusal = one().file("jeton.toml", MINIMAL).refusal();
    assert_eq!(
        refusal,
        "JETON_ISSUER is set, but jeton.toml also has `regions`; unset the variable or remove the [[regions]] tables"
    );
}

#[test]
fn variables_and_a_file_that_both_name_regions_are_refused() {
    for text in [MINIMAL, "region = \"us\"\nregions = []\n"] {
        let refusal = many(TWO).file("jeton.toml", text).refusal();
        assert!(
            refusal.starts_with("JETON_REGIONS is set, but jeton.toml also has `regions`; unset"),
            "{refusal}"
        );
    }
}

#[test]
fn both_forms_together_are_refused() {
    let refusal = many(TWO).variable("JETON_ISSUER", "https://app.example.com").refusal();
    assert_eq!(
        refusal,
        "JETON_REGIONS and JETON_ISSUER are both set, but only one of them may be set; unset one"
    );
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let config = one().variable("JETON_REGIONS", "").config();
    assert_eq!(config.regions().len(), 1);
    let config = many(TWO).variable("JETON_ISSUER", "").config();
    assert_eq!(config.regions().len(), 2);
    let config =
        TestEnvironment::with(MINIMAL).variable("JETON_REGIONS", "").variable("JETON_ISSUER", "").config();
    assert_eq!(config.regions().len(), 1);
    let refusal = TestEnvironment::new().variable("JETON_REGIONS", "").variable("JETON_ISSUER", "").refusal();
    assert!(refusal.starts_with("no configuration found"), "{refusal}");
}

#[test]
fn a_region_name_alone_is_not_a_configuration() {
    let refusal = TestEnvironment::new().variable("JETON_REGION", "us").refusal();
    assert!(refusal.starts_with("no configuration found"), "{refusal}");
    assert!(refusal.contains("set JETON_REGION and JETON_ISSUER"), "{refusal}");
}

#[test]
fn an_issuer_without_its_region_is_refused_also_with_the_option() {
    let issuer = TestEnvironment::new().variable("JETON_ISSUER", "https://app.example.com");
    let sentence = "JETON_ISSUER is the issuer of JETON_REGION, which is not set; set JETON_REGION to the region's name, for example, \"us\"";
    assert_eq!(issuer.refusal(), sentence);
    let option = Overrides { region: Some("us".to_owned()), ..Overrides::default() };
    assert_eq!(issuer.refusal_with(&option), sentence);
    assert_eq!(issuer.variable("JETON_REGION", "").refusal(), sentence);
}

#[test]
fn the_region_of_the_process_must_be_named_and_listed() {
    let refusal = TestEnvironment::new().variable("JETON_REGIONS", TWO).refusal();
    assert_eq!(
        refusal,
        "JETON_REGION is missing; set it to the region that this process serves, or use --region"
    );
    let sentence = "\"ap\" is not configured; use one of us, eu, or add the region with its issuer";
    let other = TestEnvironment::new().variable("JETON_REGIONS", TWO).variable("JETON_REGION", "ap");
    assert_eq!(other.refusal(), format!("JETON_REGION {sentence}"));
    let option = Overrides { region: Some("ap".to_owned()), ..Overrides::default() };
    assert_eq!(many(TWO).refusal_with(&option), format!("--region {sentence}"));
}

#[test]
fn an_error_in_the_array_names_its_place() {
    let example = r#"use, for example, [{"name":"us","issuer":"https://app.example.com"}]"#;
    for (array, message) in [
        ("us=https://app.example.com", format!("JETON_REGIONS is not JSON (line 1, column 1); {example}")),
        (r#"[{"name":"us""#, format!("JETON_REGIONS is not JSON (line 1, column 13); {example}")),
        ("{}", format!("JETON_REGIONS is not a JSON array of regions; {example}")),
        ("[]", format!("JETON_REGIONS is not a JSON array of regions; {example}")),
        (
            r#"["us"]"#,
            r#"JETON_REGIONS[0] is not an object; write an object with the members "name" and "issuer""#.to_owned(),
        ),
        (r#"[{"name":"us"}]"#, r#"JETON_REGIONS[0] has no member "issuer"; add it"#.to_owned()),
        (
            r#"[{"name":1,"issuer":"https://a.example"}]"#,
            "JETON_REGIONS[0].name is not a string; put it in double quotes".to_owned(),
        ),
        (
            r#"[{"name":"us","issuer":"https://a.example","url":"x"}]"#,
            r#"JETON_REGIONS[0] has the unknown member "url"; a region has only "name" and "issuer"; correct or remove it"#
                .to_owned(),
        ),
        (
            r#"[{"name":"us","issuer":"https://a.example"},{"name":"us","issuer":"https://b.example"}]"#,
            r#"JETON_REGIONS "us" is used twice; give each region its own name"#.to_owned(),
        ),
    ] {
        assert_eq!(many(array).refusal(), message, "{array}");
    }
}

#[test]
fn names_and_issuers_follow_the_rules_of_the_file() {
    let array = |name: &str, issuer: &str| format!(r#"[{{"name":"{name}","issuer":"{issuer}"}}]"#);
    let name = many(&array("US", "https://a.example")).refusal();
    assert!(name.starts_with("JETON_REGIONS[0].name is not a region name; use 1 to 10"), "{name}");
    let issuer = many(&array("us", "http://a.example")).refusal();
    assert!(issuer.starts_with("JETON_REGIONS[0].issuer must begin with https://"), "{issuer}");
    let name =
        TestEnvironment::new().variable("JETON_REGION", "US").variable("JETON_ISSUER", "https://a.example");
    assert!(name.refusal().starts_with("JETON_REGION is not a region name"), "{}", name.refusal());
    let issuer = TestEnvironment::new()
        .variable("JETON_REGION", "us")
        .variable("JETON_ISSUER", "https://u:canary@A.example");
    let refusal = issuer.refusal();
    assert!(
        refusal.starts_with("JETON_ISSUER must not have a user") && !refusal.contains("canary"),
        "{refusal}"
    );
}

#[test]
fn other_errors_name_the_variable_that_would_set_the_key() {
    let refusal = one().variable("JETON_LISTEN__TLS__CERT_FILE", "cert.pem").refusal();
    assert_eq!(refusal, "JETON_LISTEN__TLS__KEY_FILE is missing; set it");
    let refusal = one().variable("JETON_LISTEN__OPERATIONS", "127.0.0.1:8080").refusal();
    assert!(
        refusal.starts_with("JETON_LISTEN__OPERATIONS is 127.0.0.1:8080, the same as `listen.public`"),
        "{refusal}"
    );
    let mut odd = one();
    odd.variables.push(("JETON_REGIONS".into(), OsString::from_vec(vec![0xff])));
    assert_eq!(odd.refusal(), "JETON_REGIONS is not UTF-8; correct or unset it");
}

#[test]
fn variables_that_orchestrators_inject_are_ignored() {
    let config = one()
        .variable("JETON_PORT", "tcp://10.3.2.1:8080")
        .variable("JETON_REGIONS_SERVICE_HOST", "10.3.2.1")
        .variable("JETON_ISSUER_PORT", "tcp://10.3.2.1:80")
        .config();
    assert_eq!(config.listen.public.port(), 8080);
}
