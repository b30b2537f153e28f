//! Runs the built-in network on the kernels in use, and compares its logits with those of candle's operations, which are
//! compiled without them.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use candle_core::{Device, Tensor};
use serde::Serialize;

use super::section::{Problem, Section, bound, memory};
use crate::backend::{Extras, Network, Norms};
use crate::cli::limits::memory::Room;
use crate::guard;
use crate::kernels::isa;
use crate::predict::Checkpoint;
use crate::record::milliseconds;

/// The difference that rounding may leave, as a share of the largest logit. 1e-6 to 2e-5 is what is seen; one wrong kernel
/// makes more than 1e-4 (`tests/support/networks.rs`).
const ALLOWED: f32 = 5e-5;

/// Both networks and their feature maps take 100 MB, and each thread reserves addresses. Where less than this is left, an
/// allocation may end the process.
const NEEDED: u64 = 512 << 20;

#[derive(Debug, Serialize)]
pub(super) struct SelfTest {
    status: Status,
    /// Why it failed, or did not run.
    reason: Option<String>,
    /// Difference from the reference, as a share of the largest logit.
    difference: Option<f32>,
    allowed: f32,
    /// Time of one picture on the kernels in use, on all threads.
    ms: Option<f64>,
    #[serde(skip)]
    problems: Vec<Problem>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Passed,
    Failed,
    Skipped,
}

impl SelfTest {
    /// Runs it on `threads`. Skips it without threads, for the reason given, without kernels, or with too little memory.
    pub(super) fn examine(threads: Result<usize, String>, has_kernels: bool, room: Room) -> Self {
        let reason = match (threads, room.least()) {
            (Err(reason), _) => reason,
            _ if !has_kernels => format!("{} names no instruction set of this processor", isa::VARIABLE),
            (_, Some((name, bytes))) if bytes < NEEDED => {
                format!("{} leaves less than {}", bound(name), memory(NEEDED))
            }
            (Ok(threads), _) => {
                let outcome = guard::catch(|| compare(threads));
                return Self::judge(outcome.unwrap_or_else(|panic| Err(anyhow::Error::msg(panic))));
            }
        };
        Self { status: Status::Skipped, reason: Some(reason), ..Self::nothing() }
    }

    fn nothing() -> Self {
        let status = Status::Failed;
        Self { status, reason: None, difference: None, allowed: ALLOWED, ms: None, problems: vec![] }
    }

    /// What the `outcome`, a difference and a time, says about this machine and this build.
    fn judge(outcome: Result<(f32, f64)>) -> Self {
        let (difference, ms, reason) = match outcome {
            Ok((difference, ms)) if difference <= ALLOWED => {
                let status = Status::Passed;
                return Self { status, difference: Some(difference), ms: Some(ms), ..Self::nothing() };
            }
            Ok((difference, ms)) => {
                let reason = format!("logits differ by {difference:.1e} from the reference");
                (Some(difference), Some(ms), reason)
            }
            Err(error) => (None, None, format!("{error:#}")),
        };
        let hint = format!("{}=portable mnet doctor, and report what both say", isa::VARIABLE);
        let problems = vec![Problem::error(format!("the self-test failed: {reason}"), hint)];
        Self { reason: Some(reason), difference, ms, problems, ..Self::nothing() }
    }
}

/// The difference between both networks, and the milliseconds that ours takes.
fn compare(threads: usize) -> Result<(f32, f64)> {
    let checkpoint = Checkpoint::built_in()?;
    let (architecture, weights) = (&checkpoint.config.architecture, &checkpoint.weights);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.context("cannot start threads")?.install(|| {
        let side = checkpoint.config.preprocess.resolution() as usize;
        let pixels = Tensor::from_vec(picture(side), (1, 3, side, side), &Device::Cpu)?;
        let logits = |network: &Network| -> Result<Vec<f32>> {
            Ok(network.forward(&pixels, Extras::default())?.logits.flatten_all()?.to_vec1()?)
        };
        let ours = Network::load(architecture, weights, &Device::Cpu)?;
        // The first run allocates.
        logits(&ours)?;
        let start = Instant::now();
        let found = logits(&ours)?;
        let elapsed = start.elapsed();
        let reference = Network::load_candle(architecture, weights, Norms::Folded, &Device::Cpu)?;
        Ok((difference(&found, &logits(&reference)?)?, milliseconds(elapsed)))
    })
}

/// A picture with many frequencies, the same on every machine.
fn picture(side: usize) -> Vec<f32> {
    (0..3 * side * side).map(|index| ((index % 251).pow(2) % 251) as f32 / 125.0 - 1.0).collect()
}

/// The largest difference, as a share of the largest expected value.
fn difference(found: &[f32], expected: &[f32]) -> Result<f32> {
    ensure!(found.iter().chain(expected).all(|logit| logit.is_finite()), "logits are not finite");
    let largest = expected.iter().fold(0f32, |largest, logit| largest.max(logit.abs()));
    let differences = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs());
    Ok(differences.fold(0.0, f32::max) / largest)
}

impl Section for SelfTest {
    fn name(&self) -> &'static str {
        "self_test"
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let reason = self.reason.as_deref().unwrap_or_default();
        let result = match (&self.status, self.difference) {
            (Status::Passed, Some(difference)) => {
                format!("passed: within {difference:.1e} of the reference ({ALLOWED:.0e} is allowed)")
            }
            (Status::Skipped, _) => format!("not run: {reason}"),
            _ => format!("failed: {reason}"),
        };
        let time = self.ms.map(|ms| ("one picture", format!("{ms:.1} ms")));
        [("result", result)].into_iter().chain(time).collect()
    }

    fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_kernel_is_an_error() {
        assert!(SelfTest::judge(Ok((2e-5, 1.0))).problems.is_empty());
        let failed = SelfTest::judge(Ok((1e-3, 1.0)));
        assert!(failed.status == Status::Failed && failed.problems.len() == 1);
        assert_eq!(SelfTest::judge(Err(anyhow::Error::msg("no"))).reason.as_deref(), Some("no"));
    }

    #[test]
    fn the_difference_is_relative_and_finite() {
        assert_eq!(difference(&[1.0, 3.0], &[1.0, 4.0]).unwrap(), 0.25);
        assert!(difference(&[f32::NAN], &[1.0]).is_err());
    }

    #[test]
    fn without_memory_or_kernels_it_is_skipped() {
        let room = Room { machine: Some(1 << 40), cgroup: None, ulimit_v: Some(NEEDED - 1) };
        let reason = |test: SelfTest| test.reason.unwrap();
        assert!(reason(SelfTest::examine(Ok(1), true, room)).contains("ulimit -v"));
        assert!(reason(SelfTest::examine(Ok(1), false, room)).contains("MNET_ISA"));
        assert_eq!(reason(SelfTest::examine(Err("no threads".to_owned()), true, room)), "no threads");
    }
}
