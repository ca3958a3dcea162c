//! The single requests, and the programs that use the complete clients, against a real server.

use std::time::Duration;

use serde_json::Value;

use super::{Integration, Interpreter, PAGE, node, python};
use crate::page::{blocks, file, section};
use crate::stub::{Prepared, Stub};

#[test]
fn curl_python_and_node_get_a_token() {
    let integration = Integration::start();
    let curl = blocks(section(PAGE, "Get a token"), "sh")[0];
    assert!(!curl.contains("--user") && curl.contains("client_secret@-"), "an argument shows the secret");
    let answer = integration.shell(curl).json();
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&Value::from("Bearer"), &Value::from(3600)));
    integration.assert_active(answer["access_token"].as_str().unwrap());

    for (name, run) in [("get_token.py", python as Interpreter), ("get_token.mjs", node)] {
        integration.place.write(name, file(PAGE, name));
        let token = integration.run(run(&integration.place, name), &[]).stdout;
        integration.assert_active(token.trim_end());
    }
}

#[test]
fn curl_repeats_after_a_503_with_the_options_that_the_page_adds() {
    let options = "--fail --retry 4 --retry-max-time 60";
    assert!(section(PAGE, "Repeat failed requests").contains(&format!("With curl, add `{options}`")));
    let answers = [Prepared::new(503, "{}").retry_after(1), Prepared::new(200, "{\"access_token\":\"one\"}")];
    let endpoint = Stub::with(answers.to_vec());
    let integration = Integration::start();
    let curl = blocks(section(PAGE, "Get a token"), "sh")[0].replace("curl ", &format!("curl {options} "));
    let answer = integration.shell(&format!("OAUTH_TOKEN_URL={}\n{curl}", endpoint.url())).json();
    assert_eq!(answer["access_token"], "one");
    let received = endpoint.received();
    assert_eq!((received.len(), &received[0].body), (2, &received[1].body));
    assert!(received[1].at - received[0].at >= Duration::from_secs(1));
}

#[test]
fn the_answer_has_the_members_that_the_page_shows() {
    let integration = Integration::start();
    let section = section(PAGE, "Get a token");
    let shown: Value = serde_json::from_str(blocks(section, "json")[0]).unwrap();
    let mut answer = integration.shell(blocks(section, "sh")[0]).json();
    answer["access_token"] = "…".into();
    assert_eq!(answer, shown);
}

#[test]
fn basic_works_as_the_page_encodes_it_also_for_an_id_with_a_colon() {
    let integration = Integration::start();
    let (id, secret) = ("urn:example:app", "p%41s:s+w/rd-0123456789");
    let import = ["account", "import", "--id", id, "--scope", "read:me", "--stdin"];
    integration.place.run_with_input(import, secret).done();
    integration.place.write("basic.py", blocks(section(PAGE, "The request"), "python")[0]);
    let pair = [("OAUTH_CLIENT_ID", id), ("OAUTH_CLIENT_SECRET", secret)];
    let encoded = integration.run(python(&integration.place, "basic.py"), &pair).stdout;
    let status = |authorization: &str| {
        let curl = "curl --silent --output /dev/null --write-out '%{http_code}' --data grant_type=client_credentials";
        integration.shell(&format!("{curl} {authorization} \"$OAUTH_TOKEN_URL\"")).done().stdout
    };
    assert_eq!(status(&format!("--header '{}'", encoded.trim_end())), "200");
    assert_eq!(status(&format!("--user '{id}:{secret}'")), "401");
}

#[test]
fn the_complete_clients_get_a_token_and_call_an_api() {
    let integration = Integration::start();
    let api = Stub::with(vec![Prepared::new(200, "{}")]);
    let url = format!("{}/things", api.url());
    for (name, run) in [("tokens.py", python as Interpreter), ("tokens.mjs", node)] {
        let (language, ending) = if name.ends_with("py") { ("Python", "python") } else { ("Node", "js") };
        let complete = section(PAGE, &format!("A complete client in {language}"));
        let uses = name.replace("tokens", "uses");
        integration.place.write(name, file(complete, name));
        integration.place.write(&uses, blocks(complete, ending)[1]);
        let printed = integration.run(run(&integration.place, &uses), &[("API_URL", &url)]).stdout;
        assert_eq!(printed, "200\n", "{name}");
        let call = api.received().pop().unwrap();
        integration.assert_active(call.authorization.strip_prefix("Bearer ").unwrap());
    }
    assert_eq!(api.received().len(), 2);
}
