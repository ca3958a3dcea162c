//! Two regions: two processes with two configurations on two ports.

use jeton_reserved_port::ReservedPort;
use serde_json::Value;

use crate::harness::{Outcome, Place, RESOURCE, Server};

/// Writes the configuration of both regions for one of them, with ports that were chosen before.
fn configure(place: &Place, region: &str, us: u16, eu: u16) {
    let public = if region == "us" { us } else { eu };
    place.write(
        "jeton.toml",
        &format!(
            "region = \"{region}\"\n[[regions]]\nname = \"us\"\nissuer = \"http://127.0.0.1:{us}\"\n[[regions]]\nname = \"eu\"\n\
             issuer = \"http://127.0.0.1:{eu}\"\n[listen]\npublic = \"127.0.0.1:{public}\"\noperations = \"127.0.0.1:0\"\n\
             [shutdown]\nlame_duck = \"0s\"\n"
        ),
    );
    place.run(["resource", "create", RESOURCE, "--scope", "read:me"]).done();
}

fn ask(place: &Place, port: u16, account: &Value) -> Value {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        account["client_id"].as_str().unwrap(),
        account["client_secret"].as_str().unwrap()
    );
    let script =
        format!("printf %s '{form}' | curl --silent --data @- http://127.0.0.1:{port}/oauth/v1/token");
    place.shell(&script).json()
}

#[test]
fn the_endpoint_of_the_wrong_region_names_the_right_one() {
    let reserved = [(); 2].map(|()| ReservedPort::new().unwrap());
    let [us_port, eu_port] = reserved.each_ref().map(ReservedPort::port);
    let (us, eu) = (Place::empty(), Place::empty());
    configure(&us, "us", us_port, eu_port);
    configure(&eu, "eu", us_port, eu_port);
    let account = eu.create_account("fin", &["--scope", "read:me"]);
    assert!(account["client_id"].as_str().unwrap().starts_with("sa_eu_"));
    let _servers = (Server::start(&us, &["serve"]), Server::start(&eu, &["serve"]));

    let at_home = ask(&eu, eu_port, &account);
    let token = at_home["access_token"].as_str().unwrap();
    let inspected = eu.run_with_input(["token", "inspect", "--format", "json"], token).json();
    assert_eq!(inspected["claims"]["region"], "eu");
    assert_eq!(inspected["claims"]["iss"], format!("http://127.0.0.1:{eu_port}"));

    let abroad = ask(&us, us_port, &account);
    assert_eq!(abroad["error"], "invalid_client");
    let description = abroad["error_description"].as_str().unwrap();
    assert!(description.contains(&format!("http://127.0.0.1:{eu_port}/oauth/v1/token")), "{description}");

    let made_up = serde_json::json!({
        "client_id": account["client_id"].as_str().unwrap().replace("sa_eu_", "sa_mars_"),
        "client_secret": account["client_secret"],
    });
    let unknown = ask(&us, us_port, &made_up);
    assert_eq!(unknown["error"], "invalid_client");
    assert!(!unknown["error_description"].as_str().unwrap().contains("127.0.0.1"), "{unknown}");
}

#[test]
fn two_regions_serve_from_one_database_without_seeing_each_others_accounts() {
    let reserved = [(); 2].map(|()| ReservedPort::new().unwrap());
    let [us_port, eu_port] = reserved.each_ref().map(ReservedPort::port);
    let place = Place::empty();
    configure(&place, "us", us_port, eu_port);
    let account = place.create_account("fin", &["--scope", "read:me"]);
    let mut eu = place.command(["serve", "--region", "eu"]);
    eu.env("JETON_LISTEN__PUBLIC", format!("127.0.0.1:{eu_port}"));
    let _servers = (Server::start(&place, &["serve"]), Server::of(&place, eu));
    assert!(ask(&place, us_port, &account)["access_token"].is_string());
    let abroad = ask(&place, eu_port, &account);
    assert!(abroad["error_description"].as_str().unwrap().contains("region us"), "{abroad}");
    let mut foreign = place.command(["account", "show", "fin", "--region", "eu"]);
    foreign.stdin(std::process::Stdio::null());
    Outcome::of(foreign, "").refused(3);
}
