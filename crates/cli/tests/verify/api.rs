//! One of the examples, run as an API, and its responses.

use std::io::{BufRead as _, BufReader, PipeReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use tokio::runtime::Runtime;

/// An API that is killed when the test ends, also by a panic.
pub(crate) struct Api {
    process: Child,
    things: String,
    client: reqwest::Client,
    runtime: Runtime,
}

impl Api {
    /// Returns when the API has printed its port.
    pub(crate) fn start(mut command: Command, environment: &[(&str, &str)]) -> Self {
        let (output, writer) = std::io::pipe().unwrap();
        command.envs([("PORT", "0"), ("SERVER_PORT", "0"), ("no_proxy", "127.0.0.1")]);
        command.envs(environment.iter().copied());
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let process =
            command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}; run scripts/setup"));
        // `command` holds the other end of the pipe open; without this drop, reading would never end.
        drop(command);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        let mut api = Self { process, things: String::new(), client, runtime };
        api.things = format!("http://127.0.0.1:{}/things", port(output));
        api
    }

    pub(crate) fn get(&self, token: &str) -> Answer {
        self.get_with(Some(&format!("Bearer {token}")))
    }

    pub(crate) fn get_with(&self, authorization: Option<&str>) -> Answer {
        let mut request = self.client.get(&self.things);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let challenge = answer.headers().get(WWW_AUTHENTICATE);
            Answer {
                status: answer.status().as_u16(),
                challenge: challenge.map_or(String::new(), |value| value.to_str().unwrap().to_owned()),
                body: answer.text().await.unwrap(),
            }
        })
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A response of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) challenge: String,
    pub(crate) body: String,
}

/// The port from `Listening on 127.0.0.1:41234`, or from the messages of uvicorn and Tomcat. Later output is read and
/// discarded.
fn port(output: PipeReader) -> u16 {
    let mut output = BufReader::new(output);
    let mut printed = String::new();
    loop {
        let start = printed.len();
        assert_ne!(output.read_line(&mut printed).unwrap(), 0, "it ended: {printed}");
        let line = &printed[start..];
        let place = ["Listening on ", "Uvicorn running on ", "Tomcat started on "];
        let Some((_, place)) = place.iter().find_map(|words| line.split_once(words)) else { continue };
        let mut numbers =
            place.split(|letter: char| !letter.is_ascii_digit()).filter_map(|word| word.parse().ok());
        let port = numbers.find(|number| *number > 1023).unwrap();
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        return port;
    }
}

/// A file or folder of the workspace.
pub(crate) fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// As [`workspace`], for what `scripts/setup` installs.
pub(crate) fn installed(path: &str) -> PathBuf {
    let path = workspace(path);
    assert!(path.exists(), "{} is missing; run scripts/setup", path.display());
    path
}

/// Runs a compiler, which must succeed.
pub(crate) fn done(mut compiler: Command) {
    let output = compiler.output().unwrap_or_else(|error| panic!("{compiler:?}: {error}; run scripts/setup"));
    assert!(output.status.success(), "{compiler:?}: {}", String::from_utf8_lossy(&output.stderr));
}
