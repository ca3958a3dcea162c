//! Commands while another process writes to the database.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::{Place, Server};

/// Another process that holds the write lock for a limited time.
struct Writer(Child);

impl Writer {
    fn start(place: &Place, seconds: u32) -> Self {
        let script = format!(
            "import sqlite3, time\ndatabase = sqlite3.connect('jeton-data/jeton.db', isolation_level=None)\n\
             database.execute('BEGIN IMMEDIATE')\nprint('locked', flush=True)\ntime.sleep({seconds})\n\
             database.execute('ROLLBACK')"
        );
        let mut python = Command::new("python3");
        python.args(["-c", &script]).current_dir(place.path()).stdout(Stdio::piped());
        let mut child = python.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "locked\n");
        Self(child)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_command_waits_for_another_writer_and_says_so() {
    let place = Place::with_resource();
    let _writer = Writer::start(&place, 3);
    let outcome = place.run(["tenant", "create", "customer"]).done();
    assert_eq!(
        outcome.stderr,
        "The database does not answer yet, perhaps because another process is writing to it; waiting.\n"
    );
    place.run(["tenant", "show", "customer"]).done();
}

#[test]
fn after_ten_seconds_a_command_fails_and_says_it_is_safe_to_repeat() {
    let place = Place::with_resource();
    let writer = Writer::start(&place, 60);
    let line = place.run(["tenant", "create", "customer"]).refused_after_messages(7);
    assert!(line.contains("for 10s; nothing was changed, and it is safe to repeat the command"), "{line}");
    // Reads do not wait.
    assert_eq!(place.run(["tenant", "list"]).done().stderr, "");
    drop(writer);
    place.run(["tenant", "create", "customer"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_answers_while_a_command_waits() {
    let (place, secret) = Place::with_account();
    let client_id = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
    let server = Server::start(&place, &["serve"]);
    let _writer = Writer::start(&place, 4);
    let mut waiting = place.command(["tenant", "create", "customer"]).spawn().unwrap();
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    let form = [("grant_type", "client_credentials"), ("client_id", &client_id), ("client_secret", &secret)];
    let url = format!("{}/oauth/v1/token", server.public_url());
    let response = http.post(url).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(waiting.try_wait().unwrap().is_none(), "the command did not wait");
    assert!(waiting.wait().unwrap().success());
}
