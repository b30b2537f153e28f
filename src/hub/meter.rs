//! Limits of time at the socket. TLS, chunked bodies and tunnels may read often before they give one byte, so a limit above
//! them would never be looked at.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport, time,
};
use ureq::{Error, ProxyProtocol, Timeout};

use super::pace::{Pace, TooSlow};

/// What the connections of one client share.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    deadline: Option<Instant>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    window: Duration,
    pace: Pace,
    is_body: bool,
}

impl Meter {
    /// Ends all reading at `deadline`, and that of a body which brings too little in a `window`.
    pub(super) fn new(window: Duration, deadline: Option<Instant>) -> Self {
        let state = State { window, pace: Pace::new(window), is_body: false };
        Self { deadline, state: Arc::new(Mutex::new(state)) }
    }

    /// Begins a window. Once for each file, so that a new connection does not begin a new one.
    pub(super) fn begin(&self) {
        self.with(|state| state.pace = Pace::new(state.window));
    }

    /// Counts all reading while `read` runs, which reads a body. The wait for a head has limits of its own.
    pub(super) fn while_reading<T>(&self, read: impl FnOnce() -> T) -> T {
        self.with(|state| state.is_body = true);
        let outcome = read();
        self.with(|state| state.is_body = false);
        outcome
    }

    fn count(&self, received: usize, waited: Duration) -> Result<(), Error> {
        self.with(|state| if state.is_body { state.pace.count(received, waited) } else { None })
            .map_or(Ok(()), |slow: TooSlow| Err(Error::Other(slow.into())))
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Puts a [`Meter`] on every socket.
#[derive(Debug)]
pub(super) struct MeterConnector(pub(super) Meter);

impl<In: Transport> Connector<In> for MeterConnector {
    type Out = Either<In, MeteredTransport>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        let is_http = |protocol| matches!(protocol, ProxyProtocol::Http | ProxyProtocol::Https);
        if details.config.proxy().is_some_and(|proxy| is_http(proxy.protocol())) {
            // The socket to such a proxy came from the whole chain, which has been here.
            return Ok(Some(Either::A(transport)));
        }
        let connected_by = details.timeout.not_zero().and_then(|after| Instant::now().checked_add(*after));
        let meter = self.0.clone();
        Ok(Some(Either::B(MeteredTransport { transport: transport.boxed(), connected_by, meter })))
    }
}

/// A socket with a [`Meter`].
pub(super) struct MeteredTransport {
    transport: Box<dyn Transport>,
    /// When tunnel and encryption must stand.
    connected_by: Option<Instant>,
    meter: Meter,
}

impl MeteredTransport {
    /// `timeout`, or what is left of a limit that comes before.
    fn limit(&self, mut timeout: NextTimeout) -> Result<NextTimeout, Error> {
        // ureq gives each read of a proxy's answer to CONNECT the whole timeout.
        let connect = self.connected_by.filter(|_| timeout.reason == Timeout::Connect);
        let limits = [(connect, Timeout::Connect), (self.meter.deadline, Timeout::Global)];
        for (until, reason) in limits {
            let Some(until) = until else { continue };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Timeout(reason));
            }
            if timeout.not_zero().is_none_or(|after| left < *after) {
                (timeout.after, timeout.reason) = (time::Duration::Exact(left), reason);
            }
        }
        Ok(timeout)
    }
}

impl Transport for MeteredTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = self.limit(timeout)?;
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = self.limit(timeout)?;
        let before = self.transport.buffers().input().len();
        let start = Instant::now();
        let has_more = self.transport.await_input(timeout)?;
        let received = self.transport.buffers().input().len().saturating_sub(before);
        self.meter.count(received, start.elapsed())?;
        Ok(has_more)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

impl fmt::Debug for MeteredTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MeteredTransport").field(&self.transport).finish()
    }
}
