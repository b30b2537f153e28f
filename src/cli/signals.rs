//! Ctrl-C, SIGTERM and SIGHUP. The first one lets a run finish what it has begun; a later one ends the process. Before the
//! run, while weights are downloaded, the first one does.

#[cfg(unix)]
mod watch;

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGXFSZ};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::signal_name;

#[cfg(unix)]
use super::exit::end_by;

#[cfg(unix)]
const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether a run was asked to stop, and by which signal.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    /// Number of the latest signal; 0 if there was none.
    signal: Arc<AtomicUsize>,
    /// Whether there is no run yet that could be finished.
    is_sudden: Arc<AtomicBool>,
    last_words: LastWords,
}

/// What is done before the process ends at once.
#[derive(Clone, Default)]
struct LastWords(Arc<Mutex<Option<Words>>>);

type Words = Box<dyn FnOnce() + Send>;

impl Stop {
    /// Listens to the signals, except those that the process was started to ignore: `nohup` and `&` in a script do that.
    ///
    /// # Errors
    /// If the system has no thread or no file descriptors for it.
    pub(super) fn on_signals() -> io::Result<Self> {
        let stop = Self {
            asked: Arc::default(),
            signal: Arc::default(),
            is_sudden: Arc::new(AtomicBool::new(true)),
            last_words: LastWords::default(),
        };
        let heard = heard();
        for &number in &heard {
            #[cfg(not(unix))]
            // The order matters: the handler that ends the process runs first, while the flag is still unset.
            for condition in [&stop.asked, &stop.is_sudden] {
                let status = super::exit::of_signal(number).into();
                flag::register_conditional_shutdown(number, status, Arc::clone(condition))?;
            }
            flag::register_usize(number, Arc::clone(&stop.signal), number as usize)?;
            flag::register(number, Arc::clone(&stop.asked))?;
        }
        #[cfg(unix)]
        watch::start(&heard, Arc::clone(&stop.is_sudden), stop.clone().sudden_end())?;
        Ok(stop)
    }

    /// From now on the first signal lets a run finish what it has begun.
    pub(super) fn begin_run(&self) {
        self.is_sudden.store(false, Ordering::Relaxed);
        self.last_words.replace(None);
    }

    /// Set when the run should begin nothing new, by a signal or by the run itself.
    pub(super) fn flag(&self) -> &Arc<AtomicBool> {
        &self.asked
    }

    /// Asks the run to stop.
    pub(super) fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to stop.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// The signal that stopped the run.
    pub(super) fn signal(&self) -> Option<i32> {
        let number = self.signal.load(Ordering::Relaxed);
        SIGNALS.into_iter().find(|signal| *signal as usize == number)
    }

    /// Has `words` run before the process ends at once.
    pub(super) fn before_sudden_end(&self, words: impl FnOnce() + Send + 'static) {
        self.last_words.replace(Some(Box::new(words)));
    }

    /// Ends the process at once.
    #[cfg(unix)]
    fn sudden_end(self) -> impl FnOnce() + Send + 'static {
        move || {
            if let Some(words) = self.last_words.replace(None) {
                watch::say_briefly(words);
            }
            end_by(self.signal().unwrap_or_default());
        }
    }
}

impl LastWords {
    fn replace(&self, words: Option<Words>) -> Option<Words> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), words)
    }
}

impl fmt::Debug for LastWords {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("LastWords")
    }
}

/// Why a run ended early, in the words that begin a note.
pub(super) fn reason(signal: Option<i32>) -> String {
    match signal {
        Some(SIGINT) => "interrupted".to_owned(),
        Some(signal) => format!("stopped by {}", signal_name(signal).unwrap_or("a signal")),
        None => "stopped".to_owned(),
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
    not_ignored(&std::fs::read_to_string("/proc/self/status").unwrap_or_default())
}

/// The signals that `status`, a file of `/proc`, does not list as ignored.
fn not_ignored(status: &str) -> Vec<i32> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    SIGNALS.into_iter().filter(|signal| mask >> (signal - 1) & 1 == 0).collect()
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    /// SIGHUP is bit 0, SIGINT bit 1.
    #[test]
    fn ignored_signals_are_not_heard() {
        assert_eq!(not_ignored("Name:\tmnet\nSigIgn:\t0000000000001000\n"), SIGNALS);
        assert_eq!(not_ignored("SigIgn:\t0000000000000001\n"), [SIGINT, SIGTERM]);
        assert_eq!(not_ignored("SigIgn:\t0000000000000003\n"), [SIGTERM]);
        assert_eq!(not_ignored(""), SIGNALS);
    }
}
