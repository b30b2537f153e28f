//! One file from the hub into the cache. Everything is checked before the file gets its name.

use super::body;
use super::client::{Client, Method};
use super::error::HubError;
use super::event::{Event, Observer};
use super::options::Timeouts;
use super::remote::RemoteFile;
use super::response::HubResponse;
use super::retry::Retry;
use super::temporary::Partial;

/// How a file is downloaded.
pub(super) struct Download<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) remote: &'a RemoteFile,
    /// The largest size accepted if the hub does not say the size, in bytes.
    pub(super) limit: u64,
    pub(super) timeouts: Timeouts,
    pub(super) retry: Retry,
    /// Bytes of other files so far, for [`Event::Progress`].
    pub(super) before: u64,
}

/// The count of attempts starts again when a connection has brought this many bytes, so every download ends.
const PROGRESS: u64 = 16 << 10;

impl Download<'_> {
    /// Fills `partial` and checks length and hash.
    ///
    /// # Errors
    /// If the content is not what was announced, if nothing came for too long, or if it cannot be written.
    pub(super) fn run(&self, partial: &mut Partial, observer: &mut Observer<'_>) -> Result<(), HubError> {
        let RemoteFile { name, etag, .. } = self.remote;
        loop {
            self.complete(partial, observer)?;
            match partial.check(etag)? {
                None => break,
                // The part that an earlier run left was damaged, as by a loss of power.
                Some(_) if partial.is_taken_up() => partial.restart()?,
                Some(found) => {
                    let (file, host, expected) = (name.clone(), self.client.host(), etag.to_string());
                    return Err(HubError::Checksum { file, host, expected, found });
                }
            }
        }
        if !etag.is_hash() {
            observer(Event::Unchecked { file: name, host: self.client.host(), tag: etag.tag() });
        }
        Ok(())
    }

    /// Downloads what `partial` lacks. A broken connection is resumed where it stopped, as often as the file grows by it:
    /// over a bad line a large file may take more connections than a request has attempts.
    fn complete(&self, partial: &mut Partial, observer: &mut Observer<'_>) -> Result<(), HubError> {
        self.client.meter().begin();
        let mut is_whole = false;
        while !is_whole {
            let attempt = |observer: &mut Observer<'_>| {
                let before = partial.length();
                match self.attempt(partial, observer) {
                    // Resumed at once: attempts and waits are for a server that gives nothing.
                    Err(error) if can_go_on(&error) && partial.length() >= before + PROGRESS => Ok(false),
                    outcome => outcome.map(|()| true),
                }
            };
            is_whole = self.retry.run(self.client.deadline(), observer, attempt)?;
        }
        Ok(())
    }

    /// One request, for the bytes that `partial` lacks.
    fn attempt(&self, partial: &mut Partial, observer: &mut Observer<'_>) -> Result<(), HubError> {
        let RemoteFile { name, url, size, .. } = self.remote;
        if partial.length() > 0 && *size == Some(partial.length()) {
            return Ok(());
        }
        if partial.length() > 0 && !self.remote.can_continue() {
            partial.restart()?;
        }
        let method = match partial.length() {
            0 => Method::Get,
            start => Method::Continue(start, self.remote.tag_to_continue()),
        };
        let mut answer = match self.client.send(method, url, name, self.timeouts.download) {
            Err(HubError::Status { status: 416, host, .. }) => {
                partial.restart()?;
                return Err(self.broken(host, "it has no such range"));
            }
            answer => answer?,
        };
        if answer.response.status() != 206 {
            self.check_announcement(&answer)?;
            if partial.length() > 0 {
                partial.restart()?;
            }
        } else if !continues(&answer, partial.length(), *size) {
            partial.restart()?;
            return Err(self.broken(answer.host, "it sent a different range from the one requested"));
        }
        self.receive(&mut answer, partial, observer)
    }

    /// Reads the body to its end.
    fn receive(
        &self,
        answer: &mut HubResponse,
        partial: &mut Partial,
        observer: &mut Observer<'_>,
    ) -> Result<(), HubError> {
        let RemoteFile { name, size, .. } = self.remote;
        let (most, host) = (size.unwrap_or(self.limit), answer.host.clone());
        body::read(self.client, answer, name, self.timeouts.download, |bytes| {
            partial.append(bytes)?;
            if partial.length() > most {
                return Err(self.wrong_size(&host, format!("more than {most} bytes")));
            }
            observer(Event::Progress { file: name, received: self.before + partial.length() });
            Ok(())
        })?;
        match *size {
            Some(size) if partial.length() < size => {
                let reason = format!("it ended after {} of {size} bytes", partial.length());
                Err(self.broken(host, &reason))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a response whose head shows that it is not the file.
    fn check_announcement(&self, answer: &HubResponse) -> Result<(), HubError> {
        if answer.is_web_page() {
            let what = self.remote.name.clone();
            return Err(HubError::NotAHub { what, host: answer.host.clone(), found: answer.describe() });
        }
        let announced = answer.header("content-length").and_then(|text| text.parse::<u64>().ok());
        match (announced, self.remote.size) {
            (Some(announced), Some(size)) if announced != size => {
                Err(self.wrong_size(&answer.host, format!("{announced} bytes")))
            }
            _ => Ok(()),
        }
    }

    fn wrong_size(&self, host: &str, found: String) -> HubError {
        let expected = match self.remote.size {
            Some(size) => format!("{size} bytes"),
            None => format!("at most {} bytes", self.limit),
        };
        HubError::Size { file: self.remote.name.clone(), host: host.to_owned(), expected, found }
    }

    fn broken(&self, host: String, reason: &str) -> HubError {
        HubError::Broken { what: self.remote.name.clone(), host, reason: reason.to_owned() }
    }
}

/// Whether a download that got somewhere is resumed at once after `error`.
fn can_go_on(error: &HubError) -> bool {
    error.is_transient() && !matches!(error, HubError::Slow { .. })
}

/// Whether a partial response starts at `start` of a file of `size` bytes (`Content-Range: bytes 5-9/10`, or `5-9/*` from a
/// server that does not say the size).
fn continues(answer: &HubResponse, start: u64, size: Option<u64>) -> bool {
    let Some((range, total)) = answer
        .header("content-range")
        .and_then(|text| text.trim().strip_prefix("bytes "))
        .and_then(|text| text.split_once('/'))
    else {
        return false;
    };
    let first = range.split_once('-').and_then(|(first, _)| first.parse().ok());
    first == Some(start) && (total == "*" || size.is_none_or(|size| total.parse() == Ok(size)))
}
