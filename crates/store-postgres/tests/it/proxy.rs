//! A proxy that loses announcements, as a pooler in transaction mode does: the server accepts LISTEN, but its
//! notifications never reach the client that asked for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::unix::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream, UnixStream, tcp};
use tokio::task::JoinSet;

/// Passes connections on to the server of a URL, until it is dropped.
pub(crate) struct Proxy {
    port: u16,
    database: String,
    loses: Arc<AtomicBool>,
    holds: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn start(server: &str) -> Self {
        let options: PgConnectOptions = server.parse().unwrap();
        let socket = options.get_socket().unwrap().join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let loses = Arc::<AtomicBool>::default();
        let holds = Arc::<AtomicBool>::default();
        let (lose, hold) = (Arc::clone(&loses), Arc::clone(&holds));
        let task = tokio::spawn(async move {
            let (mut connections, mut held) = (JoinSet::new(), Vec::new());
            loop {
                let (client, _) = listener.accept().await.unwrap();
                client.set_nodelay(true).unwrap();
                if hold.load(Ordering::SeqCst) {
                    held.push(client);
                    continue;
                }
                let server = UnixStream::connect(&socket).await.unwrap();
                connections.spawn(pass(client, server, Arc::clone(&lose)));
            }
        });
        Self { port, database: options.get_database().unwrap().to_owned(), loses, holds, task }
    }

    /// The URL of the database through the proxy.
    pub(crate) fn url(&self) -> String {
        format!("postgres://jeton@127.0.0.1:{}/{}?sslmode=disable", self.port, self.database)
    }

    /// Whether announcements are lost from now on.
    pub(crate) fn lose_announcements(&self, loses: bool) {
        self.loses.store(loses, Ordering::SeqCst);
    }

    /// New connections are accepted and never answered from now on.
    pub(crate) fn hold_new_connections(&self) {
        self.holds.store(true, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(client: TcpStream, server: UnixStream, loses: Arc<AtomicBool>) {
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    // Either end may close the connection; then both directions are dropped.
    tokio::select! {
        _ = copy(&mut from_client, &mut to_server) => {}
        _ = pass_messages(from_server, to_client, &loses) => {}
    }
}

/// Passes on messages of the server: a byte for the kind, and the length without that byte
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
async fn pass_messages(
    mut from_server: OwnedReadHalf,
    mut to_client: tcp::OwnedWriteHalf,
    loses: &AtomicBool,
) -> std::io::Result<()> {
    loop {
        let kind = from_server.read_u8().await?;
        let length = from_server.read_u32().await?;
        let mut message = vec![0; length as usize - 4];
        from_server.read_exact(&mut message).await?;
        if kind == NOTIFICATION_RESPONSE && loses.load(Ordering::SeqCst) {
            continue;
        }
        to_client.write_all(&[&[kind], &length.to_be_bytes()[..], &message].concat()).await?;
    }
}

const NOTIFICATION_RESPONSE: u8 = b'A';
