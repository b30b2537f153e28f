//! As much of HTTP/1.1 as a file server needs: one request per connection.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpStream;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET` or `HEAD`.
    pub(crate) method: String,
    /// Path and query, escaped.
    pub(crate) path: String,
    /// Values by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Request {
    /// Reads the head but leaves it in the socket; also returns its length in bytes.
    pub(crate) fn peek(stream: &TcpStream) -> io::Result<(Self, usize)> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let length = stream.peek(&mut buffer)?;
            let text = String::from_utf8_lossy(&buffer[..length]);
            if let Some(end) = text.find("\r\n\r\n") {
                return Ok((Self::parse(&text[..end]), end + 4));
            }
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn parse(head: &str) -> Self {
        let mut lines = head.lines();
        let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let header = |line: &str| {
            line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        };
        Self {
            method: words.next().unwrap_or_default(),
            path: words.next().unwrap_or_default(),
            headers: lines.filter_map(header).collect(),
        }
    }

    /// The first byte asked for by `Range: bytes=N-`.
    fn start(&self) -> Option<usize> {
        self.headers.get("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// A response.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    /// The bytes after the head.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A response with this body.
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Self { status, headers: vec![], body: body.into() }
    }

    /// A login page, sent instead of anything else.
    pub(crate) fn web_page(status: u16) -> Self {
        Self::new(status, "<html>Please log in first</html>")
            .header("Content-Type", "text/html; charset=utf-8")
    }

    /// An error in the form of the hub.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::new(status, message).header("X-Error-Code", code).header("X-Error-Message", message)
    }

    /// The content, or the range that the request asks for.
    pub(crate) fn file(content: &[u8], request: &Request) -> Self {
        let whole = Self { status: 200, headers: vec![], body: content.to_vec() };
        match request.start() {
            None => whole,
            Some(start) if start >= content.len() => Self::new(416, "no such range"),
            Some(start) => {
                let range = format!("bytes {start}-{}/{}", content.len() - 1, content.len());
                let part = Self { status: 206, body: content[start..].to_vec(), ..whole };
                part.header("Content-Range", &range)
            }
        }
    }

    /// Sets a header, replacing one of the same name; an empty value removes it.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Whether the body comes in chunks, so that no length is announced.
    pub(crate) fn is_chunked(&self) -> bool {
        self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"))
    }

    /// Status line and headers; `length` is announced if there is one.
    pub(crate) fn head(&self, length: Option<usize>) -> String {
        let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", self.status);
        let length = length.map(|length| ("Content-Length".to_owned(), length.to_string()));
        for (name, value) in self.headers.iter().chain(&length) {
            head.push_str(&[name, ": ", value, "\r\n"].concat());
        }
        head + "\r\n"
    }
}
