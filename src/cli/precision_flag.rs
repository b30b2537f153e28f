//! `--precision`: the numbers that a network runs in.

use super::console::Console;
use super::values::precision;
use crate::predict::Classifier;
use crate::record::Precision;

/// The numbers that a network runs in.
#[derive(Debug, clap::Args)]
pub(super) struct PrecisionFlag {
    /// Numbers of weights and feature maps: f32 or bf16
    ///
    /// bf16 has 8 of the 24 bits of f32: faster on a processor with AVX512-BF16 or AMX, and scores change in the third digit. Without
    /// such a unit f32 runs, and a note says so. Records say which ran.
    #[arg(
        long,
        value_name = "PRECISION",
        value_parser = precision,
        help_heading = "Model",
        hide_short_help = true
    )]
    precision: Option<Precision>,
}

impl PrecisionFlag {
    pub(super) fn asked(&self) -> Option<Precision> {
        self.precision
    }
}

/// Says so if `asked` is not what `classifier` runs in.
pub(super) fn note_fallback(asked: Option<Precision>, classifier: &Classifier, console: &Console) {
    if asked.is_some_and(|asked| asked != classifier.precision()) {
        console.note(fallback(classifier.is_on_cpu()));
    }
}

/// Why `f32` runs in place of bf16.
pub(super) fn fallback(is_on_cpu: bool) -> &'static str {
    if is_on_cpu {
        "bf16: this processor has neither AVX512-BF16 nor AMX; running in f32"
    } else {
        "bf16 runs on a CPU only; running in f32"
    }
}
