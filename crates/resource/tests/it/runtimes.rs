//! Validators and token sources in services whose runtimes end, and tasks whose callers have gone.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jeton_protocol::{RevocationFeed, RevokedJti, Truncation};
use jeton_resource::{ClientCredentials, Outage, Rejection, TokenFault, TokenSource, Validator};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Scene, eventually, merged};

const REVOKED: Rejection = Rejection::Invalid(TokenFault::Revoked);

/// A runtime of a job. It runs only within `block_on`.
fn job() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A runtime that runs by itself.
fn background() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// An issuer in a runtime of its own.
fn scene(server: &Runtime) -> Scene {
    server.block_on(Scene::new())
}

fn caller() -> ClientCredentials {
    ClientCredentials::new("api", "secret")
}

/// Publishes a feed that revokes these tokens. Without an `ETag`, the validator polls every second. No connection stays
/// open: one of a runtime that stands still would not answer.
fn publish(scene: &Scene, revoked: &[&str]) {
    let exp = scene.clock.unix() + 3600;
    let tokens = revoked.iter().map(|jti| RevokedJti { jti: (*jti).to_owned(), exp }).collect();
    let feed = RevocationFeed {
        iss: scene.issuer.url.clone(),
        region_epoch: 0,
        tenants: BTreeMap::new(),
        accounts: BTreeMap::new(),
        tokens,
        truncation: Truncation::None,
    };
    let body = serde_json::to_string(&feed).unwrap();
    scene.issuer.answer_with("/revocations", 200, &[("connection", "close")], &body);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of this thread while `events` happen.
fn logged(events: impl FnOnce()) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, events);
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_feed_is_followed_in_the_next_runtime_when_the_first_has_ended_and_the_log_says_so() {
    let server = background();
    let scene = scene(&server);
    publish(&scene, &[]);
    let validator = scene.builder().revocation_feed(caller()).build().unwrap();
    let (first, second) = (scene.token(), scene.token_with(json!({ "jti": "second" })));
    let log = logged(|| {
        let job = job();
        for token in [&first, &first, &second] {
            assert!(job.block_on(validator.validate(token)).is_ok());
        }
    });
    assert!(!log.contains("WARN"), "{log}");
    let asked = scene.issuer.count("/revocations");
    publish(&scene, &["token"]);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(scene.issuer.count("/revocations"), asked, "the follower has ended with its runtime");

    let log = logged(|| {
        let job = job();
        // The first validation knows what was revoked in between, although the token is cached.
        assert_eq!(job.block_on(validator.validate(&first)).unwrap_err(), REVOKED);
        assert!(job.block_on(validator.validate(&second)).is_ok());
        publish(&scene, &["token", "second"]);
        let asked = scene.issuer.count("/revocations");
        job.block_on(eventually("the feed is followed", || scene.issuer.count("/revocations") > asked + 1));
        assert_eq!(job.block_on(validator.validate(&second)).unwrap_err(), REVOKED);
    });
    let warning =
        "WARN jeton_resource::feed::follow: the runtime that followed the revocation feed has ended";
    assert_eq!(log.matches(warning).count(), 1, "{log}");
    assert!(log.contains(&scene.issuer.url), "{log}");
}

#[test]
fn a_feed_that_cannot_be_followed_again_accepts_no_token() {
    let server = background();
    let scene = scene(&server);
    publish(&scene, &[]);
    let validator = scene.builder().revocation_feed(caller()).build().unwrap();
    assert!(job().block_on(validator.validate(&scene.token())).is_ok());
    scene.issuer.answer_with("/revocations", 503, &[], "");
    let verdict = job().block_on(validator.validate(&scene.token()));
    assert_eq!(verdict.unwrap_err(), Rejection::Unavailable(Outage::FeedStale));
}

#[test]
fn the_feed_is_followed_in_another_runtime_when_the_first_stands_still() {
    let server = background();
    let scene = scene(&server);
    publish(&scene, &[]);
    for path in ["/jwks", "/.well-known/oauth-authorization-server"] {
        let body = match path {
            "/jwks" => json!({ "keys": [scene.key.jwk()] }),
            _ => scene.issuer.metadata(),
        };
        scene.issuer.answer_with(path, 200, &[("connection", "close")], &body.to_string());
    }
    let validator = scene.builder().revocation_feed(caller()).build().unwrap();
    let (standing, other) = (job(), job());
    let token = scene.token();
    assert!(standing.block_on(validator.validate(&token)).is_ok());
    publish(&scene, &["token"]);
    scene.clock.pass(121);
    let log = logged(|| assert_eq!(other.block_on(validator.validate(&token)).unwrap_err(), REVOKED));
    assert!(log.contains("has ended or stands still"), "{log}");
}

