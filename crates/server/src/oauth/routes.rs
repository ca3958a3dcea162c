//! The paths (design §4). The routers can be used alone or mounted in another axum app.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};

use crate::listen::Shutdown;
use crate::oauth::cross_origin::readable_from_any_origin;
use crate::oauth::extract::caller_address;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::handlers::operations::{Operations, healthz, metrics, readyz};
use crate::oauth::handlers::{
    authorize, introspect, jwks, metadata, refusals, revocation_feed, revoke, token,
};
use crate::oauth::layers::{Timed, guard, guard_untimed};
use crate::operations::metrics::EndpointLabel;

/// The OAuth endpoints, to be nested under the configured prefix: `app.nest("/oauth/v1", router(gateway))`.
///
/// The host app must provide peer addresses, as [`PeerAddr`](crate::listen::PeerAddr) or axum's `ConnectInfo` in the
/// request's extensions. Otherwise the address of every caller is unknown: all callers count as one, and accounts that
/// are limited to networks are refused. An HTTP/1.1 request needs its `Host` header, also in tests of the host app. At
/// its stop, the host app must call [`Gateway::end_long_polls`]; otherwise it waits up to 25 seconds for long polls.
pub fn router(gateway: Arc<Gateway>) -> Router {
    endpoints("", gateway)
}

/// The endpoints with their full paths. Not nested, because nesting a router rewrites the URI of every request.
fn endpoints(base: &str, gateway: Arc<Gateway>) -> Router {
    let feed = Router::new()
        .route(&format!("{base}/revocations"), any(revocation_feed::revocation_feed))
        .layer(from_fn_with_state(Arc::clone(&gateway), guard_untimed));
    let timed = |endpoint| from_fn_with_state(Timed { gateway: Arc::clone(&gateway), endpoint }, guard);
    let keys = get(jwks::jwks)
        .fallback(only_get)
        .layer(from_fn(readable_from_any_origin))
        .layer(timed(EndpointLabel::Jwks));
    Router::new()
        .route(&format!("{base}/token"), any(token::token).layer(timed(EndpointLabel::Token)))
        .route(
            &format!("{base}/introspect"),
            any(introspect::introspect).layer(timed(EndpointLabel::Introspection)),
        )
        .route(&format!("{base}/revoke"), any(revoke::revoke).layer(timed(EndpointLabel::Revocation)))
        .route(&format!("{base}/authorize"), any(authorize::authorize).layer(timed(EndpointLabel::Authorize)))
        .route(&format!("{base}/jwks"), keys)
        .merge(feed)
        .with_state(gateway)
}

/// The metadata documents, to be merged at the root of the issuer's origin (RFC 8414 §3.1). For an issuer with a path,
/// the path follows the well-known part. OpenID parsers also look for the well-known part after the path.
pub fn well_known(gateway: Arc<Gateway>) -> Router {
    let path = gateway.issuer.path().to_owned();
    let openid = format!("/.well-known/openid-configuration{path}");
    let openid_after_path = format!("{path}/.well-known/openid-configuration");
    let mut router = Router::new()
        .route(
            &format!("/.well-known/oauth-authorization-server{path}"),
            get(metadata::authorization_server).fallback(only_get),
        )
        .route(&openid, get(metadata::openid_configuration).fallback(only_get));
    if openid_after_path != openid {
        router = router.route(&openid_after_path, get(metadata::openid_configuration).fallback(only_get));
    }
    router
        .layer(from_fn(readable_from_any_origin))
        .layer(from_fn_with_state(Arc::clone(&gateway), guard_untimed))
        .with_state(gateway)
}

/// Everything on the public listener: both routers at the paths of the issuer, and a refusal for all other paths.
pub fn app(gateway: &Arc<Gateway>) -> Router {
    let base = format!("{}{}", gateway.issuer.path(), gateway.prefix.as_str());
    Router::new()
        .merge(endpoints(&base, Arc::clone(gateway)))
        .merge(well_known(Arc::clone(gateway)))
        .fallback_service(
            any(no_such_path)
                .layer(from_fn_with_state(Arc::clone(gateway), guard_untimed))
                .with_state(Arc::clone(gateway)),
        )
}

/// Everything on the operations listener: `/healthz`, `/readyz`, `/metrics`, `/refusals`, `/refusals/{error_id}`.
/// `stop` is that of the public listener, so that the node becomes not ready before that listener closes.
pub fn operations(gateway: Arc<Gateway>, stop: Shutdown) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route("/refusals", get(refusals::refusals))
        .route("/refusals/{error_id}", get(refusals::refusal))
        .layer(from_fn_with_state(Arc::clone(&gateway), guard_untimed))
        .with_state(Operations { gateway, stop })
}

async fn only_get(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    refuse(&gateway, &request, &Failure::Method { allow: "GET" })
}

async fn no_such_path(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    refuse(&gateway, &request, &Failure::NoSuchPath)
}

fn refuse(gateway: &Gateway, request: &Request, failure: &Failure) -> Response {
    let address = caller_address(request, &gateway.trusted_proxies);
    gateway.refuse(EndpointLabel::Other, &Caller::unknown(address), failure)
}
