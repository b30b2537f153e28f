//! `--precision`: the number format in which a network runs.

use super::console::Console;
use super::values::precision;
use crate::predict::Classifier;
use crate::record::Precision;

/// The number format in which a network runs.
#[derive(Debug, clap::Args)]
pub(super) struct PrecisionFlag {
    /// Number format of weights and feature maps: f32 or bf16
    ///
    /// bf16 keeps 8 of the 24 significant bits of f32. It is faster on a processor with AVX512-BF16 or AMX, and scores change by about 0.01,
    /// some by 0.1. Other processors run f32, and a note says so. Records name the format that was used.
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

/// Notes if `classifier` does not run in the precision that was `asked` for.
pub(super) fn note_fallback(asked: Option<Precision>, classifier: &Classifier, console: &Console) {
    if asked.is_some_and(|asked| asked != classifier.precision()) {
        console.note(fallback(classifier.is_on_cpu()));
    }
}

/// The reason why `f32` is used instead of bf16.
pub(super) fn fallback(is_on_cpu: bool) -> &'static str {
    if is_on_cpu {
        "bf16: this processor has neither AVX512-BF16 nor AMX; running in f32"
    } else {
        "bf16 runs on a CPU only; running in f32"
    }
}
