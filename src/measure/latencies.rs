//! Latencies of a repeated operation.

use std::time::{Duration, Instant};

/// How often to repeat an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Runs before the counted ones, which fill caches and buffers and wake the processor.
    pub warm_up: usize,
    /// Counted runs are repeated for at least this long.
    pub min_time: Duration,
}

/// Times of the counted runs, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latencies {
    /// Ascending.
    times: Vec<Duration>,
}

impl Latencies {
    /// Repeats `run` as planned, at least once.
    ///
    /// # Errors
    /// The first error of `run`.
    pub fn measure<E>(plan: Plan, mut run: impl FnMut() -> Result<(), E>) -> Result<Self, E> {
        for _ in 0..plan.warm_up {
            run()?;
        }
        let begin = Instant::now();
        let mut times = Vec::new();
        while times.is_empty() || begin.elapsed() < plan.min_time {
            let start = Instant::now();
            run()?;
            times.push(start.elapsed());
        }
        Ok(Self::of(times))
    }

    /// Those of runs that took `times`, in any order.
    ///
    /// # Panics
    /// If `times` is empty.
    pub fn of(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "latencies of no runs");
        times.sort_unstable();
        Self { times }
    }

    /// The number of counted runs.
    pub fn runs(&self) -> usize {
        self.times.len()
    }

    /// The shortest run, which other work on the machine disturbed least.
    pub fn min(&self) -> Duration {
        self.times[0]
    }

    /// The longest run.
    pub fn max(&self) -> Duration {
        self.times[self.times.len() - 1]
    }

    /// How many runs took more than twice the median: other work on the machine, or a processor that slowed down.
    pub fn outliers(&self) -> usize {
        let limit = 2 * self.percentile(50);
        self.times.len() - self.times.partition_point(|time| *time <= limit)
    }

    /// Whether there are enough runs for a percentile below 100 to be more than the longest of them.
    pub fn resolves(&self, percent: usize) -> bool {
        self.runs() >= needed_runs(percent)
    }

    /// The mean of all counted runs.
    pub fn mean(&self) -> Duration {
        self.times.iter().sum::<Duration>() / self.times.len() as u32
    }

    /// The shortest time that at least `percent` percent of the runs did not exceed (the nearest-rank method).
    ///
    /// # Panics
    /// If `percent` is not above 0 and at most 100.
    pub fn percentile(&self, percent: usize) -> Duration {
        assert!((1..=100).contains(&percent), "percentile {percent}");
        self.times[(self.times.len() * percent).div_ceil(100) - 1]
    }
}

/// How many runs it takes for one of them to be longer than the percentile.
///
/// # Panics
/// If `percent` is not below 100.
pub fn needed_runs(percent: usize) -> usize {
    100_usize.div_ceil(100 - percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Latencies {
        Latencies::of(millis.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn percentiles_are_times_that_occurred() {
        let millis = |latencies: &Latencies| [50, 90, 99, 100].map(|p| latencies.percentile(p).as_millis());
        assert_eq!(millis(&of([7])), [7, 7, 7, 7]);
        assert_eq!(millis(&of([9, 7])), [7, 9, 9, 9]);
        assert_eq!(millis(&of((1..=100).rev())), [50, 90, 99, 100]);
        assert_eq!(millis(&of(1..=1000)), [500, 900, 990, 1000]);
        assert_eq!((of([9, 7]).min().as_millis(), of([9, 7]).mean().as_millis()), (7, 8));
    }

    #[test]
    fn outliers_are_far_above_the_median() {
        assert_eq!(of([10, 10, 10, 20]).outliers(), 0);
        assert_eq!(of([10, 10, 10, 21, 90]).outliers(), 2);
        assert_eq!(of([10]).outliers(), 0);
        assert_eq!(of([9, 7]).max().as_millis(), 9);
    }

    #[test]
    fn a_percentile_is_more_than_the_longest_run() {
        for percent in [50, 90, 99] {
            let (enough, few) = (of(1..=needed_runs(percent) as u64), of(2..=needed_runs(percent) as u64));
            assert!(enough.resolves(percent) && enough.percentile(percent) < enough.max(), "{percent}");
            assert!(!few.resolves(percent) && few.percentile(percent) == few.max(), "{percent}");
        }
    }

    #[test]
    fn at_least_one_run_is_counted() {
        let mut runs = 0;
        let plan = Plan { warm_up: 3, min_time: Duration::ZERO };
        let latencies = Latencies::measure(plan, || {
            runs += 1;
            Ok::<_, ()>(())
        });
        assert_eq!((latencies.map(|latencies| latencies.runs()), runs), (Ok(1), 4));
        assert_eq!(Latencies::measure(plan, || Err("no")).map(|_| ()), Err("no"));
    }
}
