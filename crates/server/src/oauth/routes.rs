//! The routers of the public endpoints and of the operations listener. The routers can be used alone or mounted in another axum app.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get};

use crate::listen::Shutdown;
use crate::oauth::cross_origin::readable_from_any_origin;
use crate::oauth::endpoint::{Endpoint, metadata_path, openid_paths};
use crate::oauth::extract::caller_address;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::handlers::operations::{Operations, healthz, metrics, readyz};
use crate::oauth::handlers::{
    authorize, introspect, jwks, metadata, refusals, revocation_feed, revoke, token,
};
use crate::oauth::layers::{Timed, guard, guard_untimed};

/// The OAuth endpoints, to be nested under the configured prefix: `app.nest("/oauth/v1", router(gateway))`.
///
/// The host app must provide peer addresses, as [`PeerAddr`](crate::listen::PeerAddr) or axum's `ConnectInfo` in the
/// request's extensions. Otherwise the address of every caller is unknown: all callers count as one, and accounts that
/// are limited to networks are refused. An HTTP/1.1 request needs its `Host` header, also in tests of the host app. At
/// its stop, the host app must call [`Gateway::end_waits`]; otherwise it waits up to 25 seconds for long polls.
pub fn router(gateway: Arc<Gateway>) -> Router {
    endpoints("", gateway)
}

/// The endpoints with their full paths. Not nested, because nesting a router rewrites the URI of every request.
fn endpoints(base: &str, gateway: Arc<Gateway>) -> Router {
    let mut router = Router::new();
    for &endpoint in Endpoint::ALL {
        if let (Some(path), Some(handler)) = (endpoint.path(), handler(endpoint)) {
            router = router.route(&format!("{base}/{path}"), guarded(endpoint, handler, &gateway));
        }
    }
    router.with_state(gateway)
}

/// What answers the requests to an endpoint below the prefix.
fn handler(endpoint: Endpoint) -> Option<MethodRouter<Arc<Gateway>>> {
    Some(match endpoint {
        Endpoint::Token => any(token::token),
        Endpoint::Introspection => any(introspect::introspect),
        Endpoint::Revocation => any(revoke::revoke),
        Endpoint::RevocationFeed => any(revocation_feed::revocation_feed),
        Endpoint::Jwks => get(jwks::jwks).fallback(only_get).layer(from_fn(readable_from_any_origin)),
        Endpoint::Authorization => any(authorize::authorize),
        Endpoint::Metadata | Endpoint::Other => return None,
    })
}

fn guarded(
    endpoint: Endpoint,
    handler: MethodRouter<Arc<Gateway>>,
    gateway: &Arc<Gateway>,
) -> MethodRouter<Arc<Gateway>> {
    let gateway = Arc::clone(gateway);
    if endpoint.is_timed() {
        handler.layer(from_fn_with_state(Timed { gateway, endpoint }, guard))
    } else {
        handler.layer(from_fn_with_state(gateway, guard_untimed))
    }
}

/// The metadata documents, to be merged at the root of the issuer's origin (RFC 8414 §3.1).
pub fn well_known(gateway: Arc<Gateway>) -> Router {
    let document = get(metadata::authorization_server).fallback(only_get);
    let mut router = Router::new().route(&metadata_path(&gateway.issuer), document);
    for path in openid_paths(&gateway.issuer) {
        router = router.route(&path, get(metadata::openid_configuration).fallback(only_get));
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
    gateway.refuse(Endpoint::Other, &Caller::unknown(address), failure)
}
