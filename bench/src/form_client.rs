//! A client that posts forms one after the other over one connection, and measures their response times.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use jeton_core::Clock as _;
use jeton_server::system::SystemClock;
use tokio::net::TcpStream;

use crate::Error;

/// An open connection.
#[derive(Debug)]
pub struct FormClient {
    connection: SendRequest<Full<Bytes>>,
    host: String,
    path: String,
    clock: SystemClock,
}

/// A response.
#[derive(Debug)]
pub struct FormResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The whole body.
    pub body: Bytes,
    /// From the first byte of the request to the last byte of the response.
    pub elapsed: Duration,
}

impl FormClient {
    /// Connects to the host of `url`, `http` only.
    ///
    /// # Errors
    /// Errors of the connection.
    pub async fn connect(url: &Uri) -> Result<Self, Error> {
        let host = url.authority().ok_or("the URL names no host")?.as_str().to_owned();
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        let path = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        Ok(Self { connection, host, path, clock: SystemClock::new() })
    }

    /// Posts one form and reads the whole response.
    ///
    /// # Errors
    /// Errors of the connection.
    pub async fn post(&mut self, form: Bytes) -> Result<FormResponse, Error> {
        let request = Request::post(&self.path)
            .header("host", &self.host)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Full::new(form))?;
        let began = self.clock.monotonic();
        let response = self.connection.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(FormResponse { status, body, elapsed: self.clock.monotonic().saturating_sub(began) })
    }
}
