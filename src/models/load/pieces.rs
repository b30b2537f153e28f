//! Weights that a training tool keeps in pieces, which it can put together again.

use crate::terminal_text::printable;
use crate::weights::WeightFile;

/// What divides weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pieces {
    /// `torch.nn.utils.weight_norm`: a direction and a length.
    WeightNorm,
    /// `torch.nn.utils.spectral_norm`: a matrix and its singular vectors.
    SpectralNorm,
    /// `torch.nn.utils.parametrize`.
    Parametrization,
    /// `torch.nn.utils.prune`: weights and a mask.
    Pruning,
    /// `PEFT`: weights and what is added to them.
    Adapter,
}

/// Last parts of names that tell of pieces.
const LAST_PARTS: [(&str, Pieces); 4] = [
    ("weight_g", Pieces::WeightNorm),
    ("weight_u", Pieces::SpectralNorm),
    ("weight_mask", Pieces::Pruning),
    ("bias_mask", Pieces::Pruning),
];

/// Beginnings of any part that do.
const BEGINNINGS: [(&str, Pieces); 4] = [
    ("parametrizations", Pieces::Parametrization),
    ("lora_", Pieces::Adapter),
    ("ia3_", Pieces::Adapter),
    ("modules_to_save", Pieces::Adapter),
];

impl Pieces {
    /// How messages call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::WeightNorm => "weight normalisation",
            Self::SpectralNorm => "spectral normalisation",
            Self::Parametrization => "a parametrization",
            Self::Pruning => "pruning",
            Self::Adapter => "an adapter such as LoRA",
        }
    }

    fn of(name: &str) -> Option<Self> {
        let last = name.rsplit('.').next();
        let by_last = LAST_PARTS.iter().find(|(part, _)| last == Some(part));
        let any = || BEGINNINGS.iter().find(|(start, _)| name.split('.').any(|part| part.starts_with(start)));
        by_last.or_else(any).map(|(_, pieces)| *pieces)
    }
}

/// The first piece in `file`, by name, and what made it; `None` if its weights are whole.
pub fn pieces(file: &WeightFile) -> Option<(String, Pieces)> {
    file.names().find_map(|name| Some((printable(name), Pieces::of(name)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names as torch 2.15 and peft write them.
    #[test]
    fn pieces_are_told_by_their_names() {
        for (name, expected) in [
            ("classifier.weight_g", Some(Pieces::WeightNorm)),
            ("classifier.weight_u", Some(Pieces::SpectralNorm)),
            ("classifier.parametrizations.weight.original0", Some(Pieces::Parametrization)),
            ("features.0.0.weight_mask", Some(Pieces::Pruning)),
            ("base_model.model.classifier.lora_A.default.weight", Some(Pieces::Adapter)),
            ("base_model.model.classifier.modules_to_save.default.weight", Some(Pieces::Adapter)),
            ("classifier.weight", None),
            ("conv_stem.weight", None),
        ] {
            assert_eq!(Pieces::of(name), expected, "{name}");
        }
    }
}
