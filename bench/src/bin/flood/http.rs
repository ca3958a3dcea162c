//! HTTP/1.1 as text: requests, and answers that have a `Content-Length`, as all of the server's answers do.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

/// A whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The server closes the connection.
    pub(crate) closes: bool,
}

impl Answer {
    /// Reads an answer. `None` if it is not complete yet.
    pub(crate) fn parse(received: &[u8]) -> io::Result<Option<Self>> {
        let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(&received[..end]).map_err(|_| invalid())?;
        let mut lines = head.split("\r\n");
        let status =
            lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(invalid)?;
        let (mut length, mut closes) = (None, false);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            }
            closes |= name.eq_ignore_ascii_case("connection") && value.trim().eq_ignore_ascii_case("close");
        }
        let body = received[end + 4..].get(..length.ok_or_else(invalid)?);
        Ok(body.map(|body| Self { status, body: body.to_vec(), closes }))
    }
}

/// A `GET` request.
pub(crate) fn get(host: SocketAddr, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").into_bytes()
}

/// A `POST` request with a form.
pub(crate) fn post(host: SocketAddr, path: &str, forwarded_for: Option<Ipv4Addr>, form: &str) -> Vec<u8> {
    (post_head(host, path, forwarded_for, form.len()) + form).into_bytes()
}

/// The head of a `POST` request whose body has this length.
pub(crate) fn post_head(
    host: SocketAddr,
    path: &str,
    forwarded_for: Option<Ipv4Addr>,
    length: usize,
) -> String {
    let forwarded =
        forwarded_for.map(|address| format!("x-forwarded-for: {address}\r\n")).unwrap_or_default();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\n{forwarded}\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n"
    )
}

fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an HTTP/1.1 answer with a content length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_with_the_last_byte_of_its_body() {
        let whole = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nconnection: close\r\n\r\n{}";
        let answer = Answer { status: 401, body: b"{}".to_vec(), closes: true };
        assert_eq!(Answer::parse(whole).unwrap(), Some(answer));
        for end in 0..whole.len() {
            assert_eq!(Answer::parse(&whole[..end]).unwrap(), None, "{end}");
        }
    }

    #[test]
    fn a_connection_stays_open_unless_the_answer_says_otherwise() {
        let answer = Answer::parse(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap().unwrap();
        assert!(!answer.closes);
    }

    #[test]
    fn an_answer_without_a_length_is_an_error_instead_of_a_wait_without_end() {
        Answer::parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap_err();
        Answer::parse(b"hello\r\n\r\n").unwrap_err();
    }

    #[test]
    fn a_forwarded_request_names_the_address() {
        let host = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
        let request = String::from_utf8(post(host, "/t", Some(Ipv4Addr::new(198, 18, 0, 7)), "a=b")).unwrap();
        assert!(request.contains("\r\nx-forwarded-for: 198.18.0.7\r\n"), "{request}");
        assert!(request.ends_with("content-length: 3\r\n\r\na=b"), "{request}");
    }
}
