//! Proxies: tunnels for https, whole addresses for http, none for the hosts of `NO_PROXY`.
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use mnet::cli::Hint;
use mnet::hub::{FileRequest, Hub, HubError};

use super::certificates::{encrypt, read_head};
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
    let head = read_head(&mut client)?;
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
fn a_proxy_that_is_not_there_is_named() {
    let (server, cache) = (server(), Scratch::new());
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hub =
        Hub::new(options(server.endpoint(), cache.path(), &[("http_proxy", &format!("http://{free}"))]));
    let error = fetch(&hub, ID).unwrap_err();
    assert!(matches!(error, HubError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!(" through the proxy {free}: ")), "{error}");
    assert_eq!(server.connections(), 0);
}

/// A proxy that answers every request with `status`; also returns how many there were.
fn refusing(status: u16) -> (String, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let count = Arc::new(Mutex::new(0));
    let counter = count.clone();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            *counter.lock().unwrap() += 1;
            let _ = read_head(&mut client);
            drop(write!(client, "HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        }
    });
    (address, count)
}

#[test]
fn a_proxy_that_wants_a_password_is_asked_once() {
    for (variable, endpoint) in [("http_proxy", "http://hub.test"), ("https_proxy", "https://hub.test")] {
        let ((proxy, count), cache) = (refusing(407), Scratch::new());
        let hub = Hub::new(options(endpoint, cache.path(), &[(variable, &format!("http://{proxy}"))]));
        let error = fetch(&hub, ID).unwrap_err();
        let expected =
            format!("the proxy {proxy} wants a user and a password, or others than it is given (407)");
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().unwrap().contains("http://user:password@host:port"));
        assert_eq!(*count.lock().unwrap(), 1, "{endpoint}");
    }
}

#[test]
fn a_proxy_that_refuses_is_named() {
    let ((proxy, count), cache) = (refusing(403), Scratch::new());
    let address = format!("http://{proxy}");
    let hub = |endpoint, variable| Hub::new(options(endpoint, cache.path(), &[(variable, &address)]));
    let error = fetch(&hub("https://hub.test", "https_proxy"), ID).unwrap_err();
    assert_eq!(error.to_string(), format!("the proxy {proxy} refuses a connection to hub.test (403)"));
    assert_eq!(*count.lock().unwrap(), 1);
    let error = fetch(&hub("http://hub.test", "http_proxy"), ID).unwrap_err();
    assert_eq!(error.to_string(), format!("hub.test through the proxy {proxy} answered 403 for config.json"));
}

#[test]
fn a_bad_proxy_is_named_by_its_variable() {
    let error =
        fetch(&Hub::new(options("http://hub.test", Scratch::new().path(), &[("http_proxy", "http://")])), ID);
    let hint = error.unwrap_err().hint().unwrap();
    assert_eq!(hint, "set http_proxy to http://host:port, or unset it");
}
