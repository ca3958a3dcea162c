//! The example MCP server, in this process.

use std::net::SocketAddr;
use std::path::PathBuf;

use jeton_example_mcp_server::{Arguments, open};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::WalkError;

/// A server that has its address already, because an administrator names the resource before anybody checks tokens for it.
#[derive(Debug)]
pub struct McpServer {
    listener: TcpListener,
    bound: SocketAddr,
    arguments: Arguments,
    folder: TempDir,
}

impl McpServer {
    /// Takes a free port; `issuer` is whose tokens will be accepted.
    ///
    /// # Errors
    /// If there is no port or no folder to have.
    pub async fn bind(issuer: &str) -> Result<Self, WalkError> {
        let folder =
            tempfile::tempdir().map_err(WalkError::machine("a folder for the MCP server cannot be made"))?;
        let arguments = Arguments::on_loopback(issuer, folder.path().to_owned());
        let no_port = |error| WalkError::Machine { doing: "the MCP server finds no port", error };
        let listener = TcpListener::bind(arguments.listen).await.map_err(no_port)?;
        let bound = listener.local_addr().map_err(no_port)?;
        Ok(Self { listener, bound, arguments, folder })
    }

    /// The URL that clients call.
    #[must_use]
    pub fn resource(&self) -> String {
        self.arguments.resource(self.bound)
    }

    /// Asks the issuer about tokens, with the credentials in this file.
    #[must_use]
    pub fn introspecting(mut self, credentials: PathBuf) -> Self {
        self.arguments.introspect = true;
        self.arguments.credentials_file = Some(credentials);
        self
    }

    /// Serves until the runtime ends.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub async fn serve(self) -> Result<(), WalkError> {
        let app = open(&self.arguments, self.bound).await?;
        let Self { listener, folder, .. } = self;
        tokio::spawn(async move {
            let _kept = folder;
            axum::serve(listener, app).await
        });
        Ok(())
    }
}
