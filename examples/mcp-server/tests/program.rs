//! The server as a program: its start without an issuer, its refusals, its shutdown.

#![expect(clippy::unwrap_used, reason = "shared helpers fail like a test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustix::process::{Pid, Signal, kill_process};

/// A running server. It is killed at the end of the test.
struct Program {
    child: Child,
    stderr: BufReader<ChildStderr>,
    address: String,
}

impl Program {
    fn start(folder: &Path) -> Self {
        let mut child = command(folder).args(["--issuer", ISSUER]).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut stderr_text = String::new();
        while !stderr_text.contains(" serving ") {
            assert_ne!(stderr.read_line(&mut stderr_text).unwrap(), 0, "the server ended: {stderr_text}");
        }
        let (_, rest) = stderr_text.split_once("resource=\"http://").unwrap();
        let address = rest.split('/').next().unwrap().to_owned();
        Self { child, stderr, address }
    }

    /// Sends an MCP request and returns the status line of the response.
    fn call(&self, authorization: &str) -> String {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
        let mut connection = TcpStream::connect(&self.address).unwrap();
        write!(
            connection,
            "POST /mcp/visitor/shttp HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             {authorization}content-length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The server may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-server"));
    command.current_dir(folder).env_clear().args(["--listen", "127.0.0.1:0"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn it_starts_without_the_issuer_and_accepts_no_token_that_it_cannot_check() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    assert_eq!(program.call(""), "HTTP/1.1 401 Unauthorized");
    assert_eq!(program.call("authorization: Bearer no-token\r\n"), "HTTP/1.1 401 Unauthorized");
    // Only the issuer's keys could show that this signature is invalid.
    let claims = serde_json::json!({
        "iss": ISSUER, "aud": format!("http://{}/mcp/visitor/shttp", program.address), "sub": "a", "client_id": "a",
        "jti": "a", "iat": 0, "exp": 4_102_444_800_u64, "scope": "read:me",
    });
    let header = r#"{"alg":"ES256","typ":"at+jwt","kid":"a"}"#;
    let [header, claims] = [header.to_owned(), claims.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
    let plausible = format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    let authorization = format!("authorization: Bearer {plausible}\r\n");
    assert_eq!(program.call(&authorization), "HTTP/1.1 503 Service Unavailable");
}

#[test]
fn it_stops_at_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    kill_process(Pid::from_child(&program.child), Signal::TERM).unwrap();
    assert!(program.child.wait().unwrap().success());
    let mut stderr_text = String::new();
    program.stderr.read_to_string(&mut stderr_text).unwrap();
    assert!(!stderr_text.contains("error"), "{stderr_text}");
    assert!(folder.path().join("mcp-data/activity.db").exists());
}

#[test]
fn it_does_not_introspect_without_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        command(folder.path()).args(["--issuer", "https://auth.example.com", "--introspect"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr_text = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr_text.contains("error: the environment has no OAUTH_CLIENT_ID; create an account"),
        "{stderr_text}"
    );
}

/// No server listens there.
const ISSUER: &str = "http://127.0.0.1:9";
