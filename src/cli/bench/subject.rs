//! What a row is about: a network at a resolution.

use super::model::BenchModel;
use crate::models::Published;

/// A network at a resolution, without its weights.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) struct Subject {
    /// As answers call it.
    pub name: String,
    /// A short name with alpha and resolution, as papers write it: `V1 0.75-160`.
    pub label: String,
    /// The title of its family: `MobileNetV1`.
    pub family: &'static str,
    /// The value of `--alpha`.
    pub alpha: Option<f64>,
    /// Side of the square input, px.
    pub resolution: usize,
    /// Of one picture.
    pub mult_adds: usize,
    pub parameters: usize,
    /// The accuracy that was published for it.
    pub published: Option<Published>,
}

impl BenchModel {
    /// This network at `resolution`.
    pub(in crate::cli) fn at(&self, resolution: usize) -> Subject {
        let graph = &self.architecture.graph;
        Subject {
            name: self.name.clone(),
            label: label(&self.name, self.variant(), self.width(), resolution),
            family: self.architecture.family().title,
            alpha: self.alpha,
            resolution,
            mult_adds: graph.mult_adds(resolution),
            parameters: graph.parameters(),
            published: self.published(resolution),
        }
    }
}

/// `V1 0.75-160`, `Lite0 224`; the last part of the name where the catalogue has no `variant`.
fn label(name: &str, variant: Option<&str>, alpha: Option<f64>, resolution: usize) -> String {
    let Some(variant) = variant else {
        let name = name.trim_end_matches('/').rsplit('/').next().unwrap_or(name);
        return format!("{name} {resolution}");
    };
    let mut letters = variant.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let width = alpha.map(|alpha| format!("{alpha:?}-")).unwrap_or_default();
    format!("{}{} {width}{resolution}", first.map(String::from).unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_papers() {
        assert_eq!(label("v1", Some("v1"), Some(0.75), 160), "V1 0.75-160");
        assert_eq!(label("x", Some("v4-conv-small"), Some(1.0), 224), "V4-conv-small 1.0-224");
        assert_eq!(label("builtin", Some("lite0"), None, 224), "Lite0 224");
        assert_eq!(label("runs/birds/", None, None, 192), "birds 192");
        assert_eq!(label("mobilenetv2_035", None, None, 96), "mobilenetv2_035 96");
    }
}
