//! The routers of the public endpoints and of the operations listener. The routers can be used alone or mounted in another axum app.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get};

use crate::listen::Shutdown;
use crate::oauth::endpoint::{Endpoint, metadata_path, openid_paths};
use crate::oauth::gateway::Gateway;
use crate::oauth::guard;
use crate::oauth::handlers::operations::{Operations, healthz, metrics, readyz};
use crate::oauth::handlers::refusals;

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
        if let Some(path) = endpoint.path() {
            router = router.route(&format!("{base}/{path}"), guarded(endpoint));
        }
    }
    router.with_state(gateway)
}

/// The metadata documents, to be merged at the root of the issuer's origin (RFC 8414 §3.1).
pub fn well_known(gateway: Arc<Gateway>) -> Router {
    let mut router = Router::new().route(&metadata_path(&gateway.issuer), guarded(Endpoint::Metadata));
    for path in openid_paths(&gateway.issuer) {
        router = router.route(&path, guarded(Endpoint::Metadata));
    }
    router.with_state(gateway)
}

/// Everything on the public listener: both routers at the paths of the issuer, and a refusal for all other paths.
pub fn app(gateway: &Arc<Gateway>) -> Router {
    let base = format!("{}{}", gateway.issuer.path(), gateway.prefix.as_str());
    Router::new()
        .merge(endpoints(&base, Arc::clone(gateway)))
        .merge(well_known(Arc::clone(gateway)))
        .fallback_service(guarded(Endpoint::Other).with_state(Arc::clone(gateway)))
}

/// Answers every method: each handler decides which ones its endpoint supports.
fn guarded(endpoint: Endpoint) -> MethodRouter<Arc<Gateway>> {
    any(move |State(gateway): State<Arc<Gateway>>, request: Request| async move {
        guard::answer(&gateway, endpoint, request).await
    })
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
        .layer(from_fn_with_state(Arc::clone(&gateway), guard::layer))
        .with_state(Operations { gateway, stop })
}