#[test]
fn a_request_of_a_runtime_that_has_ended_is_sent_again() {
    let server = background();
    let scene = scene(&server);
    let validator = scene.builder().introspection(caller()).build().unwrap();
    scene.issuer.fall_silent("/introspect");
    job().block_on(async {
        let validation = tokio::time::timeout(Duration::from_millis(500), validator.validate("t"));
        assert!(validation.await.is_err(), "the issuer is silent");
    });
    scene.issuer.answer("/introspect", &merged(scene.claims(), json!({ "active": true })));
    assert!(job().block_on(validator.validate("t")).is_ok());
}

#[test]
fn keys_are_refreshed_in_the_next_runtime_when_the_first_has_ended() {
    let server = background();
    let scene = scene(&server);
    let validator = scene.validator();
    assert!(job().block_on(validator.validate(&scene.token())).is_ok());
    // The `max-age` is 300 seconds, so a refresh is due. The runtime ends before the refresh begins.
    scene.clock.pass(240);
    assert!(job().block_on(validator.validate(&scene.token())).is_ok());
    assert_eq!(scene.issuer.count("/jwks"), 1);
    job().block_on(async {
        assert!(validator.validate(&scene.token()).await.is_ok());
        eventually("the keys are refreshed", || scene.issuer.count("/jwks") == 2).await;
    });
}

/// Starts `CALLERS` of `call` in a runtime, cancels them while the issuer is silent, and returns how many tasks are
/// left at once, and after the timeout of a request.
fn tasks_left<F>(scene: &Scene, path: &str, expected: usize, call: impl Fn(usize) -> F) -> [usize; 2]
where
    F: Future<Output = ()> + Send + 'static,
{
    scene.issuer.fall_silent(path);
    let service = background();
    let callers: Vec<_> = (0..CALLERS).map(|number| service.spawn(call(number))).collect();
    let alive = || service.metrics().num_alive_tasks();
    let wait = |until: &dyn Fn() -> bool, most: Duration| {
        let began = Instant::now();
        while !until() && began.elapsed() < most {
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait(&|| scene.issuer.count(path) >= expected, Duration::from_secs(10));
    assert_eq!(scene.issuer.count(path), expected);
    callers.iter().for_each(tokio::task::JoinHandle::abort);
    wait(&|| callers.iter().all(tokio::task::JoinHandle::is_finished), Duration::from_secs(10));
    let at_once = alive();
    wait(&|| alive() <= IDLE_TASKS, Duration::from_secs(10));
    [at_once, alive()]
}

const CALLERS: usize = 40;
/// Of the HTTP client: one for its idle connections, and one for each connection that is still open.
const IDLE_TASKS: usize = 3;

async fn validate(validator: Validator, token: String) {
    let _ = validator.validate(&token).await;
}

#[test]
fn introspections_end_although_their_callers_have_gone_and_the_issuer_never_answers() {
    let server = background();
    let scene = scene(&server);
    let validator = scene.builder().introspection(caller()).build().unwrap();
    let [_, left] = tasks_left(&scene, "/introspect", CALLERS, |number| {
        validate(validator.clone(), format!("token-{number}"))
    });
    assert!(left <= IDLE_TASKS, "{left}");
}

#[test]
fn only_one_task_fetches_the_keys_however_many_callers_have_gone() {
    let server = background();
    let scene = scene(&server);
    let validator = scene.validator();
    let [at_once, left] = tasks_left(&scene, "/jwks", 1, |number| {
        validate(validator.clone(), scene.token_with(json!({ "jti": number.to_string() })))
    });
    assert!(at_once <= 1 + IDLE_TASKS && left <= IDLE_TASKS, "{at_once} {left}");
}

#[test]
fn only_one_task_fetches_a_token_however_many_callers_have_gone() {
    let server = background();
    let scene = scene(&server);
    let source =
        TokenSource::builder(&scene.issuer.url, caller()).clock(scene.clock.clone()).build().unwrap();
    let [at_once, left] = tasks_left(&scene, "/token", 1, |_| {
        let source = source.clone();
        async move { drop(source.token().await) }
    });
    assert!(at_once <= 1 + IDLE_TASKS && left <= IDLE_TASKS, "{at_once} {left}");
}
