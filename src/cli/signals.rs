//! Ctrl-C, SIGTERM and SIGHUP. The first one lets a run finish what it has begun; a second one ends the process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGXFSZ};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

#[cfg(unix)]
use super::exit::end_by;
use super::exit::of_signal;

#[cfg(unix)]
const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether a run was asked to stop, and by which signal.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    /// Number of the first signal; 0 if there was none.
    signal: Arc<AtomicUsize>,
}

impl Stop {
    /// Listens to the signals, except those that the process was started to ignore: `nohup` and `&` in a script do that.
    pub(super) fn on_signals() -> io::Result<Self> {
        let (asked, signal) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let heard = heard();
        for &number in &heard {
            // The order matters: the handler that ends the process runs first, while the flag is still unset.
            flag::register_conditional_shutdown(number, of_signal(number).into(), Arc::clone(&asked))?;
            flag::register_usize(number, Arc::clone(&signal), number as usize)?;
            flag::register(number, Arc::clone(&asked))?;
        }
        #[cfg(unix)]
        do_not_wait_for_others(&heard, Arc::clone(&signal))?;
        Ok(Self { asked, signal })
    }

    /// Set when the run should begin nothing new, by a signal or by the run itself.
    pub(super) fn flag(&self) -> &Arc<AtomicBool> {
        &self.asked
    }

    /// Asks the run to stop.
    pub(super) fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// The signal that stopped the run.
    pub(super) fn signal(&self) -> Option<i32> {
        let number = self.signal.load(Ordering::Relaxed);
        SIGNALS.into_iter().find(|signal| *signal as usize == number)
    }
}

/// Makes it an error to write more than `ulimit -f` allows, as it is on a full disk. SIGXFSZ would end the process without
/// a word.
pub(super) fn fail_at_size_limit() {
    #[cfg(unix)]
    // Nothing reads the flag: a handler is enough to keep the signal from ending the process. If it cannot be registered,
    // the signal still ends it.
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// The signals that the process was not started to ignore. Only Linux tells without unsafe code.
fn heard() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    SIGNALS.into_iter().filter(|signal| mask >> (signal - 1) & 1 == 0).collect()
}

/// Ends the process after one of the signals if it only waits for another process: for stdin that stays open and silent, or
/// for a reader that does not read. `first` gets the number of the first signal.
#[cfg(unix)]
fn do_not_wait_for_others(signals: &[i32], first: Arc<AtomicUsize>) -> io::Result<()> {
    use std::io::Read;
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use crate::waiting;

    /// A reader that is merely slow takes less.
    const PATIENCE: Duration = Duration::from_millis(500);

    let (mut receiver, sender) = UnixStream::pair()?;
    let waiter = std::thread::Builder::new().spawn(move || {
        if receiver.read_exact(&mut [0]).is_err() {
            return;
        }
        std::thread::sleep(PATIENCE);
        loop {
            std::thread::sleep(PATIENCE / 10);
            if waiting::longest().is_some_and(|wait| wait > PATIENCE) {
                end_by(first.load(Ordering::Relaxed) as i32);
            }
        }
    });
    // Without the thread a second signal ends the process, as everywhere.
    if waiter.is_ok() {
        for &signal in signals {
            signal_hook::low_level::pipe::register(signal, sender.try_clone()?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_test_runner_hears_all_of_them() {
        assert_eq!(heard(), SIGNALS);
    }
}
