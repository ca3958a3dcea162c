//! A network between a node and its database, whose packets can vanish.

use std::path::PathBuf;
use std::time::Duration;

use jeton_bench::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Forwards connections to a server's socket until it is dropped.
pub(crate) struct Network {
    port: u16,
    passes: watch::Sender<bool>,
    accept: JoinHandle<()>,
}

impl Network {
    pub(crate) async fn start(socket: PathBuf) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (passes, receiver) = watch::channel(true);
        let accept = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, socket.clone(), receiver.clone()));
            }
        });
        Ok(Self { port, passes, accept })
    }

    /// The URL of a database of the server.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://jeton@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// From now on, everything that is sent in either direction vanishes. No connection is reset.
    pub(crate) fn lose(&self) {
        self.passes.send_replace(false);
    }

    /// From now on, packets pass. A connection that lost some stays silent: what was lost is not sent again.
    pub(crate) fn heal(&self) {
        self.passes.send_replace(true);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.accept.abort();
    }
}

/// The ends of the network learn nothing of each other while packets vanish, also not that a connection was closed.
async fn forward(mut client: TcpStream, socket: PathBuf, mut passes: watch::Receiver<bool>) {
    let (mut from_client, mut from_server) = (vec![0; 65_536], vec![0; 65_536]);
    if passes.wait_for(|passes| *passes).await.is_err() {
        return;
    }
    let Ok(mut server) = UnixStream::connect(socket).await else { return };
    loop {
        let (read, is_from_client) = tokio::select! {
            read = client.read(&mut from_client) => (read, true),
            read = server.read(&mut from_server) => (read, false),
        };
        if !*passes.borrow() {
            let _ = passes.wait_for(|passes| *passes).await;
            let close = async { while let Ok(1..) = client.read(&mut from_client).await {} };
            let _ = timeout(SILENT, close).await;
            return;
        }
        let Ok(read @ 1..) = read else { return };
        let sent = if is_from_client {
            server.write_all(&from_client[..read]).await
        } else {
            client.write_all(&from_server[..read]).await
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Longer than a node keeps such a connection.
const SILENT: Duration = Duration::from_mins(1);
