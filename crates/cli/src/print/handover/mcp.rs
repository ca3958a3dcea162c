//! The `mcpServers` object that MCP clients read, with the client-credentials grant for the server.

use serde_json::json;

use super::ConnectionDetails;
use crate::print::escape::visible_json;

/// The JSON document; the server has the name of the account.
pub(super) fn configuration(details: &ConnectionDetails<'_>) -> String {
    let document = json!({
        "mcpServers": {
            details.name: {
                "type": "http",
                "url": details.resource,
                "oauth": {
                    "grant_type": "client_credentials",
                    "issuer": details.issuer,
                    "token_endpoint": details.token_endpoint,
                    "client_id": details.client_id,
                    "client_secret": details.secret(),
                    "scope": details.scope(),
                    "resource": details.resource,
                }
            }
        }
    });
    visible_json(&format!("{document:#}\n"))
}
