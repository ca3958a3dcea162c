//! The setup of every test: Jeton, the MCP server and an account.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use jeton_example_fin_walk::{Account, Jeton, McpServer};
use serde_json::{Value, json};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_fin-walk");
pub(crate) const VISITOR: &str = "visitor-1001";

/// Both servers run until the test ends.
pub(crate) struct Site {
    pub(crate) jeton: Jeton,
    /// The MCP URL.
    pub(crate) url: String,
    pub(crate) account: Account,
    http: reqwest::Client,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::start_with(|server, _| server).await
    }

    /// The resource also has the scope `write:me`.
    pub(crate) async fn start_with(configure: impl FnOnce(McpServer, &Jeton) -> McpServer) -> Self {
        let jeton = Jeton::start(Path::new(PROGRAM)).unwrap();
        let server = McpServer::bind(jeton.issuer()).await.unwrap();
        let url = server.resource();
        let scopes = ["--scope", "read:me", "--scope", "write:me"];
        jeton.run::<Value>(&[["resource", "create", &url].as_slice(), &scopes].concat()).unwrap();
        let account = jeton.create_account("reader", &url, "read:me").await.unwrap();
        configure(server, &jeton).serve().await.unwrap();
        Self { jeton, url, account, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Fetches a token of the account.
    pub(crate) async fn token(&self) -> String {
        self.token_of(&self.account).await
    }

    pub(crate) async fn token_of(&self, account: &Account) -> String {
        let answer = self.request_token(account).await;
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// Returns the response of the token endpoint.
    pub(crate) async fn request_token(&self, account: &Account) -> Value {
        let fields = json!({
            "grant_type": "client_credentials", "client_id": account.client_id, "client_secret": account.client_secret,
        });
        self.http.post(&account.token_endpoint).json(&fields).send().await.unwrap().json().await.unwrap()
    }

    /// Sends the visitor's tool call with this token and these headers.
    pub(crate) fn call(&self, token: &str, headers: &[(&str, &str)]) -> Answer {
        self.call_tool(token, headers, &json!({"visitorId": VISITOR}))
    }

    /// Sends a tool call with these arguments.
    pub(crate) fn call_tool(&self, token: &str, headers: &[(&str, &str)], arguments: &Value) -> Answer {
        self.rpc(token, headers, "tools/call", &json!({"name": "GetSessionActivity", "arguments": arguments}))
    }

    /// Sends a single JSON-RPC request.
    pub(crate) fn rpc(&self, token: &str, headers: &[(&str, &str)], method: &str, params: &Value) -> Answer {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let bearer = format!("Bearer {token}");
        let authorization: &[_] = if token.is_empty() { &[] } else { &[("authorization", bearer.as_str())] };
        let headers = [&[("content-type", "application/json")], authorization, headers].concat();
        self.send("POST", jeton_example_mcp_server::PATH, &headers, &body.to_string())
    }

    /// Sends only these headers and those that HTTP requires.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let authority = self.authority();
        let length = body.len().to_string();
        let mut head = vec![("connection", "close"), ("content-length", &length)];
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push(("host", authority));
        }
        let lines: Vec<_> =
            head.iter().chain(headers).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("{method} {path} HTTP/1.1\r\n{}\r\n{body}", lines.concat());
        let mut connection = TcpStream::connect(authority).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The host and port of the MCP server.
    pub(crate) fn authority(&self) -> &str {
        self.url.strip_prefix("http://").unwrap().split('/').next().unwrap()
    }
}

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find_map(|(left, value)| left.eq_ignore_ascii_case(name).then_some(value)).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The `result` of a response that is one JSON object.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        let mut object = self.json();
        assert_eq!((&object["jsonrpc"], &object["id"]), (&json!("2.0"), &json!(1)), "{self:?}");
        object["result"].take()
    }
}

/// Runs a client in another language. The secret is its standard input.
pub(crate) fn run_client(mut command: Command, secret: &str) -> Value {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Runs a script of `tests/clients/node` with Node.
pub(crate) fn node(script: &str) -> Command {
    interpreter("target/node/node", &format!("node/{script}"))
}

/// Runs a script of `tests/clients/python` with Python.
pub(crate) fn python(script: &str) -> Command {
    interpreter("target/python/bin/python", &format!("python/{script}"))
}

/// Runs the program of `tests/clients/go`. Built once per test process; Go skips the build if nothing changed.
pub(crate) fn go() -> Command {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let program = workspace().join("target/mcp-clients/go");
        let mut build = Command::new(installed("target/go/go"));
        build.arg("build").arg("-o").arg(&program).arg(".").current_dir(clients().join("go"));
        let built = build.env("CGO_ENABLED", "0").env("GOTOOLCHAIN", "local").output().unwrap();
        assert!(built.status.success(), "{built:?}");
        program
    });
    Command::new(&*BUILT)
}

fn interpreter(program: &str, script: &str) -> Command {
    let script = clients().join(script);
    assert!(script.exists(), "{} is missing", script.display());
    let mut command = Command::new(installed(program));
    command.arg(script);
    command
}

fn installed(program: &str) -> PathBuf {
    let program = workspace().join(program);
    assert!(program.exists(), "{} or its packages are missing; run scripts/setup", program.display());
    program
}

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

fn workspace() -> PathBuf {
    std::path::absolute(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}
