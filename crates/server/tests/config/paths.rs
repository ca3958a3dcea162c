//! Relative paths are relative to the configuration file, not to the working folder.

use jeton_server::config::Overrides;

use super::{MINIMAL, TestEnvironment};

#[test]
fn relative_paths_are_relative_to_the_file() {
    let text = format!(
        "{MINIMAL}\n[database]\nurl = \"sqlite:data/jeton.db?mode=rwc\"\n[keys]\nmaster_key_file = \"data/m.key\"\n\
         [listen.tls]\ncert_file = \"cert.pem\"\nkey_file = \"../key.pem\"\n"
    );
    let environment = TestEnvironment::new().file("etc/jeton.toml", &text);
    let named = Overrides { config: Some("etc/jeton.toml".into()), ..Overrides::default() };
    let loaded = environment.load_with(&named).unwrap();

    let folder = environment.folder.path().join("etc");
    assert_eq!(loaded.source.file(), Some(&*folder.join("jeton.toml")));
    let url = format!("sqlite:{}/data/jeton.db?mode=rwc", folder.display());
    assert_eq!(loaded.config.database.url.expose(), url);
    assert_eq!(loaded.config.keys.master_key_file, folder.join("data/m.key"));
    let tls = loaded.config.listen.tls.unwrap();
    assert_eq!((tls.cert_file, tls.key_file), (folder.join("cert.pem"), folder.join("../key.pem")));
}

#[test]
fn default_paths_are_relative_to_the_file_too() {
    let environment = TestEnvironment::with(MINIMAL);
    let config = environment.config();
    let folder = environment.folder.path();
    assert_eq!(config.database.url.expose(), format!("sqlite:{}/jeton-data/jeton.db", folder.display()));
    assert_eq!(config.keys.master_key_file, folder.join("jeton-data/master.key"));
}

#[test]
fn absolute_and_memory_databases_stay_as_they_are() {
    for url in ["sqlite:/var/lib/jeton.db", "sqlite:///var/lib/jeton.db", "sqlite::memory:"] {
        let config = TestEnvironment::with(MINIMAL).variable("JETON_DATABASE__URL", url).config();
        assert_eq!(config.database.url.expose(), url);
    }
}

#[test]
fn special_characters_in_a_folder_name_are_escaped_in_the_url() {
    let environment = TestEnvironment::new().file("50% off?/jeton.toml", MINIMAL);
    let named = Overrides { config: Some("50% off?/jeton.toml".into()), ..Overrides::default() };
    let config = environment.load_with(&named).unwrap().config;
    let url = config.database.url.expose();
    assert!(url.ends_with("/50%25 off%3F/jeton-data/jeton.db"), "{url}");
}

#[test]
fn without_a_file_relative_paths_start_at_the_working_folder() {
    let environment = TestEnvironment::new()
        .variable("JETON_REGION", "us")
        .variable("JETON_ISSUER", "https://app.example.com")
        .variable("JETON_DATABASE__URL", "sqlite:data/jeton.db")
        .variable("JETON_LISTEN__TLS__CERT_FILE", "tls/cert.pem")
        .variable("JETON_LISTEN__TLS__KEY_FILE", "/tls/key.pem");
    let config = environment.config();
    let folder = environment.folder.path();
    assert_eq!(config.database.url.expose(), format!("sqlite:{}/data/jeton.db", folder.display()));
    assert_eq!(config.keys.master_key_file, folder.join("jeton-data/master.key"));
    let tls = config.listen.tls.unwrap();
    assert_eq!((tls.cert_file, tls.key_file), (folder.join("tls/cert.pem"), "/tls/key.pem".into()));
}
