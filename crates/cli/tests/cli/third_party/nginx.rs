//! Jeton behind a real nginx that appends each caller's address: no header of a caller changes the address that Jeton
//! uses.
//!
//! nginx and its callers are on loopback: nginx calls Jeton from 127.0.0.1, which is a trusted proxy, and the callers
//! call nginx from other loopback addresses such as 127.0.0.2.

use std::ffi::OsString;
use std::net::TcpStream;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use jeton_reserved_port::ReservedPort;
use serde_json::Value;

use crate::harness::{Outcome, Place, Server};

/// An nginx that ends with the test.
pub(super) struct Nginx {
    child: Child,
    pub(super) port: ReservedPort,
}

impl Nginx {
    /// Forwards all requests to `upstream`, with this `header`.
    fn start(place: &Place, upstream: &str, header: &str) -> Self {
        let folder = place.path().display();
        Self::start_with(place, &|port| {
            format!(
                "map $remote_addr $element {{ ~^[0-9.]+$ \"for=$remote_addr\"; default \"for=unknown\"; }}\n\
                 server {{\nlisten 127.0.0.1:{port};\nlisten unix:{folder}/nginx.sock;\n\
                 location / {{\nproxy_pass {upstream};\nproxy_set_header Host app.example.com;\n\
                 proxy_set_header {header};\n}}\n}}\n"
            )
        })
    }

    /// `http` returns the directives of the block `http` for a port on which to listen.
    pub(super) fn start_with(place: &Place, http: &dyn Fn(u16) -> String) -> Self {
        let port = ReservedPort::new().unwrap();
        let _ = std::fs::remove_file(place.file("nginx.sock"));
        let folder = place.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|user| format!("{user}_temp_path {folder}/{user};\n"))
            .concat();
        let configuration = format!(
            "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{ worker_connections 64; }}\nhttp {{\n\
             access_log off;\n{temporary}{}}}\n",
            http(port.port())
        );
        place.write("nginx.conf", &configuration);
        let log = std::fs::File::create(place.file("nginx.log")).unwrap();
        let mut child = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/nginx/nginx"))
            .args(["-e", "stderr", "-p"])
            .arg(place.path())
            .arg("-c")
            .arg(place.file("nginx.conf"))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{error}: run scripts/setup to install nginx"));
        while TcpStream::connect(port.address()).is_err() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "nginx does not start: {}", place.read("nginx.log"));
            sleep(Duration::from_millis(10));
        }
        Self { child, port }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Jeton behind nginx, with one account.
struct Site {
    place: Place,
    server: Server,
    nginx: Nginx,
    client_id: String,
    secret: String,
}

const X_FORWARDED_FOR: &str = "X-Forwarded-For $proxy_add_x_forwarded_for";

/// Appends the address to `Forwarded` as nginx does to `X-Forwarded-For`.
const FORWARDED: &str = "Forwarded \"$http_forwarded, $element\"";

impl Site {
    fn new(networks: &[&str], variables: &[(&str, &str)], header: &str) -> Self {
        let place = Place::with_resource();
        let networks: Vec<&str> = networks.iter().flat_map(|network| ["--allow-cidr", *network]).collect();
        let made = place.create_account("inside", &[&["--scope", "read:me"], networks.as_slice()].concat());
        let text = |member: &str| made[member].as_str().unwrap().to_owned();
        let (client_id, secret) = (text("client_id"), text("client_secret"));
        let mut command = place.command(["serve"]);
        command.env("JETON_LISTEN__TRUSTED_PROXIES", "127.0.0.1").envs(variables.iter().copied());
        let server = Server::of(&place, command);
        let nginx = Nginx::start(&place, &server.public_url(), header);
        Self { place, server, nginx, client_id, secret }
    }

    /// Sends a token request with `secret` by `curl` with these arguments. Returns status and body.
    fn ask(&self, secret: &str, arguments: &[OsString]) -> (u16, Value) {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--write-out", "\n%{http_code}", "--data", "@-"]);
        curl.args(arguments).arg(format!("http://127.0.0.1:{}/oauth/v1/token", self.nginx.port.port()));
        curl.env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
        let id = &self.client_id;
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let printed = Outcome::of(curl, &form).done().stdout;
        let (body, status) = printed.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), serde_json::from_str(body).unwrap())
    }

    fn ask_from(&self, address: &str, secret: &str, header: &[u8]) -> (u16, Value) {
        let header = OsString::from_vec(header.to_vec());
        self.ask(secret, &["--interface".into(), address.into(), "--header".into(), header])
    }

    /// The JSON of `jeton explain` for a refusal.
    fn explain(&self, refusal: &Value) -> Value {
        let node = self.server.operations_url();
        let id = refusal["error_id"].as_str().unwrap();
        self.place.run(["explain", id, "--node", &node, "--format", "json"]).json()
    }
}

