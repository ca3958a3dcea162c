//! A stop loses no request.

use std::{
    io::{Read as _, Write as _},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use jeton_server::listen::{Listener, Shutdown, stop_on_signals};
use rustix::process::{Signal, getpid, kill_process};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, sync::Barrier, task::JoinSet, time::timeout};

use super::{ANY_PORT, LONG_TIMEOUT, SHORT_TIMEOUT, Server, answer, app, ask, is_cut, options};

/// Sends requests without a pause until a response says `connection: close`. Then it connects to the next server, as a
/// load balancer would, and sends one more request there.
async fn busy(first: SocketAddr, next: SocketAddr, under_way: Arc<Barrier>) -> Result<(), String> {
    let mut client = TcpStream::connect(first).await.map_err(|error| error.to_string())?;
    ask(&mut client, "/").await.ok_or("the first request was lost")?;
    under_way.wait().await;
    loop {
        let (head, body) = ask(&mut client, "/").await.ok_or("a request was lost")?;
        assert_eq!(body, "served");
        if head.contains("connection: close") {
            break;
        }
    }
    let mut client = TcpStream::connect(next).await.map_err(|error| error.to_string())?;
    ask(&mut client, "/").await.ok_or("the next server lost a request")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_busy_clients_lose_no_request() {
    let next = Server::start(options()).await;
    for _ in 0..5 {
        let server = Server::stopping(options(), Shutdown::new(SHORT_TIMEOUT, LONG_TIMEOUT)).await;
        let under_way = Arc::new(Barrier::new(65));
        let mut clients = JoinSet::new();
        for _ in 0..64 {
            clients.spawn(busy(server.address, next.address, Arc::clone(&under_way)));
        }
        under_way.wait().await;
        server.stop.begin();
        while let Some(outcome) = clients.join_next().await {
            assert_eq!(outcome.unwrap(), Ok(()));
        }
        assert_eq!(server.ended().await, 0);
    }
}

#[tokio::test]
async fn new_connections_are_served_in_the_lame_duck_phase() {
    let server = Server::stopping(options(), Shutdown::new(LONG_TIMEOUT, LONG_TIMEOUT)).await;
    assert!(!server.stop.is_stopping());
    server.stop.begin();
    assert!(server.stop.is_stopping());
    let mut late = server.connect().await;
    let (head, body) = ask(&mut late, "/").await.unwrap();
    assert!(head.contains("connection: close"), "{head}");
    assert_eq!(body, "served");
    is_cut(&mut late).await;
}

#[tokio::test]
async fn a_connection_that_the_kernel_has_queued_is_served() {
    let stop = Shutdown::new(Duration::ZERO, LONG_TIMEOUT);
    let listener = Listener::bind(ANY_PORT, options()).await.unwrap();
    // A blocking client on a single-threaded runtime: neither the listener nor its driver has run since the connect.
    let mut client = std::net::TcpStream::connect(listener.local_addr()).unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    stop.begin();
    assert_eq!(timeout(LONG_TIMEOUT, listener.serve(app(), stop)).await.unwrap(), 0);
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("served"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_stop() {
    let server = Server::start(options()).await;
    let mut idle = server.connect().await;
    assert!(ask(&mut idle, "/").await.is_some());
    server.stop.begin();
    is_cut(&mut idle).await;
    assert_eq!(server.ended().await, 0);
}

#[tokio::test]
async fn a_request_on_an_idle_connection_is_served_after_the_socket_closed() {
    let server = Server::start(options()).await;
    let mut idle = server.connect().await;
    assert!(ask(&mut idle, "/").await.is_some());
    server.stop.begin();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(
        timeout(SHORT_TIMEOUT, idle.peek(&mut [0])).await.is_err(),
        "closed without time for a request on its way"
    );
    let (head, _) = ask(&mut idle, "/").await.expect("the request was lost");
    assert!(head.contains("connection: close"), "{head}");
    assert_eq!(server.ended().await, 0);
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_when_the_drain_is_over() {
    let server = Server::stopping(options(), Shutdown::new(Duration::ZERO, SHORT_TIMEOUT)).await;
    let mut stuck = server.connect().await;
    assert!(ask(&mut stuck, "/").await.is_some());
    stuck.write_all(b"GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    server.stop.begin();
    is_cut(&mut stuck).await;
    assert_eq!(server.ended().await, 1);
}

#[tokio::test]
async fn a_second_signal_cuts_the_stop_short() {
    let stop = Shutdown::new(LONG_TIMEOUT * 100, LONG_TIMEOUT * 100);
    stop_on_signals(&stop).unwrap();
    let server = Server::stopping(options(), stop).await;
    let mut stuck = server.connect().await;
    assert!(ask(&mut stuck, "/").await.is_some());
    stuck.write_all(b"GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();

    kill_process(getpid(), Signal::TERM).unwrap();
    timeout(LONG_TIMEOUT, server.stop.begun()).await.expect("the first signal begins nothing");
    let mut late = server.connect().await;
    assert!(ask(&mut late, "/").await.is_some(), "the first signal already cuts");

    kill_process(getpid(), Signal::INT).unwrap();
    assert_eq!(server.ended().await, 1);
    assert_eq!(answer(&mut stuck).await, None);
}
