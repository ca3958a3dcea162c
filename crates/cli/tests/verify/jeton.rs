//! A Jeton server with two APIs, a client of each, and an account with which both introspect.

use serde_json::Value;

use crate::harness::{Place, Server};

pub(crate) const API: &str = "https://api.example.com";
pub(crate) const OTHER: &str = "https://other.example.com";

pub(crate) struct Jeton {
    place: Place,
    server: Server,
    client: Value,
    introspector: Value,
}

impl Jeton {
    /// Starts a server that issues tokens of this format.
    pub(crate) fn start(token_format: &str) -> Self {
        let place = Place::empty();
        let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
        for uri in [API, OTHER] {
            let scopes = ["--scope", "read:me", "--scope", "write:me"];
            place
                .run([&["resource", "create", uri, "--token-format", token_format][..], &scopes].concat())
                .done();
        }
        let introspector = place.create_account("api", &["--introspect", API, "--introspect", OTHER]);
        let client =
            place.create_account("client", &["--resource", API, "--scope", "read:me", "--scope", "write:me"]);
        Self { place, server, client, introspector }
    }

    /// The environment variables of an API.
    pub(crate) fn environment(&self) -> Vec<(&str, &str)> {
        let text = |member: &str| self.introspector[member].as_str().unwrap();
        vec![
            ("ISSUER", text("issuer")),
            ("AUDIENCE", API),
            ("INTROSPECTION_ENDPOINT", text("introspection_endpoint")),
            ("OAUTH_CLIENT_ID", text("client_id")),
            ("OAUTH_CLIENT_SECRET", text("client_secret")),
        ]
    }

    pub(crate) fn client_id(&self) -> &str {
        self.client["client_id"].as_str().unwrap()
    }

    /// A token of the client, for the API.
    pub(crate) fn token(&self, scope: &str) -> String {
        self.issue(&self.client, scope)
    }

    /// A token for the other API.
    pub(crate) fn token_for_the_other(&self) -> String {
        let rest = ["--resource", OTHER, "--scope", "read:me"];
        let neighbour = self.place.create_account("neighbour", &rest);
        self.issue(&neighbour, "read:me")
    }

    /// Revokes the token as its client.
    pub(crate) fn revoke(&self, token: &str) {
        let text = |member: &str| self.client[member].as_str().unwrap();
        let endpoint = text("token_endpoint").replace("/token", "/revoke");
        let form =
            [("client_id", text("client_id")), ("client_secret", text("client_secret")), ("token", token)];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = runtime.block_on(http.post(endpoint).form(&form).send()).unwrap();
        assert_eq!(answer.status(), 200);
    }

    pub(crate) fn end(self) {
        self.server.kill();
    }

    /// Retries until the server has applied the changes of the commands, a second at most.
    fn issue(&self, account: &Value, scope: &str) -> String {
        let issue = ["token", "issue", account["client_id"].as_str().unwrap(), "--scope", scope];
        let secret = account["client_secret"].as_str().unwrap();
        let mut answers = (0..200).map(|_| self.place.run_with_input(issue, secret));
        let issued = answers.find(|answer| answer.code == 0).unwrap();
        issued.stdout.trim_end().to_owned()
    }
}
