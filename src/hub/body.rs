//! The body of a response, read within all limits of time.

use std::io::Read;
use std::time::Duration;

use super::client::Client;
use super::error::HubError;
use super::response::HubResponse;

/// Reads the body of `answer` to its end and hands it to `take`, piece by piece.
///
/// # Errors
/// If it is silent, comes too slowly, breaks off or passes the deadline; and those of `take`.
pub(super) fn read(
    client: &Client<'_>,
    answer: &mut HubResponse,
    what: &str,
    silence: Duration,
    mut take: impl FnMut(&[u8]) -> Result<(), HubError>,
) -> Result<(), HubError> {
    let HubResponse { response, host } = answer;
    let mut reader = response.body_mut().as_reader();
    let mut buffer = vec![0; 64 << 10];
    client.meter().while_reading(|| {
        loop {
            let read = reader.read(&mut buffer);
            match read.map_err(|error| client.failure(error.into(), what, host, None, silence))? {
                0 => return Ok(()),
                length => take(&buffer[..length])?,
            }
            client.patience(what, silence)?;
        }
    })
}
