//! The table of errors, row by row.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::PAGE;
use crate::harness::{Outcome, Place, RESOURCE, Server};
use crate::page::section;

/// A row of the table: the status and the error.
type Row = (u16, String);

struct Fixture {
    place: Place,
    url: String,
    /// The parameters of a request that succeeds, as options of curl.
    good: String,
}

impl Fixture {
    /// Sends a request that is refused. `options` are those of curl.
    #[track_caller]
    fn refused(&self, path: &str, options: &str) -> (Row, Refusal) {
        let curl = "curl --silent --show-error --dump-header headers --write-out '\\n%{http_code}'";
        let printed = self.place.shell(&format!("{curl} {options} '{}{path}'", self.url)).done().stdout;
        let (body, status) = printed.rsplit_once('\n').unwrap();
        let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {printed}"));
        let text = |member: &str| body[member].as_str().unwrap_or_default().to_owned();
        assert!(!text("error_description").is_empty() && !text("error_id").is_empty(), "{body}");
        let headers = self.place.read("headers");
        let retry_after = headers.lines().find_map(|line| line.strip_prefix("retry-after: "));
        let refusal = Refusal {
            description: text("error_description"),
            retry_after: retry_after.unwrap_or_default().to_owned(),
        };
        ((status.parse().unwrap(), text("error")), refusal)
    }

    /// The row of a request to the token endpoint.
    #[track_caller]
    fn row(&self, options: &str) -> Row {
        self.refused("/oauth/v1/token", options).0
    }
}

struct Refusal {
    description: String,
    retry_after: String,
}

fn fixture() -> (Fixture, Server) {
    let place = Place::with_resource();
    let account = place.create_account("customer", &["--scope", "read:me"]);
    let mut command = place.command(["serve"]);
    command.env("JETON_LISTEN__BODY_TIMEOUT", "1s");
    let server = Server::of(&place, command);
    let good = format!(
        "-d grant_type=client_credentials -d client_id={} -d client_secret={}",
        account["client_id"].as_str().unwrap(),
        account["client_secret"].as_str().unwrap()
    );
    (Fixture { url: server.public_url(), place, good }, server)
}

#[test]
fn each_row_of_the_table_is_an_answer_of_the_server() {
    let (fixture, _server) = fixture();
    let good = fixture.good.as_str();
    let with = |options: &str| fixture.row(&format!("{good} {options}"));
    let pair = &good["-d grant_type=client_credentials ".len()..];
    let mut seen = BTreeSet::new();
    for malformed in [
        pair.to_owned(),
        format!("{good} -d grant_type=client_credentials"),
        format!("{good} --user a:b"),
        format!("{good} -H 'content-type: text/plain'"),
        format!("{good} -H 'content-type: application/json'"),
        "-d grant_type=client_credentials -d client_id=a -d client_secret=secret%0A".to_owned(),
        format!("{good} -d scope={}", "x".repeat(4_097)),
    ] {
        let row = fixture.row(&malformed);
        assert_eq!(row, (400, "invalid_request".to_owned()), "{malformed}");
        seen.insert(row);
    }
    let in_the_url = fixture.refused("/oauth/v1/token?scope=read:me", good).0;
    assert_eq!(in_the_url, (400, "invalid_request".to_owned()));
    seen.insert(fixture.row(&format!("-d grant_type=password {pair}")));
    seen.insert(with("-d scope=unknown"));
    seen.insert(with("-d scope=read:me,write:me"));
    seen.insert(with("-d resource=https://other.example.com"));
    seen.insert(with("-d resource=no-uri"));
    seen.insert(fixture.row("-d grant_type=client_credentials -d client_id=a -d client_secret=wrong"));
    seen.insert(fixture.row("-d grant_type=client_credentials"));
    seen.insert(fixture.refused("/oauth/v1/tokens", good).0);
    seen.insert(fixture.row("--request GET"));
    seen.insert(fixture.row("--data short --header 'content-length: 100'"));
    fixture.place.write("large", &"a".repeat(65_537));
    seen.insert(fixture.row("--data-binary @large"));
    seen.insert(with("--header 'content-encoding: gzip'"));
    seen.insert(too_many_failures(&fixture));
    seen.insert(database_away(&fixture));
    // A fault of the server cannot be caused from outside.
    seen.insert((500, "server_error".to_owned()));
    assert_eq!(seen, documented());
}

#[test]
fn a_client_of_another_region_is_told_its_token_endpoint() {
    let (fixture, _server) = fixture();
    let options =
        "-d grant_type=client_credentials -d client_id=sa_eu_0000000000000000000000 -d client_secret=a";
    let (row, refusal) = fixture.refused("/oauth/v1/token", options);
    assert_eq!(row, (401, "invalid_client".to_owned()));
    assert!(refusal.description.contains("https://app.eu.example.com/oauth/v1/token"));
}

#[test]
fn an_omitted_resource_or_scope_and_an_audience_are_accepted_as_the_page_says() {
    let (fixture, _server) = fixture();
    for options in
        ["", "-d scope=", "-d resource=", &format!("-d audience={RESOURCE}"), "-d scope=read:me+write:me"]
    {
        let curl = format!("curl -s {} {options} {}/oauth/v1/token", fixture.good, fixture.url);
        assert_eq!(fixture.place.shell(&curl).json()["scope"], "read:me", "{options}");
    }
}

/// The row of the attempt after the last allowed one.
fn too_many_failures(fixture: &Fixture) -> Row {
    let wrong = "-d grant_type=client_credentials -d client_id=guessed -d client_secret=wrong";
    let mut answers = (0..30).map(|_| fixture.refused("/oauth/v1/token", wrong));
    let (row, refusal) = answers.find(|(row, _)| row.0 != 401).unwrap();
    assert!((1..=60).contains(&refusal.retry_after.parse().unwrap()), "{}", refusal.retry_after);
    row
}

/// The row while the server's database is not there.
fn database_away(fixture: &Fixture) -> Row {
    fs::remove_file(fixture.place.file("jeton-data/jeton.db")).unwrap();
    let issued = |outcome: &Outcome| outcome.stdout.ends_with("200");
    let curl = format!("curl -s -w '%{{http_code}}' {} {}/oauth/v1/token", fixture.good, fixture.url);
    assert!((0..2_000).any(|_| !issued(&fixture.place.shell(&curl).done())), "tokens are still issued");
    let (row, refusal) = fixture.refused("/oauth/v1/token", &fixture.good);
    assert_eq!(refusal.retry_after, "2");
    row
}

/// The rows of the page.
fn documented() -> BTreeSet<Row> {
    let rows = section(PAGE, "Errors").lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let status = cells.next().unwrap().parse().unwrap_or_else(|error| panic!("{error}: {row}"));
        (status, cells.next().unwrap().trim_matches('`').to_owned())
    })
    .collect()
}
