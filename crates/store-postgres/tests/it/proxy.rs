//! A network between a store and its server that loses what is sent, or cuts a connection at a chosen statement. It can
//! also lose only announcements, as a pooler in transaction mode does: the server accepts LISTEN, but its notifications
//! never reach the client that asked for them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

/// What happens to the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// It passes.
    Passes,
    /// It vanishes in both directions, and no connection is reset.
    Vanishes,
    /// Only announcements vanish.
    PassesWithoutAnnouncements,
    /// What the client sends passes after a moment.
    PassesSlowly,
    /// It passes on the connections that exist. New ones are accepted and never answered.
    PassesOnExistingConnections,
    /// A connection is cut when the client sends a message that contains this text.
    CutAt(&'static str, Delivery),
}

/// Whether the server gets the message at which a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    Lost,
    Delivered,
}

/// Listens at a port of 127.0.0.1 until it is dropped.
pub(crate) struct Proxy {
    port: u16,
    database: String,
    traffic: watch::Sender<Traffic>,
    requests: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Forwards to the server of a URL.
    pub(crate) async fn start(server: &str) -> Self {
        let options: PgConnectOptions = server.parse().unwrap();
        let socket = options.get_socket().unwrap().join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (traffic, receiver) = watch::channel(Traffic::Passes);
        let requests = Arc::<AtomicU64>::default();
        let task = tokio::spawn(accept(listener, socket, receiver, Arc::clone(&requests)));
        Self { port, database: options.get_database().unwrap().to_owned(), traffic, requests, task }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL of the database through the proxy.
    pub(crate) fn url(&self) -> String {
        format!("postgres://jeton@127.0.0.1:{}/{}?sslmode=disable", self.port, self.database)
    }

    /// How often a client has sent something after it had waited for the server.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    /// Changes what happens from now on.
    pub(crate) fn set(&self, traffic: Traffic) {
        self.traffic.send_replace(traffic);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    socket: PathBuf,
    traffic: watch::Receiver<Traffic>,
    requests: Arc<AtomicU64>,
) {
    let (mut connections, mut held) = (JoinSet::new(), Vec::new());
    loop {
        let (client, _) = listener.accept().await.unwrap();
        client.set_nodelay(true).unwrap();
        if *traffic.borrow() == Traffic::PassesOnExistingConnections {
            held.push(client);
        } else {
            let server = UnixStream::connect(&socket).await.unwrap();
            connections.spawn(forward(client, server, traffic.clone(), Arc::clone(&requests)));
        }
    }
}

/// Forwards until either end closes the connection.
async fn forward(
    mut client: TcpStream,
    server: UnixStream,
    traffic: watch::Receiver<Traffic>,
    requests: Arc<AtomicU64>,
) {
    let (from_server, mut to_server) = server.into_split();
    let (sender, mut answers) = mpsc::channel(1);
    let mut reader = JoinSet::new();
    reader.spawn(read_messages(from_server, sender));
    let mut request = vec![0; 65_536];
    loop {
        let sent = tokio::select! {
            read = client.read(&mut request) => {
                let Ok(read @ 1..) = read else { return };
                let request = &request[..read];
                requests.fetch_add(1, Ordering::SeqCst);
                let traffic = *traffic.borrow();
                match traffic {
                    Traffic::Vanishes => Ok(()),
                    Traffic::PassesSlowly => {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        to_server.write_all(request).await
                    }
                    Traffic::CutAt(text, delivery) if contains(request, text) => {
                        if delivery == Delivery::Delivered {
                            to_server.write_all(request).await.unwrap();
                            // The answer shows that the server has done it.
                            let _ = tokio::time::timeout(Duration::from_secs(10), answers.recv()).await;
                        }
                        return;
                    }
                    _ => to_server.write_all(request).await,
                }
            }
            answer = answers.recv() => {
                let Some(answer) = answer else { return };
                let traffic = *traffic.borrow();
                let is_announcement = answer[0] == NOTIFICATION_RESPONSE;
                match traffic {
                    Traffic::Vanishes => Ok(()),
                    Traffic::PassesWithoutAnnouncements if is_announcement => Ok(()),
                    _ => client.write_all(&answer).await,
                }
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Reads messages of the server: a byte for the kind, and the length without that byte
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
async fn read_messages(mut server: OwnedReadHalf, messages: mpsc::Sender<Vec<u8>>) -> std::io::Result<()> {
    loop {
        let kind = server.read_u8().await?;
        let length = server.read_u32().await?;
        let mut message = [&[kind], &length.to_be_bytes()[..]].concat();
        message.resize(length as usize + 1, 0);
        server.read_exact(&mut message[5..]).await?;
        if messages.send(message).await.is_err() {
            return Ok(());
        }
    }
}

fn contains(message: &[u8], text: &str) -> bool {
    message.windows(text.len()).any(|window| window == text.as_bytes())
}

const NOTIFICATION_RESPONSE: u8 = b'A';
