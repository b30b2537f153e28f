//! Threads of rayon's pool for a team.

use crate::kernels::team::Team;

/// Calls `lead` with a team of up to `threads` threads of the current pool, as many as have nothing else to do.
///
/// To be called on a thread of that pool.
pub(super) fn with_team<R: Send>(threads: usize, lead: impl FnOnce(&Team) -> R + Send) -> R {
    let team = &Team::new(threads.max(1));
    if threads <= 1 {
        return lead(team);
    }
    let lead = || {
        let _end = End(team);
        lead(team)
    };
    rayon::join(lead, || serve(team, 1, threads)).0
}

/// Lends threads to the team as members `first` to `end`, without allocating.
fn serve(team: &Team, first: usize, end: usize) {
    if end - first == 1 {
        return team.serve(first);
    }
    let middle = first.midpoint(end);
    rayon::join(|| serve(team, first, middle), || serve(team, middle, end));
}

/// Ends a team, also when its leader panics.
struct End<'a>(&'a Team);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
