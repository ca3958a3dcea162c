//! Connections from a chosen loopback address. An open connection that waits for an answer has no buffer, so that
//! thousands take little memory.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::http::Answer;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) async fn open(from: Ipv4Addr, to: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_nodelay(true)?;
        // Resets the connection at its end. Otherwise each port would stay in use for another minute, and an address has
        // only 28,000.
        socket.set_zero_linger()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        Ok(Self(socket.connect(to).await?))
    }

    pub(crate) async fn send(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.0.writable().await?;
            match self.0.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until an answer begins or the server closes the connection.
    pub(crate) async fn readable(&self) -> io::Result<()> {
        self.0.readable().await
    }

    /// Reads the answer to the last request.
    pub(crate) async fn answer(&self) -> io::Result<Answer> {
        let mut received = Vec::new();
        loop {
            self.0.readable().await?;
            match self.read_to(&mut received) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {
                    if let Some(answer) = Answer::parse(&received)? {
                        return Ok(answer);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            if received.len() > MAX_ANSWER {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
    }

    /// Not part of `answer`: there the buffer would belong to the task of each connection.
    fn read_to(&self, received: &mut Vec<u8>) -> io::Result<usize> {
        let mut chunk = [0; 4_096];
        let count = self.0.try_read(&mut chunk)?;
        received.extend_from_slice(&chunk[..count]);
        Ok(count)
    }
}

/// A client that keeps its connection, and opens another one after an error.
#[derive(Debug)]
pub(crate) struct Client {
    from: Ipv4Addr,
    to: SocketAddr,
    connection: Option<Connection>,
}

impl Client {
    pub(crate) fn new(from: Ipv4Addr, to: SocketAddr) -> Self {
        Self { from, to, connection: None }
    }

    /// Opens the connection.
    pub(crate) async fn connect(&mut self) -> io::Result<()> {
        self.connection = Some(Connection::open(self.from, self.to).await?);
        Ok(())
    }

    /// The answer to a request. `None` after an error of the connection, or if it takes longer than `limit`.
    pub(crate) async fn ask(&mut self, request: &[u8], limit: Duration) -> Option<Answer> {
        timeout(limit, self.exchange(request)).await.ok()?.ok()
    }

    async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        // A connection is put back only after a whole answer: what remains of an earlier one would answer a later request.
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.from, self.to).await?,
        };
        connection.send(request).await?;
        let answer = connection.answer().await?;
        self.connection = Some(connection).filter(|_| !answer.closes);
        Ok(answer)
    }
}

const MAX_ANSWER: usize = 1 << 20;
