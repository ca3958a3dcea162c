//! What a reserved port is for others: closed, not given away, and free for the program that names it.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};

use jeton_reserved_port::ReservedPort;

#[test]
fn a_program_can_listen_on_it_again_and_again() {
    let reserved = ReservedPort::new().unwrap();
    for _ in 0..3 {
        assert_eq!(TcpStream::connect(reserved.address()).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        let listener = TcpListener::bind(reserved.address()).unwrap();
        let connected = TcpStream::connect(reserved.address()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        drop((connected, accepted));
    }
}

#[test]
fn nobody_else_gets_it() {
    let reserved: Vec<_> = (0..1_000).map(|_| ReservedPort::new().unwrap()).collect();
    let ports: HashSet<_> = reserved.iter().map(ReservedPort::port).collect();
    assert_eq!(ports.len(), reserved.len());
    let others: Vec<_> = (0..1_000).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    assert!(others.iter().all(|other| !ports.contains(&other.local_addr().unwrap().port())));
    let one = &others[0];
    for _ in 0..1_000 {
        let connected = TcpStream::connect(one.local_addr().unwrap()).unwrap();
        assert!(!ports.contains(&connected.local_addr().unwrap().port()));
        one.accept().unwrap();
    }
}
