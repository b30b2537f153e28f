//! Connections that are slow below what the hub says: in TLS, in chunks, in the answer of a proxy.
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};
use std::{io, thread};

use mnet::hub::{Event, FileRequest, Hub, HubError, Timeouts};

use super::certificates::{encrypt, pem};
use super::support::http::Reply;
use super::support::hub_server::{Fault, HubServer};
use super::support::scratch::Scratch;
use super::{CONFIG, ID, fetch, options, repository, server};

const ALWAYS: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// What happens to the bytes that a server sends on a connection.
#[derive(Clone, Copy)]
pub(crate) enum Line {
    /// From this byte on they come one by one.
    Trickles(usize),
    /// One bit of this byte is flipped, the first time that a connection gets there.
    FlipsOnce(usize),
}

/// A port that leads to the server at `address` over `line`.
pub(crate) fn relay(address: &str, line: Line) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, address) = (listener.local_addr().unwrap().port(), address.to_owned());
    let flipped = Arc::new(AtomicBool::new(false));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (mut server, flipped) = (TcpStream::connect(&address).unwrap(), flipped.clone());
            let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || io::copy(&mut from_client, &mut to_server));
            thread::spawn(move || {
                let mut client = client;
                let mut position = 0;
                let mut byte = [0];
                while server.read_exact(&mut byte).is_ok() {
                    match line {
                        Line::Trickles(from) if position >= from => thread::sleep(PAUSE),
                        Line::FlipsOnce(at) if position == at => {
                            byte[0] ^= u8::from(!flipped.swap(true, SeqCst));
                        }
                        _ => {}
                    }
                    position += 1;
                    if client.write_all(&byte).is_err() {
                        break;
                    }
                }
                drop(client.shutdown(Shutdown::Both));
            });
        }
    });
    port
}

/// The error of a fetch, which takes a few seconds at most.
fn given_up(endpoint: &str, extra: &[(&str, &str)], total: Option<Duration>) -> HubError {
    let cache = Scratch::new();
    let mut options = options(endpoint, cache.path(), extra);
    let second = Duration::from_secs(1);
    options.timeouts = Timeouts {
        // With a deadline, it alone must do.
        connect: if total.is_some() { 60 * second } else { second },
        metadata: if total.is_some() { 60 * second } else { 2 * second },
        download: 60 * second,
        pace: if total.is_some() { 60 * second } else { second },
        total,
    };
    let start = Instant::now();
    let error = fetch(&Hub::new(options), ID).unwrap_err();
    assert!(start.elapsed() < 8 * second, "{error:?} after {:?}", start.elapsed());
    error
}

#[test]
fn chunks_that_trickle_where_no_content_is() {
    let extension = format!("1;{}", "a".repeat(10_000));
    let trailer = format!("3\r\n   \r\n0\r\nX: {}", "a".repeat(10_000));
    for body in [extension, trailer] {
        for (method, path) in [("GET", "/api/"), ("GET", "/storage/")] {
            let server = server();
            let reply = Reply::new(200, &body).header("Transfer-Encoding", "chunked");
            server.fault(method, path, ALWAYS, Fault::InsteadSlowly(reply, PAUSE));
            let error = given_up(server.endpoint(), &[], None);
            assert!(matches!(error, HubError::Slow { .. }), "{path}: {error:?}");
            let error = given_up(server.endpoint(), &[], Some(Duration::from_secs(2)));
            assert!(matches!(error, HubError::Deadline { .. }), "{path}: {error:?}");
        }
    }
}

/// A hub whose listing fills a whole record of TLS.
fn hub_of_a_long_listing() -> HubServer {
    let server = server();
    let listing = Reply::new(200, &" ".repeat(12_000));
    server.fault("GET", "/api/", ALWAYS, Fault::Instead(listing));
    server
}

#[test]
fn a_record_of_tls_that_trickles() {
    let server = hub_of_a_long_listing();
    let address = format!("127.0.0.1:{}", encrypt(server.endpoint(), "names"));
    let trusted = pem("names").into_os_string().into_string().unwrap();
    let variables = [("SSL_CERT_FILE", trusted.as_str())];
    let inside = format!("https://localhost:{}", relay(&address, Line::Trickles(6_000)));
    let error = given_up(&inside, &variables, None);
    assert!(matches!(error, HubError::Slow { .. }), "{error:?}");
    let error = given_up(&inside, &variables, Some(Duration::from_secs(2)));
    assert!(matches!(error, HubError::Deadline { .. }), "{error:?}");

    let handshake = format!("https://localhost:{}", relay(&address, Line::Trickles(0)));
    let error = given_up(&handshake, &variables, None);
    assert!(matches!(error, HubError::Unreachable { .. }), "{error:?}");
    let error = given_up(&handshake, &variables, Some(Duration::from_secs(2)));
    assert!(matches!(error, HubError::Deadline { .. }), "{error:?}");
}

#[test]
fn a_proxy_that_trickles_its_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || {
                client.write_all(b"HTTP/1.1 200 OK\r\nX: ").unwrap();
                while client.write_all(b"a").is_ok() {
                    thread::sleep(PAUSE);
                }
            });
        }
    });
    let variables = [("https_proxy", &*format!("http://{proxy}"))];
    let error = given_up("https://hub.test", &variables, None);
    assert!(matches!(error, HubError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("hub.test through the proxy {proxy} within 1 s")), "{error}");
    let error = given_up("https://hub.test", &variables, Some(Duration::from_secs(2)));
    assert!(matches!(error, HubError::Deadline { .. }), "{error:?}");
}

#[test]
fn a_damaged_record_is_asked_for_again() {
    let (server, cache) = (server(), Scratch::new());
    server.add(ID, "main", &[("config.json", CONFIG), (&"x".repeat(4_000), b"x")]);
    let address = format!("127.0.0.1:{}", encrypt(server.endpoint(), "names"));
    let trusted = pem("names").into_os_string().into_string().unwrap();
    // Inside the listing, behind the handshake.
    let port = relay(&address, Line::FlipsOnce(3_000));
    let options =
        options(&format!("https://localhost:{port}"), cache.path(), &[("SSL_CERT_FILE", trusted.as_str())]);
    let mut retries = Vec::new();
    let request = [FileRequest::required("config.json")];
    Hub::new(options)
        .fetch(&repository(ID), &request, &mut |event: Event<'_>| {
            if let Event::Retrying { reason, .. } = event {
                retries.push(reason.to_string());
            }
        })
        .unwrap();
    assert_eq!(retries.len(), 1, "{retries:?}");
    assert!(retries[0].contains("broke while sending"), "{retries:?}");
}

#[test]
fn an_answer_without_encryption_is_no_question_of_trust() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let _ = client.read(&mut [0; 4096]);
            drop(client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let error = fetch(&Hub::new(options(&endpoint, Scratch::new().path(), &[])), ID).unwrap_err();
    assert!(error.to_string().contains("is this an http port?"), "{error}");
}
