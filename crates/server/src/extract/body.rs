//! Reads a request's body, not too much and not too slowly.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use jeton_protocol::MAX_BODY_BYTES;

use crate::failure::Failure;

/// The whole body. `deadline` is for all of it: one byte at a time does not buy more.
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
    let collected = tokio::time::timeout(deadline, Limited::new(body, MAX_BODY_BYTES).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Failure::BodyTooLarge),
        Ok(Err(_)) => Err(Failure::BodyBroken),
        Err(_) => Err(Failure::BodyTooSlow),
    }
}
