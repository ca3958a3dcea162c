//! The HTTP routes: MCP behind the bearer layer, and the metadata document that names the issuer of tokens.

use std::net::SocketAddr;

use axum::Router;
use axum::middleware::map_request;
use jeton_resource::{BearerLayer, ProtectedResource, Validator};

use crate::store::Store;
use crate::transport::{Allowed, accept_both, service};
use crate::{Arguments, PATH, SCOPE, StartError};

/// Opens the store and creates the routes. `bound` is the address that the server listens on.
///
/// # Errors
/// [`StartError`]. An issuer that does not answer is not an error.
pub async fn open(arguments: &Arguments, bound: SocketAddr) -> Result<Router, StartError> {
    let resource = arguments.resource(bound);
    let validator = arguments.validator(&resource)?;
    let store = Store::open(&arguments.data_dir).await?;
    Ok(app(store, &validator, arguments.allowed(&resource)))
}

/// Every MCP request is authorized first, for every method. The 401 tells a client without a token where to get one.
fn app(store: Store, validator: &Validator, allowed: Allowed) -> Router {
    Router::new()
        .route_service(PATH, service(store, allowed))
        .route_layer(map_request(accept_both))
        .route_layer(BearerLayer::new(validator.clone()).require_scope(SCOPE))
        .merge(ProtectedResource::of(validator).scopes([SCOPE]).routes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_guide_shows_these_lines() {
        let guide = include_str!("../../../docs/protect-an-mcp-server.md");
        let (_, rest) = guide.split_once("```rust,ignore\n").unwrap();
        let (lines, _) = rest.split_once("```").unwrap();
        assert!(include_str!("app.rs").contains(lines), "{lines}");
    }
}
