//! The body of a response, read within all limits of time.

use std::io::Read;
use std::time::{Duration, Instant};

use super::client::{Client, HubResponse};
use super::error::HubError;
use super::pace::Pace;

/// Reads the body of `answer` to its end and hands it to `take`, piece by piece.
///
/// # Errors
/// If it is silent, slower than `pace` allows, breaks off or passes the deadline; and those of `take`.
pub(super) fn read(
    client: &Client<'_>,
    answer: &mut HubResponse,
    what: &str,
    silence: Duration,
    pace: &mut Pace,
    mut take: impl FnMut(&[u8]) -> Result<(), HubError>,
) -> Result<(), HubError> {
    let HubResponse { response, host } = answer;
    let mut reader = response.body_mut().as_reader();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let start = Instant::now();
        let length =
            reader.read(&mut buffer).map_err(|error| client.failure(error.into(), what, host, silence))?;
        let waited = start.elapsed();
        if length == 0 {
            return Ok(());
        }
        take(&buffer[..length])?;
        if let Some((received, after)) = pace.count(length, waited) {
            return Err(HubError::Slow { what: what.to_owned(), host: host.clone(), received, after });
        }
        client.patience(what, silence)?;
    }
}
