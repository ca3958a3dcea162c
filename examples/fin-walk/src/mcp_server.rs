//! The example MCP server, in this process.

use std::net::SocketAddr;
use std::path::PathBuf;

use jeton_example_mcp_server::{Arguments, open};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::WalkError;

/// A server with a bound port that does not serve yet. The resource must be registered under this address before the
/// server checks tokens for it.
#[derive(Debug)]
pub struct McpServer {
    listener: TcpListener,
    bound: SocketAddr,
    arguments: Arguments,
    folder: TempDir,
}

impl McpServer {
    /// Binds a free port. The server will accept tokens of `issuer`.
    ///
    /// # Errors
    /// If no port can be bound or no folder can be created.
    pub async fn bind(issuer: &str) -> Result<Self, WalkError> {
        let folder =
            tempfile::tempdir().map_err(WalkError::io("cannot create a folder for the MCP server"))?;
        let arguments = Arguments::on_loopback(issuer, folder.path().to_owned());
        let no_port = |error| WalkError::Io { action: "cannot bind a port for the MCP server", error };
        let listener = TcpListener::bind(arguments.listen).await.map_err(no_port)?;
        let bound = listener.local_addr().map_err(no_port)?;
        Ok(Self { listener, bound, arguments, folder })
    }

    /// The URL that clients call.
    #[must_use]
    pub fn resource(&self) -> String {
        self.arguments.resource(self.bound)
    }

    /// Introspects tokens at the issuer, with the credentials in this file.
    #[must_use]
    pub fn with_introspection(mut self, credentials: PathBuf) -> Self {
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
            let _folder = folder;
            axum::serve(listener, app).await
        });
        Ok(())
    }
}
