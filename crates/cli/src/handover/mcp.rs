//! The `mcpServers` object that MCP clients read, with the client-credentials grant for its server.

use serde_json::json;

use super::Handover;
use crate::escape::visible_json;

/// The JSON document; the server is called like the account.
pub(super) fn configuration(handover: &Handover<'_>) -> String {
    let document = json!({
        "mcpServers": {
            handover.name: {
                "type": "http",
                "url": handover.resource,
                "oauth": {
                    "grant_type": "client_credentials",
                    "issuer": handover.issuer,
                    "token_endpoint": handover.token_endpoint,
                    "client_id": handover.client_id,
                    "client_secret": handover.secret(),
                    "scope": handover.scope(),
                    "resource": handover.resource,
                }
            }
        }
    });
    visible_json(&format!("{document:#}\n"))
}
