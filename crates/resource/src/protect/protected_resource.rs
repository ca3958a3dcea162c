//! The metadata document of a protected resource (RFC 9728 §2), which tells clients which issuer to use.

use serde::Serialize;

use crate::protect::well_known::WellKnown;
use crate::validate::validator::Validator;

/// The metadata document, and with the feature `axum` the routes that serve it.
#[derive(Debug, Clone)]
#[must_use]
pub struct ProtectedResource {
    document: Document,
    places: Option<WellKnown>,
}

#[derive(Debug, Clone, Serialize)]
struct Document {
    resource: String,
    authorization_servers: [String; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<String>,
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
}

impl ProtectedResource {
    /// The metadata of the resource of `validator`, with its issuer and audience.
    pub fn of(validator: &Validator) -> Self {
        let document = Document {
            resource: validator.audience().to_owned(),
            authorization_servers: [validator.issuer().to_owned()],
            scopes_supported: Vec::new(),
            bearer_methods_supported: ["header"],
            resource_name: None,
        };
        Self { document, places: WellKnown::of(validator.audience()) }
    }

    /// Sets the scopes that a client should request. Clients request all of them, so name as few as possible.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.document.scopes_supported = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets a display name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.document.resource_name = Some(name.into());
        self
    }

    /// The document as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // The document has only strings, so serialisation cannot fail.
        serde_json::to_string(&self.document).unwrap_or_default()
    }

    /// The paths of the document on the resource's origin: one with the resource's path, and the root one. Empty if the
    /// resource is not an http URL.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.places.as_ref().map(WellKnown::paths).unwrap_or_default()
    }

    /// Routes that serve the document at [`Self::paths`]. Merge them after adding the
    /// [`BearerLayer`](crate::BearerLayer): they must stay public.
    #[cfg(feature = "axum")]
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> axum::Router<S> {
        use axum::middleware::map_response;
        use axum::routing::get;
        use http::header::{CACHE_CONTROL, CONTENT_TYPE};

        use crate::protect::cross_origin::{options, readable_from_any_origin};

        let body = self.to_json();
        let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
        self.paths().iter().fold(axum::Router::new().without_v07_checks(), |router, path| {
            let answer = (headers.clone(), body.clone());
            let document = get(|| std::future::ready(answer)).options(options);
            router.route(path, document.layer(map_response(readable_from_any_origin)))
        })
    }
}
