//! A hub on the loopback interface, with a second address as its storage host, a log, and faults on demand.
//!
//! It speaks the part of the hub's protocol that a client of model files needs: the listing
//! `/api/models/ID/revision/REVISION`, and `/ID/resolve/REVISION/FILE`, which for large files leads to the
//! storage host with `X-Linked-Etag` and `X-Linked-Size`. The hub is `127.0.0.1`, the storage `localhost`:
//! two hosts to a client.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use std::{fs, thread};

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::http::{Reply, Request};

/// Files above this size are on the storage host, as all weights are.
const LARGE: usize = 1 << 20;

/// Who may read a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everyone.
    Public,
    /// The holder of this token.
    Private(String),
    /// No one yet, though everyone sees the listing.
    Gated,
}

/// What goes wrong with a response.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Another response is sent.
    Instead(Reply),
    /// This header has another value; if that is empty, it is missing.
    Header(&'static str, &'static str),
    /// The body ends after this many bytes, though its full length was announced.
    Cut(usize),
    /// The body ends after this many bytes, and no length was announced.
    CutWithoutLength(usize),
    /// A chunked body ends after this many bytes, without the last chunk.
    CutChunks(usize),
    /// The connection is reset after this many bytes.
    Reset(usize),
    /// Nothing more is sent after this many bytes of the body.
    Stall(usize),
    /// The body is sent byte by byte, with this pause after each.
    Trickle(Duration),
    /// Another response, whose body is sent byte by byte, with this pause after each.
    InsteadSlowly(Reply, Duration),
    /// Nothing is sent.
    Silence,
    /// One bit of this byte is flipped.
    Flip(usize),
    /// The body has this many extra bytes, which the announced length includes or not.
    Extra(usize, bool),
    /// The whole file is sent, whatever range was requested.
    IgnoreRange,
}

struct Repository {
    access: Access,
    /// Commit and files by revision.
    revisions: BTreeMap<String, (String, BTreeMap<String, Vec<u8>>)>,
}

struct Rule {
    method: &'static str,
    path: String,
    times: usize,
    fault: Fault,
}

#[derive(Default)]
struct State {
    repositories: BTreeMap<String, Repository>,
    rules: Vec<Rule>,
    requests: Vec<Request>,
}

/// A running server. Its threads end with the process.
pub(crate) struct HubServer {
    endpoint: String,
    state: Arc<Mutex<State>>,
    connections: Arc<AtomicUsize>,
}

impl HubServer {
    /// Starts an empty hub on two free ports.
    pub(crate) fn start() -> Self {
        let [hub, storage] =
            [0, 1].map(|_| TcpListener::bind("127.0.0.1:0").expect("the loopback can be bound"));
        let port =
            |listener: &TcpListener| listener.local_addr().expect("a bound listener has an address").port();
        let server = Self {
            endpoint: format!("http://127.0.0.1:{}", port(&hub)),
            state: Arc::default(),
            connections: Arc::default(),
        };
        let storage_url = format!("http://localhost:{}", port(&storage));
        server.serve(storage, answer_storage);
        server.serve(hub, move |state, request| answer_hub(state, request, &storage_url));
        server
    }

    /// The address to give to `HF_ENDPOINT`.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Adds a revision to the public repository `id`, or replaces it. Returns its commit hash, by which it is
    /// also known.
    pub(crate) fn add(&self, id: &str, revision: &str, files: &[(&str, &[u8])]) -> String {
        let mut hasher = Sha1::new();
        for part in files.iter().flat_map(|(name, content)| [name.as_bytes(), content]).chain([id.as_bytes()])
        {
            hasher.update(part);
        }
        let commit = hex(&hasher.finalize());
        let files: BTreeMap<_, _> =
            files.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect();
        let mut state = self.lock();
        let repository = state
            .repositories
            .entry(id.to_owned())
            .or_insert_with(|| Repository { access: Access::Public, revisions: BTreeMap::new() });
        for name in [revision, &commit] {
            repository.revisions.insert(name.to_owned(), (commit.clone(), files.clone()));
        }
        commit
    }

