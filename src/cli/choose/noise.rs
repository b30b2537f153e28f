//! Whether other work on the machine made the times doubtful.

/// The processor's peak hardly moves on a quiet machine. Below this share of the highest, something else was running.
const STEADY: f64 = 0.7;

/// On a quiet machine, fewer than one run in this many takes over twice its network's median.
const ONE_IN: usize = 20;

/// Peaks and times of a search.
#[derive(Clone, Debug, Default)]
pub(super) struct Noise {
    /// The lowest and the highest peak.
    peaks: Option<(f64, f64)>,
}

impl Noise {
    /// Takes a peak that was measured.
    pub(super) fn add_peak(&mut self, peak: f64) {
        let (lowest, highest) = self.peaks.unwrap_or((peak, peak));
        self.peaks = Some((lowest.min(peak), highest.max(peak)));
    }

    /// Whether the times may be wrong, with all `runs` of every network in milliseconds.
    pub(super) fn is_disturbing(&self, runs: &[Vec<f64>]) -> bool {
        let is_unsteady = self.peaks.is_some_and(|(lowest, highest)| lowest < STEADY * highest);
        let slow: usize = runs.iter().map(|runs| slow_runs(runs)).sum();
        let all: usize = runs.iter().map(Vec::len).sum();
        is_unsteady || slow * ONE_IN > all
    }
}

/// Runs that took over twice the median.
fn slow_runs(runs: &[f64]) -> usize {
    let mut sorted = runs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(median) = sorted.get(sorted.len().saturating_sub(1) / 2) else { return 0 };
    sorted.iter().filter(|time| **time > 2.0 * median).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_disturbing(peaks: &[f64], runs: &[Vec<f64>]) -> bool {
        let mut noise = Noise::default();
        for peak in peaks {
            noise.add_peak(*peak);
        }
        noise.is_disturbing(runs)
    }

    #[test]
    fn a_peak_that_falls_is_a_sign_of_other_work() {
        assert!(!is_disturbing(&[], &[]));
        assert!(!is_disturbing(&[100.0, 75.0, 90.0], &[]));
        assert!(is_disturbing(&[100.0, 60.0, 90.0], &[]));
        assert!(is_disturbing(&[60.0, 100.0], &[]), "the first was too low");
    }

    #[test]
    fn so_are_many_slow_runs() {
        let with_slow = |count: usize| {
            let mut runs = vec![10.0; 40 - count];
            runs.extend(vec![21.0; count]);
            [runs, vec![1.0; 3], vec![]]
        };
        assert!(!is_disturbing(&[100.0], &with_slow(2)));
        assert!(is_disturbing(&[100.0], &with_slow(3)));
        // Differences between networks are not noise.
        assert!(!is_disturbing(&[], &[vec![1.0; 3], vec![50.0; 3]]));
    }
}
