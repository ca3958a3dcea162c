//! Limits for the size of a request and its parts, and the allowed bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::explain::reason;
use crate::support::{World, at_once};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_body_of_64_kib_is_read_and_one_byte_more_is_413() {
    let world = World::new().await;
    let client = world.client().await;
    let start = "grant_type=client_credentials";
    let filler = |size: usize| {
        let mut body = start.to_owned();
        for number in 0.. {
            let left = size - body.len();
            let name = format!("&{number:03}=");
            body += &name;
            let value = (left - name.len()).min(4_000);
            body += &"x".repeat(if left - name.len() - value < 10 { left - name.len() } else { value });
            if body.len() == size {
                break;
            }
        }
        body
    };
    let send = |body: String| world.post(TOKEN).basic(&client).body(FORM, body).send();
    send(filler(65_536)).await.token();
    send(filler(65_537)).await.refused(413, "invalid_request");
    send(start.to_owned()).await.token();
}

#[tokio::test]
async fn a_body_without_a_length_is_cut_at_the_same_limit() {
    let world = World::new().await;
    for path in [TOKEN, INTROSPECT, REVOKE] {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let endless = stream::repeat_with(move || {
            counted.fetch_add(1_000, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 1_000]))
        });
        let call = world.post(path).body(FORM, Body::from_stream(endless));
        call.send().await.refused(413, "invalid_request");
        assert!(taken.load(Ordering::Relaxed) <= 67_000, "{taken:?} bytes were read");
    }
}

/// The part of a body that arrived, of which the rest never comes.
fn unfinished(bytes: usize) -> Body {
    let arrived = stream::iter((0..bytes / 1_000).map(|_| Ok(Bytes::from(vec![b'a'; 1_000]))));
    Body::from_stream(arrived.chain(stream::pending::<Result<Bytes, std::io::Error>>()))
}

#[tokio::test]
async fn unfinished_bodies_share_a_budget_and_small_ones_are_free() {
    let world = World::new().await;
    let client = world.client().await;
    let send = |network: usize, bytes: usize| {
        let call = world.post(TOKEN).from(&format!("192.0.2.{network}"));
        Box::pin(call.body(FORM, unfinished(bytes)).send())
    };
    // Each takes 60 KiB of the 16 MiB beyond its first 4 KiB, and a network gets at most a quarter.
    let mut waiting = Vec::new();
    for (network, bodies) in [(1, 68), (2, 68), (3, 68), (4, 68), (5, 1)] {
        for _ in 0..bodies {
            let mut call = send(network, 64_000);
            assert!(at_once(&mut call).await.is_none());
            waiting.push(call);
        }
        let refused = at_once(send(network, 64_000)).await.expect("at once");
        assert_eq!(refused.header("connection"), Some("close"), "{refused:?}");
        assert_eq!(refused.header("retry-after"), Some("1"), "{refused:?}");
        assert_eq!((refused.status, &refused.json()["error"]), (503, &"temporarily_unavailable".into()));
        reason(&world, &refused, "bodies_overloaded").await;
    }
    let mut small = send(1, 4_000);
    assert!(at_once(&mut small).await.is_none());
    world.token(&client).await;
    waiting.clear();
    let mut large = send(1, 64_000);
    assert!(at_once(&mut large).await.is_none());
}

#[tokio::test]
async fn a_length_over_the_limit_is_refused_before_a_byte_of_the_body() {
    let world = World::new().await;
    let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let call = world.post(TOKEN).body(FORM, never).header("content-length", "65537");
    call.send().await.refused(413, "invalid_request");
}

#[tokio::test]
async fn a_parameter_over_4096_characters_is_refused() {
    let world = World::new().await;
    let client = world.client().await;
    // Characters, not bytes: each of these is two.
    world.ask(&client, &[("visitor", &"é".repeat(4_096))]).await.token();
    for name in ["visitor", "scope", "resource", "audience", "client_assertion_type"] {
        let answer = world.ask(&client, &[(name, &"x".repeat(4_097))]).await;
        answer.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_token_may_have_16_kib_and_no_more() {
    let world = World::new().await;
    let client = world.client().await;
    world.introspect(&client, &"x".repeat(16_384)).await.inactive();
    world.introspect(&client, &"x".repeat(16_385)).await.refused(400, "invalid_request");
    world.revoke(&client, &"x".repeat(16_384)).await.revoked();
    world.revoke(&client, &"x".repeat(16_385)).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn more_than_64_parameters_are_refused() {
    let world = World::new().await;
    let client = world.client().await;
    let body = |parameters: usize| {
        let more: Vec<_> = (1..parameters).map(|number| format!("&p{number}=x")).collect();
        format!("grant_type=client_credentials{}", more.concat())
    };
    let send = |body: String| world.post(TOKEN).basic(&client).body(FORM, body).send();
    send(body(64)).await.token();
    send(body(65)).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn a_value_that_is_not_text_is_refused() {
    let world = World::new().await;
    let client = world.client().await;
    for value in ["%", "%4", "%zz", "%00", "%0A", "%7F", "%ff", "%c3%28", "\u{1}"] {
        let body = format!("grant_type=client_credentials&scope={value}");
        let answer = world.post(TOKEN).basic(&client).body(FORM, body).send().await;
        answer.refused(400, "invalid_request");
        let body = format!("token={value}");
        for path in [INTROSPECT, REVOKE] {
            let answer = world.post(path).basic(&client).body(FORM, body.clone()).send().await;
            answer.refused(400, "invalid_request");
        }
    }
    world.token(&client).await;
}

/// The limit is far above the time of linear work, and far below the 152 s that another server once needed.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn the_largest_bodies_are_handled_quickly() {
    let world = World::new().await;
    let client = world.client().await;
    let names = "a".repeat(2_000) + &" b".repeat(1_000);
    let bodies = [
        format!("grant_type=client_credentials&scope={}", names.replace(' ', "+")),
        format!("grant_type=client_credentials&scope={}", "+".repeat(60_000)),
        format!("grant_type=client_credentials{}", "&".repeat(60_000)),
        format!("grant_type=client_credentials&{}", "%41".repeat(20_000)),
    ];
    let began = Instant::now();
    for body in bodies {
        world.post(TOKEN).basic(&client).body(FORM, body).send().await;
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
