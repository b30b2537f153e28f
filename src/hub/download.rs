//! One file from the hub into the cache: everything is checked before the file gets its name.

use std::io::Read;
use std::time::Duration;

use super::client::{Answer, Client, Method};
use super::error::HubError;
use super::event::{Event, Observer};
use super::remote::RemoteFile;
use super::retry::Retry;
use super::temporary::Partial;

/// How a file is downloaded.
pub(super) struct Download<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) remote: &'a RemoteFile,
    /// Bytes at most, should the hub not tell the size.
    pub(super) limit: u64,
    /// Silence that ends a request.
    pub(super) silence: Duration,
    pub(super) retry: Retry,
    /// Bytes of other files so far, for [`Event::Progress`].
    pub(super) before: u64,
}

/// Bytes by which a file has to get on before its requests are counted anew; so it ends.
const PROGRESS: u64 = 32 << 10;

impl Download<'_> {
    /// Fills `partial` and checks length and hash. A dropped connection is taken up where it broke, as often as that brings
    /// the file on: a long one over a bad line may break more often than a request is repeated.
    ///
    /// # Errors
    /// When the content is not the one announced, nothing has come for too long, or the disk refuses it.
    pub(super) fn run(&self, partial: &mut Partial, observer: &mut Observer<'_>) -> Result<(), HubError> {
        let mut furthest = 0;
        while let Err(error) = self.retry.run(observer, |observer| self.attempt(partial, observer)) {
            if !error.is_transient() || partial.length() < furthest + PROGRESS {
                return Err(error);
            }
            furthest = partial.length();
        }
        let expected = &self.remote.etag;
        let found = expected
            .of_file(partial.path())
            .map_err(|source| HubError::Read { path: partial.path().to_owned(), source })?;
        if found == *expected {
            return Ok(());
        }
        Err(HubError::Checksum {
            file: self.remote.name.to_owned(),
            host: self.client.host(),
            expected: expected.to_string(),
            found: found.to_string(),
        })
    }

    /// One request, for what `partial` does not hold yet.
    fn attempt(&self, partial: &mut Partial, observer: &mut Observer<'_>) -> Result<(), HubError> {
        let RemoteFile { name, url, size, .. } = self.remote;
        if partial.length() > 0 && *size == Some(partial.length()) {
            return Ok(());
        }
        let mut answer = match self.client.send(Method::Get(partial.length()), url, name, self.silence) {
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
            return Err(self.broken(answer.host, "it sent another range than asked for"));
        }
        self.receive(&mut answer, partial, observer)
    }

    /// Reads the body to its end.
    fn receive(
        &self,
        answer: &mut Answer,
        partial: &mut Partial,
        observer: &mut Observer<'_>,
    ) -> Result<(), HubError> {
        let RemoteFile { name, size, .. } = self.remote;
        let most = size.unwrap_or(self.limit);
        let mut reader = answer.response.body_mut().as_reader();
        let mut buffer = vec![0; 64 << 10];
        loop {
            let length = reader
                .read(&mut buffer)
                .map_err(|error| self.client.failure(error.into(), name, &answer.host, self.silence))?;
            if length == 0 {
                break;
            }
            partial.append(&buffer[..length])?;
            if partial.length() > most {
                return Err(self.wrong_size(&answer.host, format!("more than {most} bytes")));
            }
            observer(Event::Progress { file: name, received: self.before + partial.length() });
        }
        match *size {
            Some(size) if partial.length() < size => {
                let reason = format!("it ended after {} of {size} bytes", partial.length());
                Err(self.broken(answer.host.clone(), &reason))
            }
            _ => Ok(()),
        }
    }

    /// Refuses an answer that from its head cannot be the file.
    fn check_announcement(&self, answer: &Answer) -> Result<(), HubError> {
        if answer.is_web_page() {
            let what = self.remote.name.to_owned();
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
        HubError::Size { file: self.remote.name.to_owned(), host: host.to_owned(), expected, found }
    }

    fn broken(&self, host: String, reason: &str) -> HubError {
        HubError::Broken { what: self.remote.name.to_owned(), host, reason: reason.to_owned() }
    }
}

/// Whether a partial answer is the part from `start` on of a file of `size` bytes (`Content-Range: bytes 5-9/10`).
fn continues(answer: &Answer, start: u64, size: Option<u64>) -> bool {
    let Some((range, total)) = answer
        .header("content-range")
        .and_then(|text| text.trim().strip_prefix("bytes "))
        .and_then(|text| text.split_once('/'))
    else {
        return false;
    };
    let first = range.split_once('-').and_then(|(first, _)| first.parse().ok());
    first == Some(start) && size.is_none_or(|size| total.parse() == Ok(size))
}
