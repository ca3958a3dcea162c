//! The MCP server: its name, and its one tool.
//!
//! Decides what is asked and answered. Who may ask was decided before a request comes here.

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

    /// A malformed id and a store that is away are errors of the tool, which the model at the other end reads, not of
    /// the protocol, which it does not.
    #[tool(
        name = "GetSessionActivity",
        description = "What a visitor of the product did lately: recent pages, features used, and signs of frustration. \
                       Call it at the start of a conversation to see what the visitor was trying to do.",
        annotations(title = "Get session activity", read_only_hint = true, open_world_hint = false)
    )]
    async fn session_activity(
        &self,
        Parameters(asked): Parameters<Asked>,
        Extension(request): Extension<Parts>,
    ) -> Result<Json<SessionActivity>, String> {
        let account = request.extensions.get().map_or("nobody", Token::client_id);
        let visitor =
            VisitorId::from_argument(&asked.visitor_id.unwrap_or_default()).map_err(|malformed| {
                tracing::info!(account, "GetSessionActivity: malformed visitorId");
                malformed.to_string()
            })?;
        let activity = self.store.session_activity(&visitor).await.map_err(|error| {
            tracing::error!(account, %error, "GetSessionActivity: the store cannot be read");
            "The activity cannot be read at the moment. Try again later.".to_owned()
        })?;
        // The account says that it asks about this visitor; nothing proves that the visitor is there.
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
                "Ask GetSessionActivity what the visitor of this conversation did in the product.",
            )
    }
}

/// The tool's arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct Asked {
    /// The id of the visitor, as the product knows it: 1 to 255 visible ASCII characters without spaces
    // Anything and nothing is taken here, so that the refusal is the tool's own.
    #[serde(rename = "visitorId")]
    #[schemars(with = "String", length(min = 1, max = 255))]
    visitor_id: Option<Value>,
}
