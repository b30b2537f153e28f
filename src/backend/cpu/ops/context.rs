//! What an operation needs besides its input and output.

use std::sync::Mutex;

use super::scratch::ThreadScratch;
use crate::backend::cpu::layer_timers::LayerTimers;
use crate::kernels::team::Team;

/// Execution context: thread team, scratch buffers of each thread, optional layer timers.
pub struct ExecContext<'a, E = f32> {
    /// The threads.
    pub team: &'a Team,
    /// The buffers of each of them.
    pub scratch: &'a [Mutex<ThreadScratch<E>>],
    /// Timers of the operation's layers.
    pub timers: LayerTimers<'a>,
}

impl<E> Copy for ExecContext<'_, E> {}

impl<E> Clone for ExecContext<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Shares to cut the work of a phase into: several per thread, so that a thread that is held up delays the others little.
pub(super) fn share_count(team: &Team) -> usize {
    if team.size() > 1 { team.size() * 4 } else { 1 }
}
