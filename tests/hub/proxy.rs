//! Proxies: tunnels for https, whole addresses for http, none for the hosts of `NO_PROXY`.
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use mnet::hub::{FileRequest, Hub, HubError};

use super::certificates::encrypt;
use super::support::scratch::Scratch;
use super::{ID, assert_good, fetch, options, repository, server};

/// A proxy with the rules of squid: tunnels for encrypted connections only. The log has the first line of each request,
/// and its `Proxy-Authorization`.
struct Proxy {
    address: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback can be bound");
        let address = listener.local_addr().expect("a bound listener has an address").to_string();
        let log = Arc::new(Mutex::new(Vec::new()));
        let entries = log.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let entries = entries.clone();
                thread::spawn(move || serve(client, &entries));
            }
        });
        Self { address, log }
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, log: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let (line, rest) = head.split_once("\r\n").unwrap();
    let authorization = rest.lines().find(|line| line.to_lowercase().starts_with("proxy-authorization"));
    log.lock().unwrap().push([line, authorization.unwrap_or_default()].join(" ").trim().to_owned());
    let words: Vec<_> = line.split(' ').collect();
    let mut server = match (words[0], words[1].strip_prefix("http://")) {
        ("CONNECT", _) => {
            let mut server = TcpStream::connect(words[1])?;
            let is_tls = words[1].starts_with("localhost:");
            if !is_tls {
                return client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            }
            client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
            let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
            thread::spawn(move || io::copy(&mut from_client, &mut to_server));
            return io::copy(&mut server, &mut client).map(drop);
        }
        (_, Some(address)) => {
            let (host, path) = address.split_once('/').unwrap_or((address, ""));
            let mut server = TcpStream::connect(host)?;
            write!(server, "{} /{path} HTTP/1.1\r\n{rest}", words[0])?;
            server
        }
        _ => return client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    };
    io::copy(&mut server, &mut client).map(drop)
}

#[test]
fn http_addresses_are_requested_whole() {
    let (server, cache, proxy) = (server(), Scratch::new(), Proxy::start());
    let address = format!("http://ann:secret@{}", proxy.address);
    let hub = Hub::new(options(server.endpoint(), cache.path(), &[("HTTP_PROXY", &address)]));
    assert_good(&fetch(&hub, ID).unwrap(), &cache);
    let log = proxy.log();
    assert_eq!(log.len(), server.connections());
    let first = format!("GET {}/api/models/{ID}/revision/main HTTP/1.1", server.endpoint());
    // `printf ann:secret | base64`
    assert_eq!(log[0], first + " Proxy-Authorization: Basic YW5uOnNlY3JldA==");
    assert!(log.iter().all(|line| line.contains(" http://")), "{log:#?}");
    assert!(server.requests().iter().all(|request| request.path.starts_with('/')));
}

#[test]
fn https_addresses_are_reached_through_a_tunnel() {
    let (server, cache, proxy) = (server(), Scratch::new(), Proxy::start());
    let port = encrypt(server.endpoint(), "default");
    let certificates = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hub/certificates/default.pem");
    let address = format!("http://{}", proxy.address);
    let variables = [("https_proxy", address.as_str()), ("SSL_CERT_FILE", certificates)];
    let hub = Hub::new(options(&format!("https://localhost:{port}"), cache.path(), &variables));
    hub.fetch(&repository(ID), &[FileRequest::required("config.json")], &mut |_| {}).unwrap();
    let log = proxy.log();
    assert!(!log.is_empty());
    assert!(log.iter().all(|line| *line == format!("CONNECT localhost:{port} HTTP/1.1")), "{log:#?}");
}

#[test]
fn hosts_of_no_proxy_are_reached_directly() {
    let (server, proxy) = (server(), Proxy::start());
    let port = server.endpoint().rsplit(':').next().unwrap().to_owned();
    let address = format!("http://{}", proxy.address);
    for list in ["127.0.0.0/8,localhost", "*", "127.0.0.1,.localhost", &format!("127.0.0.1:{port},localhost")]
    {
        let cache = Scratch::new();
        let direct = [("HTTP_PROXY", address.as_str()), ("NO_PROXY", list)];
        let hub = Hub::new(options(server.endpoint(), cache.path(), &direct));
        assert_good(&fetch(&hub, ID).unwrap(), &cache);
    }
    assert_eq!(proxy.log(), Vec::<String>::new());
}

#[test]
fn a_proxy_that_is_not_there() {
    let (server, cache) = (server(), Scratch::new());
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hub =
        Hub::new(options(server.endpoint(), cache.path(), &[("http_proxy", &format!("http://{free}"))]));
    assert!(matches!(fetch(&hub, ID), Err(HubError::Connect { .. })));
    assert_eq!(server.connections(), 0);
}
