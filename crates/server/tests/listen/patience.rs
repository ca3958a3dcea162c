//! Slow peers are disconnected, and other peers are not affected.

use std::time::Duration;

use jeton_server::listen::ListenOptions;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{interval, timeout},
};

use super::{LONG_TIMEOUT, SHORT_TIMEOUT, Server, ask, is_cut, options};

fn short_headers() -> ListenOptions {
    ListenOptions { header_timeout: SHORT_TIMEOUT, ..options() }
}

#[tokio::test]
async fn a_silent_client_is_cut() {
    let server = Server::start(short_headers()).await;
    is_cut(&mut server.connect().await).await;
}

#[tokio::test]
async fn a_client_that_falls_silent_after_a_request_is_cut() {
    let server = Server::start(short_headers()).await;
    let mut client = server.connect().await;
    assert!(ask(&mut client, "/").await.is_some());
    is_cut(&mut client).await;
}

#[tokio::test]
async fn a_header_that_arrives_byte_by_byte_is_cut_at_the_timeout() {
    let server = Server::start(short_headers()).await;
    let (mut reader, mut writer) = server.connect().await.into_split();
    let drip = tokio::spawn(async move {
        let mut tick = interval(SHORT_TIMEOUT / 10);
        let _ = writer.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await;
        while writer.write_u8(b'x').await.is_ok() {
            tick.tick().await;
        }
    });
    is_cut(&mut reader).await;
    timeout(LONG_TIMEOUT, drip).await.expect("the server still reads").unwrap();
}

#[tokio::test]
async fn a_client_that_never_reads_is_cut() {
    let server = Server::start(ListenOptions { write_timeout: SHORT_TIMEOUT, ..options() }).await;
    let mut client = server.connect().await;
    client.write_all(b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    server.stop.begin();
    // The client never reads: the stop ends before its drain only because the write timed out.
    let cut = timeout(Duration::from_secs(10), server.served).await.expect("the writer still waits").unwrap();
    assert_eq!(cut, 0);
    drop(client);
}

#[tokio::test]
async fn a_client_that_reads_a_large_answer_gets_all_of_it() {
    let server = Server::start(ListenOptions { write_timeout: SHORT_TIMEOUT, ..options() }).await;
    let mut client = server.connect().await;
    let request = b"GET /large HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    client.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    client.read_to_end(&mut bytes).await.unwrap();
    assert!(bytes.len() > 32 << 20, "{}", bytes.len());
}

#[tokio::test]
async fn a_head_beyond_32_kib_is_refused_and_the_next_client_served() {
    let server = Server::start(options()).await;
    for size in [33_000, 100_000] {
        let mut client = server.connect().await;
        let huge = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(size));
        client.write_all(huge.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        client.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 431", "{size}");
        is_cut(&mut client).await;
    }
    assert!(ask(&mut server.connect().await, "/").await.is_some());
}

#[tokio::test]
async fn slow_clients_do_not_affect_others() {
    let server = Server::start(short_headers()).await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        slow.push(server.connect().await);
    }
    let mut good = server.connect().await;
    assert!(ask(&mut good, "/").await.is_some());
    for client in &mut slow {
        is_cut(client).await;
    }
}

#[tokio::test]
async fn a_silent_client_is_cut_sooner_when_places_run_out() {
    let server = Server::start(ListenOptions { max_connections: 4, ..options() }).await;
    let began = tokio::time::Instant::now();
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(server.connect().await);
    }
    is_cut(&mut clients[3]).await;
    assert!(began.elapsed() < options().header_timeout / 2, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_network_over_its_limit_is_closed_at_once_and_others_are_served() {
    let server = Server::start(ListenOptions { connections_per_address: 2, ..options() }).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    assert!(ask(&mut first, "/").await.is_some());
    assert!(ask(&mut second, "/").await.is_some());
    is_cut(&mut server.connect().await).await;
    let mut other = server.connect_from("127.0.0.2").await;
    assert!(ask(&mut other, "/").await.is_some());
    assert_eq!((server.counts.open(), server.counts.refused()), (3, 1));
    drop(first);
    let next = async { while ask(&mut server.connect().await, "/").await.is_none() {} };
    timeout(LONG_TIMEOUT, next).await.expect("its turn never came");
}

#[tokio::test]
async fn a_trusted_proxy_has_no_limit_of_its_own() {
    let trusted_proxies = vec!["127.0.0.2/32".parse().unwrap()];
    let server =
        Server::start(ListenOptions { connections_per_address: 1, trusted_proxies, ..options() }).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = server.connect_from("127.0.0.2").await;
        assert!(ask(&mut client, "/").await.is_some());
        clients.push(client);
    }
    assert!(ask(&mut server.connect().await, "/").await.is_some());
}

#[tokio::test]
async fn beyond_the_limit_a_connection_waits_until_one_closes() {
    let server = Server::start(ListenOptions { max_connections: 2, ..options() }).await;
    let (mut first, mut second, mut third) =
        (server.connect().await, server.connect().await, server.connect().await);
    assert!(ask(&mut first, "/").await.is_some());
    assert!(ask(&mut second, "/").await.is_some());
    let waits = timeout(SHORT_TIMEOUT, ask(&mut third, "/")).await;
    assert!(waits.is_err(), "a third connection was served: {waits:?}");
    drop(first);
    let answered = timeout(LONG_TIMEOUT, super::answer(&mut third)).await.expect("its turn never came");
    assert_eq!(answered.unwrap().1, "served");
}
