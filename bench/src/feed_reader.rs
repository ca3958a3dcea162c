//! A reader of the revocation feed, as an API is one: it polls with the tag of its last document and counts what it gets.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Error;

/// An open connection and the last document's tag.
#[derive(Debug)]
pub struct FeedReader {
    connection: SendRequest<Empty<Bytes>>,
    host: String,
    authorization: String,
    tag: Option<HeaderValue>,
}

impl FeedReader {
    /// Connects to the host of `url`, `http` only.
    ///
    /// # Errors
    /// Errors of the connection.
    pub async fn connect(url: &Uri, client_id: &str, secret: &str) -> Result<Self, Error> {
        let host = url.authority().ok_or("the URL names no host")?.as_str().to_owned();
        let (connection, driver) = handshake(TokioIo::new(TcpStream::connect(&host).await?)).await?;
        tokio::spawn(driver);
        let authorization = format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")));
        Ok(Self { connection, host, authorization, tag: None })
    }

    /// Waits until there is another document than the last one, at most 25 seconds. Returns its size, or `None` if
    /// nothing changed.
    ///
    /// # Errors
    /// Errors of the connection, and any other status than 200 and 304.
    pub async fn poll(&mut self) -> Result<Option<usize>, Error> {
        let mut request = Request::get("/oauth/v1/revocations?wait=25")
            .header("host", &self.host)
            .header("authorization", &self.authorization);
        if let Some(tag) = &self.tag {
            request = request.header("if-none-match", tag);
        }
        self.connection.ready().await?;
        let response: Response<Incoming> = self.connection.send_request(request.body(Empty::new())?).await?;
        let (head, body) = response.into_parts();
        let length = body.collect().await?.to_bytes().len();
        match head.status {
            StatusCode::NOT_MODIFIED => {
                // A node that has too many waiting requests answers early.
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok(None)
            }
            StatusCode::OK => {
                self.tag = head.headers.get("etag").cloned();
                Ok(Some(length))
            }
            status => Err(format!("the revocation feed answered {status}").into()),
        }
    }
}
