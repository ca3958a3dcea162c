//! `docs/for-integrators.md`: its programs run, and its table says what the server answers.

mod clients;
mod errors;
mod requests;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::{Outcome, Place, RESOURCE, Server};

const PAGE: &str = include_str!("../../../../../../docs/for-integrators.md");

/// A server with the account of a customer.
struct Integration {
    place: Place,
    _server: Server,
    account: Value,
}

impl Integration {
    fn start() -> Self {
        let place = Place::empty();
        let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
        let account = place.create_account("customer", &["--scope", "read:me"]);
        Self { place, _server: server, account }
    }

    fn text(&self, member: &str) -> &str {
        self.account[member].as_str().unwrap()
    }

    /// The variables that the page names.
    fn environment(&self) -> [(&'static str, &str); 5] {
        [
            ("OAUTH_TOKEN_URL", self.text("token_endpoint")),
            ("OAUTH_CLIENT_ID", self.text("client_id")),
            ("OAUTH_CLIENT_SECRET", self.text("client_secret")),
            ("OAUTH_SCOPE", "read:me"),
            ("OAUTH_RESOURCE", RESOURCE),
        ]
    }

    /// Runs a script of the page in a shell.
    fn shell(&self, script: &str) -> Outcome {
        let exports = self.environment().map(|(name, value)| format!("export {name}='{value}'\n"));
        self.place.shell(&format!("{}{script}", exports.concat()))
    }

    /// Runs a program with the variables of the page.
    fn run(&self, mut program: Command, more: &[(&str, &str)]) -> Outcome {
        program.envs(self.environment()).envs(more.iter().copied());
        program.stdout(Stdio::piped()).stderr(Stdio::piped());
        Outcome::of(program, "").done()
    }

    #[track_caller]
    fn assert_active(&self, token: &str) {
        let found = self.place.run_with_input(["token", "introspect"], token).json();
        assert_eq!(
            (&found["active"], &found["client_id"], &found["scope"]),
            (&Value::Bool(true), &self.account["client_id"], &Value::from("read:me"))
        );
    }
}

/// Makes a command that runs a file of the folder.
type Interpreter = fn(&Place, &str) -> Command;

fn python(place: &Place, file: &str) -> Command {
    program(place, "python3".into(), file)
}

fn node(place: &Place, file: &str) -> Command {
    program(place, installed("target/node/node"), file)
}

fn program(place: &Place, interpreter: PathBuf, file: &str) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(file).current_dir(place.path()).env("no_proxy", "127.0.0.1");
    command
}

fn installed(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    assert!(path.exists(), "{} is missing; run scripts/setup", path.display());
    path
}
