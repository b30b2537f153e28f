//! Licences of trained weights, and who states them.

/// A licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Its SPDX id in small letters, as the hub writes it; `not named` where that page names none.
    pub name: &'static str,
    /// Who says so, and what else is known.
    pub source: &'static str,
    /// The field `license` of the repository's page on the hub.
    pub on_hub: Option<&'static str>,
}

impl Licence {
    /// Of weights from TF-Slim.
    pub(super) const TF_SLIM: Self = Self {
        name: "not named",
        source: "the hub's page says only `other`; tensorflow/models, where the weights are from, is Apache-2.0",
        on_hub: Some("other"),
    };

    /// Of timm's weights.
    pub(super) const TIMM: Self =
        Self { name: "apache-2.0", source: "the hub's page", on_hub: Some("apache-2.0") };
}
