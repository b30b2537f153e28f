//! The hub: its address, what the requests to it carry, and whether it answers.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::section::{Problem, Section, or};
use crate::cli::console::Console;
use crate::cli::hub_flags::HubFlags;
use crate::cli::secret::{public_part, without_secrets};
use crate::hub::{Contact, Environment, Hub, HubError, HubOptions, Offline, Repository, TokenSource};
use crate::record::milliseconds;

/// How long to wait for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A small file that the public hub has, of a network that mnet runs.
const ASKED_FOR: (&str, &str) = ("google/mobilenet_v2_1.0_224", "config.json");

/// What keeps a token from being sent.
const NO_TOKEN: &str = "HF_HUB_DISABLE_IMPLICIT_TOKEN";

#[derive(Debug, Serialize)]
pub(super) struct Endpoint {
    /// Without user, password and query.
    address: String,
    /// The flag or variable that says so.
    named_by: Option<&'static str>,
    /// What says that no connection may be opened.
    offline: Option<&'static str>,
    /// Where the token is from; never the token.
    token: Option<String>,
    /// The same of one that a variable keeps from being sent.
    token_withheld: Option<String>,
    /// Host and port of the proxy on the way.
    proxy: Option<String>,
    /// The file of certificates in place of the built-in roots.
    certificates: Option<String>,
    /// Whether it answered; `None` if it was not asked.
    reachable: Option<bool>,
    status: Option<u16>,
    ms: Option<f64>,
    #[serde(skip)]
    problems: Vec<Problem>,
}

impl Endpoint {
    /// Asks the endpoint, unless `may_ask` is false or the run is offline.
    pub(super) fn examine(
        flags: &HubFlags,
        environment: &Environment,
        may_ask: bool,
        console: &Console,
    ) -> Option<Self> {
        // Nothing here needs the cache.
        let cache_dir = Some(environment.cache_dir.clone().unwrap_or_default());
        let hub = flags.hub_in(Environment { cache_dir, ..environment.clone() }).ok()?;
        let options = hub.options();
        let mut endpoint = Self::of(flags, options);
        endpoint.proxy = match hub.proxy() {
            Ok(proxy) => proxy,
            Err(error) => return Some(endpoint.failed(&error, options)),
        };
        match options.token.is_set() {
            Ok(is_set) => endpoint.token = is_set.then(|| origin(&options.token)),
            Err(error) => endpoint.problems.push(endpoint.problem(&error, options)),
        }
        let is_withheld = environment.withheld.is_set().unwrap_or(false);
        endpoint.token_withheld = is_withheld.then(|| origin(&environment.withheld));
        if options.offline.is_none() && may_ask && endpoint.problems.is_empty() {
            console.note(without_secrets(&format!("asking {}", endpoint.address)));
            endpoint.ask(options);
        }
        Some(endpoint)
    }

    fn of(flags: &HubFlags, options: &HubOptions) -> Self {
        let is_set = std::env::var_os("HF_ENDPOINT").is_some_and(|value| !value.is_empty());
        Self {
            address: public_part(&options.endpoint),
            named_by: flags.endpoint().map(|_| "--endpoint").or(is_set.then_some("HF_ENDPOINT")),
            offline: options.offline.map(|by| match by {
                Offline::Variable(name) => name,
                Offline::Flag | Offline::Command => "--offline",
            }),
            token: None,
            token_withheld: None,
            proxy: None,
            certificates: options.certificates.as_ref().map(|path| path.display().to_string()),
            reachable: None,
            status: None,
            ms: None,
            problems: vec![],
        }
    }

    fn ask(&mut self, options: &HubOptions) {
        let mut options = options.clone();
        options.timeouts.connect = options.timeouts.connect.min(PATIENCE);
        options.timeouts.metadata = options.timeouts.metadata.min(PATIENCE);
        let (id, file) = ASKED_FOR;
        let start = Instant::now();
        let answer = Repository::new(id, None)
            .and_then(|repository| Hub::new(options.clone()).contact(&repository, file));
        self.ms = Some(milliseconds(start.elapsed()));
        match answer {
            Ok(contact) => self.answered(&contact),
            Err(error) => self.refused(&error, &options),
        }
    }

    fn refused(&mut self, error: &HubError, options: &HubOptions) {
        let Some((status, is_hub)) = status(error) else {
            self.reachable = Some(false);
            self.problems.push(self.problem(error, options));
            return;
        };
        (self.reachable, self.status) = (Some(true), Some(status));
        if !is_hub {
            self.problems.push(doubt(&format!("{} answers {status} for {}", self.address, ASKED_FOR.0)));
        }
    }

    fn answered(&mut self, contact: &Contact) {
        (self.reachable, self.status) = (Some(true), Some(contact.status));
        if contact.is_web_page {
            let (host, what, found) = (contact.host.clone(), ASKED_FOR.1.to_owned(), contact.content.clone());
            self.reachable = Some(false);
            self.problems.push(Problem::hub(&HubError::NotAHub { what, host, found }));
        } else if !contact.names_commit {
            self.problems.push(doubt(&format!("{} names no commit of {}", contact.host, ASKED_FOR.0)));
        }
    }

    fn failed(mut self, error: &HubError, options: &HubOptions) -> Self {
        self.problems.push(self.problem(error, options));
        self
    }

    /// The error without what may be secret in the address.
    fn problem(&self, error: &HubError, options: &HubOptions) -> Problem {
        let mut problem = Problem::hub(error);
        problem.message = problem.message.replace(&options.endpoint, &self.address);
        problem
    }
}

/// The status of an endpoint that answers without the file, and whether it does so as a hub; `None` for other errors.
fn status(error: &HubError) -> Option<(u16, bool)> {
    match error {
        HubError::TokenNeeded { .. } => Some((401, true)),
        HubError::RepositoryNotFound { .. } | HubError::RevisionNotFound { .. } => Some((404, true)),
        HubError::Gated { .. } => Some((403, true)),
        HubError::Status { status: status @ (404 | 410), .. } => Some((*status, false)),
        _ => None,
    }
}

fn doubt(message: &str) -> Problem {
    Problem::warning(format!("{message}: it may not be a hub"), "check --endpoint or HF_ENDPOINT")
}

/// Where the token is from.
fn origin(token: &TokenSource) -> String {
    match token {
        TokenSource::None => "nowhere".to_owned(),
        TokenSource::Given(_) => "HF_TOKEN".to_owned(),
        TokenSource::File(path) => path.display().to_string(),
    }
}

impl Section for Endpoint {
    fn name(&self) -> &'static str {
        "hub"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let by = self.named_by.map(|name| format!(" (from {name})")).unwrap_or_default();
        let time = self.ms.map(|ms| format!(" after {ms:.0} ms")).unwrap_or_default();
        let answer = match (self.status, self.offline) {
            (Some(status), _) => format!("{status}{time}"),
            (None, Some(by)) => format!("not asked: {by} is set"),
            (None, None) if self.reachable == Some(false) => "none".to_owned(),
            (None, None) => "not asked".to_owned(),
        };
        let withheld = |origin| format!("from {origin}, not sent: {NO_TOKEN} is set");
        let token = self.token.as_ref().map(|origin| format!("from {origin} (not shown)"));
        let token = token.or_else(|| self.token_withheld.as_ref().map(withheld));
        vec![
            ("address", format!("{}{by}", self.address)),
            ("token", or(token, "none")),
            ("proxy", or(self.proxy.as_ref(), "none")),
            ("certificates", or(self.certificates.as_ref(), "built in")),
            ("answer", answer),
        ]
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}