/// Headers with which a caller might try to spoof another address.
fn invented(name: &str) -> Vec<Vec<u8>> {
    let values: [&[u8]; 18] = [
        b"\xff",
        b"\xff, 127.0.0.1",
        b"127.0.0.1",
        b"[::1]",
        b"[::1",
        b"\"",
        b"\"127.0.0.1",
        b"\"127.0.0.1, ",
        b"fe80::1%eth0",
        b"unknown",
        b"_hidden",
        b",",
        b" , ,",
        b"127.0.0.1,",
        b"for=127.0.0.1",
        b"for=\"",
        b"for=127.0.0.1;host=\"",
        b"for=127.0.0.1;host=\"\\",
    ];
    values.iter().map(|value| [name.as_bytes(), b": ", value].concat()).collect()
}

#[test]
fn a_caller_behind_nginx_cannot_spoof_its_address() {
    let forwarded = [("JETON_LISTEN__FORWARDED_HEADER", "forwarded")];
    for (variables, header, name) in
        [(&[][..], X_FORWARDED_FOR, "X-Forwarded-For"), (&forwarded, FORWARDED, "Forwarded")]
    {
        let site = Site::new(&["127.0.0.1"], variables, header);
        assert_eq!(site.ask_from("127.0.0.1", &site.secret, b"X-Nothing: x").0, 200, "it may call itself");
        for invented in invented(name) {
            let (status, refusal) = site.ask_from("127.0.0.2", &site.secret, &invented);
            assert_eq!((status, &refusal["error"]), (401, &"invalid_client".into()), "{invented:?}");
            let known = site.explain(&refusal);
            assert_eq!(known["reason"], "address_not_allowed", "{invented:?}");
            assert_eq!(known["address"], "127.0.0.2", "{invented:?}");
        }
    }
}

#[test]
fn the_header_that_is_not_configured_is_not_read() {
    let variables = [("JETON_LISTEN__FORWARDED_HEADER", "forwarded")];
    let site = Site::new(&["127.0.0.3"], &variables, FORWARDED);
    assert_eq!(site.ask_from("127.0.0.3", &site.secret, b"X-Forwarded-For: 127.0.0.2").0, 200);
    assert_eq!(site.ask_from("127.0.0.2", &site.secret, b"X-Forwarded-For: 127.0.0.3").0, 401);
}

#[test]
fn a_caller_behind_nginx_has_one_failure_limit_with_any_header() {
    let site = Site::new(&[], &[("JETON_LIMITS__FAILURES", "3")], X_FORWARDED_FOR);
    for _ in 0..3 {
        assert_eq!(site.ask_from("127.0.0.2", "wrong", b"X-Nothing: x").0, 401);
    }
    for invented in invented("X-Forwarded-For") {
        assert_eq!(site.ask_from("127.0.0.2", "wrong", &invented).0, 429, "{invented:?}");
    }
    assert_eq!(site.ask_from("127.0.0.3", "wrong", b"X-Nothing: x").0, 401, "another caller is not limited");
}

#[test]
fn callers_without_an_address_are_in_no_network_and_share_one_limit() {
    let everywhere = ["0.0.0.0/0", "::/0"];
    let site = Site::new(&everywhere, &[("JETON_LIMITS__FAILURES", "3")], X_FORWARDED_FOR);
    assert_eq!(site.ask_from("127.0.0.2", &site.secret, b"X-Nothing: x").0, 200);
    // nginx writes `unix:` for a caller that comes through a Unix socket.
    let socket = ["--unix-socket".into(), site.place.file("nginx.sock").into()];
    let (status, refusal) = site.ask(&site.secret, &socket);
    assert_eq!(status, 401);
    let known = site.explain(&refusal);
    assert_eq!((&known["reason"], &known["address"]), (&"address_unknown".into(), &"unknown".into()));
    for _ in 0..2 {
        assert_eq!(site.ask("wrong", &socket).0, 401);
    }
    assert_eq!(site.ask("wrong", &socket).0, 429);
    assert_eq!(site.ask_from("127.0.0.2", "wrong", b"X-Nothing: x").0, 401);
}

#[test]
fn the_last_use_of_a_secret_shows_an_unknown_address() {
    let site = Site::new(&[], &[], X_FORWARDED_FOR);
    let socket = ["--unix-socket".into(), site.place.file("nginx.sock").into()];
    assert_eq!(site.ask(&site.secret, &socket).0, 200);
    // When it stops, the server writes the last uses to the database.
    let (code, said) = site.server.stop();
    assert_eq!(code, 0, "{said}");
    let secrets = site.place.run(["secret", "list", &site.client_id, "--format", "json"]).json();
    assert_eq!(secrets[0]["last_used_from"], "unknown");
    let shown = site.place.run(["account", "show", &site.client_id]).done().stdout;
    assert!(shown.contains(" from an unknown address"), "{shown}");
}