    /// Adds every `OWNER/NAME` or `OWNER/NAME@REVISION` under `folder`, slashes of a revision as `%2F`.
    pub(crate) fn add_folder(&self, folder: &Path) -> io::Result<()> {
        for owner in fs::read_dir(folder)?.flatten().filter(|owner| owner.path().is_dir()) {
            for entry in fs::read_dir(owner.path())?.flatten() {
                let name = entry.file_name().to_string_lossy().replace("%2F", "/");
                let (name, revision) = name.split_once('@').unwrap_or((&name, "main"));
                let mut files = Vec::new();
                for file in fs::read_dir(entry.path())?.flatten().filter(|file| file.path().is_file()) {
                    files.push((file.file_name().to_string_lossy().into_owned(), fs::read(file.path())?));
                }
                let files: Vec<_> =
                    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
                self.add(&format!("{}/{name}", owner.file_name().to_string_lossy()), revision, &files);
            }
        }
        Ok(())
    }

    /// Changes who may read `id`.
    pub(crate) fn restrict(&self, id: &str, access: Access) {
        self.lock().repositories.get_mut(id).expect("the repository is known").access = access;
    }

    /// Applies `fault` to the next `times` responses to `method` on paths that contain `path`. Storage paths begin with
    /// `/storage/`.
    pub(crate) fn fault(&self, method: &'static str, path: &str, times: usize, fault: Fault) {
        self.lock().rules.push(Rule { method, path: path.to_owned(), times, fault });
    }

    /// Ends all faults.
    pub(crate) fn heal(&self) {
        self.lock().rules.clear();
    }

    /// The requests so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many requests there were by `method` for paths that contain `path`.
    pub(crate) fn count(&self, method: &str, path: &str) -> usize {
        let requests = self.requests();
        requests.iter().filter(|request| request.method == method && request.path.contains(path)).count()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of the server has panicked")
    }

    fn serve(
        &self,
        listener: TcpListener,
        answer: impl Fn(&State, &Request) -> Reply + Send + Sync + 'static,
    ) {
        let (state, connections, answer) = (self.state.clone(), self.connections.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (state, answer) = (state.clone(), answer.clone());
                // A client that goes away in the middle is part of the tests.
                thread::spawn(move || drop(converse(stream, &state, &*answer)));
            }
        });
    }
}

/// Answers one request, with the first rule that applies.
fn converse(
    mut stream: TcpStream,
    state: &Mutex<State>,
    answer: &dyn Fn(&State, &Request) -> Reply,
) -> io::Result<()> {
    let (request, head) = Request::peek(&stream)?;
    let (fault, reply) = {
        let mut state = state.lock().expect("no thread of the server has panicked");
        state.requests.push(request.clone());
        let rule = state.rules.iter_mut().find(|rule| {
            rule.times > 0 && rule.method == request.method && request.path.contains(&rule.path)
        });
        let fault = rule.map(|rule| {
            rule.times -= 1;
            rule.fault.clone()
        });
        let mut heard = request.clone();
        if matches!(fault, Some(Fault::IgnoreRange)) {
            heard.headers.remove("range");
        }
        (fault, answer(&state, &heard))
    };
    // Closing a socket with unread bytes resets the connection, as that fault needs.
    if !matches!(fault, Some(Fault::Reset(_))) {
        stream.read_exact(&mut vec![0; head])?;
    }
    send(&mut stream, reply, fault, request.method == "HEAD")
}

fn send(stream: &mut TcpStream, mut reply: Reply, fault: Option<Fault>, head_only: bool) -> io::Result<()> {
    let mut length = Some(reply.body.len());
    let mut end = reply.body.len();
    let mut stall = false;
    let pause = match fault {
        Some(Fault::Trickle(pause) | Fault::InsteadSlowly(_, pause)) => Some(pause),
        _ => None,
    };
    match fault {
        None | Some(Fault::IgnoreRange | Fault::Trickle(_)) => {}
        Some(Fault::Silence) => thread::sleep(Duration::from_secs(30)),
        Some(Fault::Instead(other) | Fault::InsteadSlowly(other, _)) => {
            (length, end) = ((!other.is_chunked()).then_some(other.body.len()), other.body.len());
            reply = other;
        }
        Some(Fault::Header(name, value)) => reply = reply.header(name, value),
        Some(Fault::Cut(bytes) | Fault::Reset(bytes)) => end = end.min(bytes),
        Some(Fault::CutWithoutLength(bytes)) => (length, end) = (None, bytes),
        Some(Fault::CutChunks(bytes)) => {
            let mut chunk = format!("{bytes:x}\r\n").into_bytes();
            chunk.extend(&reply.body[..bytes]);
            (length, end) = (None, chunk.len());
            reply = reply.header("Transfer-Encoding", "chunked");
            reply.body = chunk;
        }
        Some(Fault::Stall(bytes)) => (end, stall) = (end.min(bytes), true),
        Some(Fault::Flip(byte)) => reply.body[byte] ^= 1,
        Some(Fault::Extra(bytes, announced)) => {
            reply.body.resize(end + bytes, 0);
            end = reply.body.len();
            length = announced.then_some(end);
        }
    }
    stream.write_all(reply.head(length).as_bytes())?;
    if !head_only {
        for piece in reply.body[..end].chunks(if pause.is_some() { 1 } else { end.max(1) }) {
            stream.write_all(piece)?;
            pause.into_iter().for_each(thread::sleep);
        }
    }
    stream.flush()?;
    if stall {
        thread::sleep(Duration::from_secs(30));
    }
    Ok(())
}

