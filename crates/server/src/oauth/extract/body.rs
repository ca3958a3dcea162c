//! Reads a request's body, with a limit on its size, on its time, and on the memory that all bodies take.

use std::pin::pin;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use futures_util::future::poll_immediate;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt as _;
use jeton_protocol::MAX_BODY_BYTES;

use crate::oauth::body_budget::BodyAllowance;
use crate::oauth::failure::Failure;

/// A whole body, and the part of the budget that it takes.
pub(super) struct ReceivedBody<'a> {
    pub(super) bytes: Bytes,
    _allowance: BodyAllowance<'a>,
}

/// The whole body. `deadline` applies to the whole body: sending single bytes does not extend it. If the body does not
/// arrive together with the head, only the `headers` that are needed after it are kept.
pub(super) async fn read_whole<'a>(
    body: Body,
    headers: &mut HeaderMap,
    deadline: Duration,
    allowance: BodyAllowance<'a>,
) -> Result<ReceivedBody<'a>, Failure> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Err(Failure::BodyTooLarge);
    }
    let mut received = pin!(receive(body, allowance));
    // Most bodies arrive together with the headers, but are available only at the second poll: the first poll makes the
    // connection read them. No timer is set until then.
    let mut at_once = poll_immediate(received.as_mut()).await;
    if at_once.is_none() {
        tokio::task::yield_now().await;
        at_once = poll_immediate(received.as_mut()).await;
    }
    if let Some(received) = at_once {
        return received;
    }
    keep_needed(headers);
    tokio::time::timeout(deadline, received).await.unwrap_or(Err(Failure::BodyTooSlow))
}

async fn receive(mut body: Body, mut allowance: BodyAllowance<'_>) -> Result<ReceivedBody<'_>, Failure> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Failure::BodyBroken)?.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > MAX_BODY_BYTES {
            return Err(Failure::BodyTooLarge);
        }
        if bytes.is_empty() && body.is_end_stream() {
            return Ok(ReceivedBody { bytes: data, _allowance: allowance });
        }
        // Copied, because even a single byte keeps the whole buffer that it was read into.
        if length > bytes.capacity() {
            let capacity = length.next_power_of_two();
            allowance.grow_to(capacity)?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(ReceivedBody { bytes: bytes.into(), _allowance: allowance })
}

/// Removes all headers but those that authenticate the caller or describe the body, and copies these: every header of
/// a request keeps the whole buffer of the head.
fn keep_needed(headers: &mut HeaderMap) {
    let mut kept = HeaderMap::new();
    for name in [AUTHORIZATION, CONTENT_TYPE] {
        for value in headers.get_all(&name) {
            // The copy has the same bytes, so it is valid.
            if let Ok(copy) = http::HeaderValue::from_bytes(value.as_bytes()) {
                kept.append(name.clone(), copy);
            }
        }
    }
    *headers = kept;
}
