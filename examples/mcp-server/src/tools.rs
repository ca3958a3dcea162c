//! The MCP server: its name and its only tool.
//!
//! Decides the arguments and the result of the tool. Requests are already authorized when they reach this module.

use http::request::Parts;
use jeton_resource::Token;
use rmcp::handler::server::common::Extension;
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::model::{Implementation, ServerCapabilities, ServerConfig};
use rmcp::schemars::JsonSchema;
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use serde::Deserialize;
use serde_json::Value;

use crate::activity::SessionActivity;
use crate::store::Store;
use crate::visitor_id::VisitorId;

/// The tools over one store.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    store: Store,
}

#[tool_router]
impl Tools {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// A malformed id and an unavailable store are tool errors, because the calling model reads those. It does not read
    /// protocol errors.
    #[tool(
        name = "GetSessionActivity",
        description = "Get a visitor's recent activity in the product: recent pages, features used, and signs of \
                       frustration. Call it at the start of a conversation to see what the visitor was trying to do.",
        annotations(title = "Get session activity", read_only_hint = true, open_world_hint = false)
    )]
    async fn session_activity(
        &self,
        Parameters(arguments): Parameters<SessionActivityArguments>,
        Extension(request): Extension<Parts>,
    ) -> Result<Json<SessionActivity>, String> {
        let account = request.extensions.get().map_or("unknown", Token::client_id);
        let visitor =
            VisitorId::from_argument(&arguments.visitor_id.unwrap_or_default()).map_err(|malformed| {
                tracing::info!(account, "GetSessionActivity refused: malformed visitorId");
                malformed.to_string()
            })?;
        let activity = self.store.session_activity(&visitor).await.map_err(|error| {
            tracing::error!(account, %error, "GetSessionActivity failed: the store could not be read");
            "The activity could not be read. Try again later.".to_owned()
        })?;
        // The account asserts this visitor id. Nothing proves that the visitor is in the conversation.
        tracing::info!(account, visitor_id_asserted = %visitor, known = activity.known, "GetSessionActivity");
        Ok(Json(activity))
    }
}

#[tool_handler]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        let name =
            Implementation::new("visitor-activity", env!("CARGO_PKG_VERSION")).with_title("Visitor activity");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(name)
            .with_instructions(
                "Call GetSessionActivity to see what the visitor of this conversation did in the product.",
            )
    }
}

/// The tool's arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct SessionActivityArguments {
    /// The id of the visitor, as the product knows it: 1 to 255 visible ASCII characters without spaces
    // Accepts any value and no value, so that the tool itself returns the error.
    #[serde(rename = "visitorId")]
    #[schemars(with = "String", length(min = 1, max = 255))]
    visitor_id: Option<Value>,
}
