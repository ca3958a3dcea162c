//! A configuration without a file: regions from variables.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use jeton_server::config::{ConfigSource, Overrides};

use super::{LEAST, Surroundings};

const TWO: &str = r#"[{"name":"us","issuer":"https://app.example.com"},{"name":"eu","issuer":"https://app.eu.example.com"}]"#;

fn one() -> Surroundings {
    Surroundings::new().variable("JETON_REGION", "us").variable("JETON_ISSUER", "https://app.example.com")
}

fn many(array: &str) -> Surroundings {
    Surroundings::new().variable("JETON_REGION", "us").variable("JETON_REGIONS", array)
}

#[test]
fn a_region_and_its_issuer_are_a_whole_configuration() {
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
    let served = Surroundings::new().variable("JETON_REGIONS", TWO).load_with(&eu).unwrap();
    assert_eq!(served.config.this_region().name.as_str(), "eu");
}

#[test]
fn variables_may_complete_a_file_that_has_no_regions() {
    let file = Surroundings::with("region = \"us\"\n[limits]\nfailures = 3\n");
    let config = file.variable("JETON_REGIONS", TWO).config();
    assert_eq!((config.regions().len(), config.limits.failures.get()), (2, 3));
    let file = Surroundings::with("[limits]\nfailures = 3\n");
    let config = file.variable("JETON_REGION", "eu").variable("JETON_ISSUER", "https://b.example").config();
    assert_eq!(config.this_region().issuer.as_str(), "https://b.example");
}

#[test]
fn a_file_in_a_usual_place_comes_before_the_variables_alone() {
    let refusal = one().file("jeton.toml", LEAST).refusal();
    assert_eq!(
        refusal,
        "JETON_ISSUER is set, and jeton.toml has `regions`; unset the variable or remove the [[regions]] tables"
    );
}

#[test]
fn variables_beside_the_regions_of_a_file_are_refused() {
    for text in [LEAST, "region = \"us\"\nregions = []\n"] {
        let refusal = many(TWO).file("jeton.toml", text).refusal();
        assert!(
            refusal.starts_with("JETON_REGIONS is set, and jeton.toml has `regions`; unset"),
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
fn an_empty_variable_counts_as_none() {
    let config = one().variable("JETON_REGIONS", "").config();
    assert_eq!(config.regions().len(), 1);
    let config = many(TWO).variable("JETON_ISSUER", "").config();
    assert_eq!(config.regions().len(), 2);
    let config =
        Surroundings::with(LEAST).variable("JETON_REGIONS", "").variable("JETON_ISSUER", "").config();
    assert_eq!(config.regions().len(), 1);
    let refusal = Surroundings::new().variable("JETON_REGIONS", "").variable("JETON_ISSUER", "").refusal();
    assert!(refusal.starts_with("there is no configuration"), "{refusal}");
}

#[test]
fn a_region_s_name_alone_configures_nothing() {
    let refusal = Surroundings::new().variable("JETON_REGION", "us").refusal();
    assert!(refusal.starts_with("there is no configuration"), "{refusal}");
    assert!(refusal.contains("set JETON_REGION and JETON_ISSUER"), "{refusal}");
}

#[test]
fn an_issuer_without_its_region_is_refused_also_with_the_option() {
    let issuer = Surroundings::new().variable("JETON_ISSUER", "https://app.example.com");
    let sentence = "JETON_ISSUER is the issuer of JETON_REGION, which is not set; set JETON_REGION to the region's name, for example, \"us\"";
    assert_eq!(issuer.refusal(), sentence);
    let option = Overrides { region: Some("us".to_owned()), ..Overrides::default() };
    assert_eq!(issuer.refusal_with(&option), sentence);
    assert_eq!(issuer.variable("JETON_REGION", "").refusal(), sentence);
}

#[test]
fn what_the_process_serves_must_be_named_and_listed() {
    let refusal = Surroundings::new().variable("JETON_REGIONS", TWO).refusal();
    assert_eq!(
        refusal,
        "JETON_REGION is missing; set it to the region that this process serves, or use --region"
    );
    let sentence = "\"ap\" is not configured; choose one of us, eu, or add it to the regions with its issuer";
    let other = Surroundings::new().variable("JETON_REGIONS", TWO).variable("JETON_REGION", "ap");
    assert_eq!(other.refusal(), format!("JETON_REGION {sentence}"));
    let option = Overrides { region: Some("ap".to_owned()), ..Overrides::default() };
    assert_eq!(many(TWO).refusal_with(&option), format!("--region {sentence}"));
}

#[test]
fn what_is_wrong_with_the_array_is_named_with_its_place() {
    let example = r#"use, for example, [{"name":"us","issuer":"https://app.example.com"}]"#;
    for (array, said) in [
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
            r#"JETON_REGIONS[0] has the member "url", and a region has only "name" and "issuer"; correct or remove it"#
                .to_owned(),
        ),
        (
            r#"[{"name":"us","issuer":"https://a.example"},{"name":"us","issuer":"https://b.example"}]"#,
            r#"JETON_REGIONS "us" is used twice; give each region its own name"#.to_owned(),
        ),
    ] {
        assert_eq!(many(array).refusal(), said, "{array}");
    }
}

#[test]
fn names_and_issuers_follow_the_rules_of_the_file() {
    let array = |name: &str, issuer: &str| format!(r#"[{{"name":"{name}","issuer":"{issuer}"}}]"#);
    let name = many(&array("US", "https://a.example")).refusal();
    assert!(name.starts_with("JETON_REGIONS[0].name is not a region's name; write 1 to 10"), "{name}");
    let issuer = many(&array("us", "http://a.example")).refusal();
    assert!(issuer.starts_with("JETON_REGIONS[0].issuer must begin with https://"), "{issuer}");
    let name =
        Surroundings::new().variable("JETON_REGION", "US").variable("JETON_ISSUER", "https://a.example");
    assert!(name.refusal().starts_with("JETON_REGION is not a region's name"), "{}", name.refusal());
    let issuer = Surroundings::new()
        .variable("JETON_REGION", "us")
        .variable("JETON_ISSUER", "https://u:canary@A.example");
    let refusal = issuer.refusal();
    assert!(
        refusal.starts_with("JETON_ISSUER must have no user") && !refusal.contains("canary"),
        "{refusal}"
    );
}

#[test]
fn other_faults_name_the_variable_that_would_set_the_key() {
    let refusal = one().variable("JETON_LISTEN__TLS__CERT_FILE", "cert.pem").refusal();
    assert_eq!(refusal, "JETON_LISTEN__TLS__KEY_FILE is missing; set it");
    let refusal = one().variable("JETON_LISTEN__OPERATIONS", "127.0.0.1:8080").refusal();
    assert!(
        refusal.starts_with("JETON_LISTEN__OPERATIONS 127.0.0.1:8080 is also `listen.public`"),
        "{refusal}"
    );
    let mut odd = one();
    odd.variables.push(("JETON_REGIONS".into(), OsString::from_vec(vec![0xff])));
    assert_eq!(odd.refusal(), "JETON_REGIONS is not UTF-8; correct or unset it");
}

#[test]
fn names_that_orchestrators_make_stay_somebody_else_s() {
    let config = one()
        .variable("JETON_PORT", "tcp://10.3.2.1:8080")
        .variable("JETON_REGIONS_SERVICE_HOST", "10.3.2.1")
        .variable("JETON_ISSUER_PORT", "tcp://10.3.2.1:80")
        .config();
    assert_eq!(config.listen.public.port(), 8080);
}