fn answer_hub(state: &State, request: &Request, storage: &str) -> Reply {
    let path = request.path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.trim_start_matches('/').splitn(6, '/').collect();
    let (id, revision, file) = match parts[..] {
        ["api", "models", owner, name, "revision", revision] => (format!("{owner}/{name}"), revision, None),
        [owner, name, "resolve", revision, file] => (format!("{owner}/{name}"), revision, Some(file)),
        _ => return Reply::new(404, "no such page"),
    };
    let (token, revision) = (request.headers.get("authorization"), revision.replace("%2F", "/"));
    let Some(repository) = state.repositories.get(&id) else {
        // Without a token the hub does not say whether there is a private one.
        return Reply::error(if token.is_some() { 404 } else { 401 }, "RepoNotFound", "Repository not found");
    };
    match &repository.access {
        Access::Private(expected) if token != Some(&format!("Bearer {expected}")) => {
            return Reply::error(401, "RepoNotFound", "Invalid username or password.");
        }
        Access::Gated if file.is_some() => {
            return Reply::error(403, "GatedRepo", "Access to this model is restricted.");
        }
        _ => {}
    }
    let Some((commit, files)) = repository.revisions.get(&revision) else {
        return Reply::error(404, "RevisionNotFound", "Invalid rev id");
    };
    let Some(file) = file else {
        let names: Vec<_> = files.keys().map(|name| serde_json::json!({ "rfilename": name })).collect();
        let info = serde_json::json!({ "id": id, "sha": commit, "siblings": names, "private": false });
        return Reply::new(200, &info.to_string()).header("Content-Type", "application/json");
    };
    let Some(content) = files.get(file) else {
        return Reply::error(404, "EntryNotFound", "Entry not found").header("X-Repo-Commit", commit);
    };
    if content.len() <= LARGE && !matches!(file.rsplit('.').next(), Some("safetensors" | "bin")) {
        let etag =
            hex(&Sha1::new_with_prefix(format!("blob {}\0", content.len())).chain_update(content).finalize());
        return Reply::file(content, request)
            .header("X-Repo-Commit", commit)
            .header("ETag", &format!("\"{etag}\""));
    }
    Reply::new(302, "Found. Redirecting to the storage host")
        .header("Location", &format!("{storage}/storage/{id}/{commit}/{file}?signature=s"))
        .header("X-Repo-Commit", commit)
        .header("X-Linked-Size", &content.len().to_string())
        .header("X-Linked-Etag", &format!("\"{}\"", hex(&Sha256::digest(content))))
}

fn answer_storage(state: &State, request: &Request) -> Reply {
    let path = request.path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.splitn(6, '/').collect();
    let ["", "storage", owner, name, commit, file] = parts[..] else {
        return Reply::new(404, "no such object");
    };
    if request.headers.contains_key("authorization") {
        return Reply::new(400, "Only one auth mechanism allowed");
    }
    let revisions =
        state.repositories.get(&format!("{owner}/{name}")).map(|repository| &repository.revisions);
    let content =
        revisions.and_then(|revisions| revisions.get(commit)).and_then(|(_, files)| files.get(file));
    content.map_or_else(|| Reply::new(404, "no such object"), |content| Reply::file(content, request))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
