//! All other paths.

use axum::response::Response;
use jeton_core::model::CallerAddress;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};

pub(super) fn no_such_path(gateway: &Gateway, address: CallerAddress) -> Response {
    gateway.refuse(Endpoint::Other, &Caller::unknown(address), &Failure::NoSuchPath)
}
