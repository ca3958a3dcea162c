//! Which file is read.

use jeton_server::config::Overrides;

use super::{MINIMAL, TestEnvironment};

/// Four files that differ only in the name of their region.
fn four() -> TestEnvironment {
    ["option.toml", "variable.toml", "jeton.toml", "jeton-data/jeton.toml"]
        .iter()
        .zip(["a", "b", "c", "d"])
        .fold(TestEnvironment::new(), |environment, (file, region)| {
            environment.file(file, &MINIMAL.replace("\"us\"", &format!("\"{region}\"")))
        })
}

#[test]
fn the_option_comes_first() {
    let option = Overrides { config: Some("option.toml".into()), ..Overrides::default() };
    let loaded = four().variable("JETON_CONFIG", "variable.toml").load_with(&option).unwrap();
    assert_eq!(loaded.config.this_region().name.as_str(), "a");
}

#[test]
fn the_variable_comes_second() {
    let loaded = four().variable("JETON_CONFIG", "variable.toml").load().unwrap();
    assert_eq!(loaded.config.this_region().name.as_str(), "b");
    assert_eq!(loaded.source.file().unwrap().file_name().unwrap(), "variable.toml");
}

#[test]
fn the_file_in_the_working_folder_comes_third() {
    assert_eq!(four().variable("JETON_CONFIG", "").config().this_region().name.as_str(), "c");
}

#[test]
fn the_file_of_jeton_dev_comes_last() {
    let environment = four();
    std::fs::remove_file(environment.folder.path().join("jeton.toml")).unwrap();
    assert_eq!(environment.config().this_region().name.as_str(), "d");
}

#[test]
fn without_any_the_error_says_where_it_looked_and_what_to_run() {
    let refusal = TestEnvironment::new().refusal();
    assert_eq!(
        refusal,
        "no configuration found: jeton.toml and jeton-data/jeton.toml do not exist, --config and JETON_CONFIG name no \
         file, and JETON_REGIONS and JETON_ISSUER are not set; run `jeton dev` to create a first file, write \
         jeton.toml, or set JETON_REGION and JETON_ISSUER to run without a file"
    );
}

#[test]
fn a_named_file_that_is_not_there_is_not_replaced_by_another() {
    let refusal = four().variable("JETON_CONFIG", "typo.toml").refusal();
    assert!(refusal.starts_with("typo.toml: cannot be read (No such file"), "{refusal}");
    let option = Overrides { config: Some("typo.toml".into()), ..Overrides::default() };
    let alone =
        TestEnvironment::new().variable("JETON_REGION", "us").variable("JETON_ISSUER", "https://a.example");
    let refusal = alone.refusal_with(&option);
    assert!(refusal.starts_with("typo.toml: cannot be read (No such file"), "{refusal}");
    let refusal = alone.variable("JETON_CONFIG", "typo.toml").refusal();
    assert!(refusal.starts_with("typo.toml: cannot be read (No such file"), "{refusal}");
}
