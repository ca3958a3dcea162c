//! No signal that an operator or a terminal sends loses a request in flight.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::harness::{JETON, Outcome, Place, Server};

const DEV: [&str; 3] = ["dev", "--listen", "127.0.0.1:0"];

/// A request of which the server has received only the first half.
struct HalfARequest(TcpStream);

impl HalfARequest {
    fn send(server: &Server) -> Self {
        let said = server.startup_log();
        let (_, address) =
            said.rsplit_once("Serving ").and_then(|(_, rest)| rest.split_once(" on ")).unwrap();
        let address = address.split([',', ';']).next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        // One complete request first, so that the server has certainly accepted the connection.
        stream.write_all(format!("{HEAD}{BODY}").as_bytes()).unwrap();
        assert!(answer(&mut stream).starts_with("HTTP/1.1 401"));
        stream.write_all(format!("{HEAD}{}", &BODY[..10]).as_bytes()).unwrap();
        Self(stream)
    }

    /// Sends the rest and checks that the server answers.
    #[track_caller]
    fn must_be_served(mut self) {
        self.0.write_all(&BODY.as_bytes()[10..]).unwrap();
        let answer = answer(&mut self.0);
        assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("invalid_client"), "{answer:?}");
    }
}

/// The data until the end of the body, or until the server closed the connection.
fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains('}') {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => text.push_str(std::str::from_utf8(&buffer[..read]).unwrap()),
            Ok(0) | Err(_) => break,
        }
    }
    text
}

const HEAD: &str = "POST /oauth/v1/token HTTP/1.1\r\nhost: app.example.com\r\n\
    content-type: application/x-www-form-urlencoded\r\ncontent-length: 57\r\n\r\n";
const BODY: &str = "grant_type=client_credentials&client_id=x&client_secret=y";

#[test]
fn user_signals_are_ignored() {
    for arguments in [&["serve"][..], &DEV] {
        let place = Place::configured();
        let server = Server::start(&place, arguments);
        for signal in [Signal::USR1, Signal::USR2, Signal::USR1] {
            let request = HalfARequest::send(&server);
            server.signal(signal);
            request.must_be_served();
        }
        let (code, said) = server.stop();
        assert_eq!(code, 0, "{said}");
    }
}

#[test]
fn a_hang_up_reloads_a_server_and_loses_no_request() {
    let place = Place::configured();
    let server = Server::start(&place, &["serve"]);
    for _ in 0..3 {
        let request = HalfARequest::send(&server);
        server.signal(Signal::HUP);
        server.wait_for_log("the configuration was reloaded");
        request.must_be_served();
    }
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_hang_up_reloads_the_log_level_and_logs_it() {
    let place = Place::configured();
    let before = place.read("jeton.toml");
    let server = Server::start(&place, &["serve"]);
    let reload = |level: &str| {
        place.write("jeton.toml", &format!("{before}[log]\nlevel = \"{level}\"\n"));
        server.signal(Signal::HUP);
    };
    let line =
        |part: &str| -> serde_json::Value { serde_json::from_str(&server.wait_for_log(part)).unwrap() };
    reload("debug,hyper=info");
    let said = line("the log level was changed");
    assert_eq!((&said["previous"], &said["log_level"]), (&"info".into(), &"debug,hyper=info".into()));
    // A stricter level, then the previous one: each change is logged although one of the levels would hide it.
    reload("error");
    assert_eq!(line("the log level was changed")["log_level"], "error");
    reload("info");
    let said = line("the log level was changed");
    assert_eq!((&said["previous"], &said["log_level"]), (&"error".into(), &"info".into()));
    reload("info");
    assert_eq!(line("the log level is unchanged")["log_level"], "info");
}

#[test]
fn an_invalid_configuration_changes_nothing_and_is_logged() {
    let place = Place::configured();
    let before = place.read("jeton.toml");
    let server = Server::start(&place, &["serve"]);
    for (broken, part) in [
        (format!("{before}[log]\nlevel = \"loud\"\n"), "`log.level`"),
        (format!("{before}[tokens]\ndefault_ttl = 5\n"), "`tokens.default_ttl`"),
        ("region = ".to_owned(), "line 1 is not valid TOML"),
    ] {
        place.write("jeton.toml", &broken);
        let request = HalfARequest::send(&server);
        server.signal(Signal::HUP);
        let line: serde_json::Value = serde_json::from_str(&server.wait_for_log("was not reloaded")).unwrap();
        assert_eq!(line["level"], "ERROR");
        let reason = line["reason"].as_str().unwrap();
        assert!(reason.contains("jeton.toml") && reason.contains(part), "{reason}");
        request.must_be_served();
    }
    std::fs::remove_file(place.file("jeton.toml")).unwrap();
    server.signal(Signal::HUP);
    assert!(server.wait_for_log("was not reloaded").contains("jeton.toml: cannot be read"));
    // After the file is valid again, the next signal reloads it.
    place.write("jeton.toml", &before);
    server.signal(Signal::HUP);
    server.wait_for_log("the log level is unchanged");
}

#[test]
fn settings_that_need_a_restart_are_logged_and_not_applied() {
    let place = Place::configured();
    let server = Server::start(&place, &["serve"]);
    let after = place.read("jeton.toml").replace("lame_duck = \"0s\"", "drain = \"20s\"");
    place.write("jeton.toml", &format!("{after}[tokens]\ndefault_ttl = \"5m\"\n[log]\nlevel = \"debug\"\n"));
    // The settings stay different, so each signal logs them.
    for _ in 0..2 {
        server.signal(Signal::HUP);
        let line: serde_json::Value = serde_json::from_str(&server.wait_for_log("need a restart")).unwrap();
        assert_eq!(line["settings"], "tokens.default_ttl, shutdown.lame_duck, shutdown.drain");
        assert_eq!(line["level"], "WARN");
    }
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
}

#[test]
fn closing_the_terminal_stops_dev_and_loses_no_request() {
    let place = Place::empty();
    let mut server = Server::start(&place, &DEV);
    let request = HalfARequest::send(&server);
    // The shell and the system may both send the signal: the second one must not abort the graceful stop.
    server.signal(Signal::HUP);
    server.wait_for_log("received SIGHUP; stopping");
    server.signal(Signal::HUP);
    request.must_be_served();
    let (code, said) = server.ended();
    assert_eq!(code, 0, "{said}");
}

#[test]
fn dev_under_nohup_survives_its_terminal() {
    let place = Place::empty();
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' HUP; exec \"$0\" dev --listen 127.0.0.1:0", JETON])
        .current_dir(place.path());
    command.stderr(Stdio::piped());
    let server = Server::of(&place, command);
    let request = HalfARequest::send(&server);
    server.signal(Signal::HUP);
    request.must_be_served();
    HalfARequest::send(&server).must_be_served();
    let (code, said) = server.stop();
    assert!(code == 0 && !said.contains("SIGHUP"), "{said}");
}

#[test]
fn the_help_lists_the_signals() {
    let place = Place::empty();
    let Outcome { stdout, .. } = place.run(["serve", "--help"]).done();
    for signal in ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] {
        assert!(stdout.contains(signal), "{stdout}");
    }
}
