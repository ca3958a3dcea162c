//! Reads a request's body, with a limit on its size and on the time.

use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::future::poll_immediate;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use jeton_protocol::MAX_BODY_BYTES;

use crate::oauth::failure::Failure;

/// The whole body. `deadline` applies to the whole body: sending single bytes does not extend it.
pub(super) async fn read_whole(
    body: Body,
    headers: &HeaderMap,
    deadline: Duration,
) -> Result<Bytes, Failure> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Err(Failure::BodyTooLarge);
    }
    let mut collected = pin!(Limited::new(body, MAX_BODY_BYTES).collect());
    // Most bodies arrive together with the headers, but are available only at the second poll: the first poll makes the
    // connection read them. No timer is set until then.
    let mut at_once = poll_immediate(collected.as_mut()).await;
    if at_once.is_none() {
        tokio::task::yield_now().await;
        at_once = poll_immediate(collected.as_mut()).await;
    }
    let collected = match at_once {
        Some(collected) => Ok(collected),
        None => tokio::time::timeout(deadline, collected).await,
    };
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Failure::BodyTooLarge),
        Ok(Err(_)) => Err(Failure::BodyBroken),
        Err(_) => Err(Failure::BodyTooSlow),
    }
}
