//! `--model`, `--alpha` and `--res` to a checkpoint. Never another alpha in silence.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::models::{Checkpoint, Family, catalogue};
use crate::weights::{FORMATS, is_index};
use crate::words::and_list;

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// A directory, a repository, a name of the catalogue, a family, a variant or an architecture.
    pub model: Option<String>,
    /// Width multiplier.
    pub alpha: Option<f64>,
    /// Side of the square input, px.
    pub resolution: Option<usize>,
}

/// Where the weights are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the binary.
    BuiltIn,
    /// A directory, or a file of weights in one.
    Local(PathBuf),
    /// A repository that the user named, `owner/name[@revision]`.
    Hub(String),
    /// A repository of the catalogue.
    Catalogue {
        /// `owner/name`.
        repository: String,
        /// The revision that holds safetensors; if it is gone, `main` will do.
        preferred_revision: Option<&'static str>,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Local(path) => path.display().fmt(f),
            Self::Hub(repository) | Self::Catalogue { repository, .. } => f.write_str(repository),
        }
    }
}

/// A request that names no checkpoint.
#[derive(Debug, Error, PartialEq)]
pub enum SelectionError {
    /// No checkpoint of the family, or of any family, has this alpha.
    #[error("no weights for {title} at alpha {alpha} (there are {})", list(.available))]
    NoSuchAlpha {
        /// The family, or `MobileNet`.
        title: &'static str,
        /// What was asked for.
        alpha: f64,
        /// What exists, ascending.
        available: Vec<f64>,
        /// What does exist.
        instead: Alternative,
    },
    /// A directory or a repository has one alpha.
    #[error("a width multiplier chooses among the catalogue's checkpoints; {model} is one checkpoint")]
    AlphaOfOneCheckpoint {
        /// What `--model` named.
        model: String,
    },
    /// The name is neither a path, nor a repository, nor in the catalogue.
    #[error("no model is called `{0}`: it is no directory, no owner/name and not in the catalogue")]
    Unknown(String),
    /// A path was named and nothing is there.
    #[error("{0}: no such directory or file of weights")]
    NoSuchPath(String),
}

/// The nearest model to one that does not exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Another family, or the same model; `None` if no model was named.
    pub model: Option<String>,
    /// A width multiplier that it has.
    pub alpha: f64,
}

/// Finds the checkpoint that `request` means.
///
/// The resolution chooses among checkpoints; it is not part of the answer, because it applies to any of them.
///
/// # Errors
/// If there is none.
pub fn select(request: &Request) -> Result<Source, SelectionError> {
    let Some(model) = request.model.as_deref() else {
        return match request.alpha {
            None => Ok(Source::BuiltIn),
            Some(alpha) => {
                by_alpha(&catalogue::checkpoints().collect::<Vec<_>>(), alpha, request, "MobileNet", None)
            }
        };
    };
    if let Some(source) = one_checkpoint(model)? {
        return match request.alpha {
            None => Ok(source),
            Some(_) => Err(SelectionError::AlphaOfOneCheckpoint { model: model.into() }),
        };
    }
    let of_model: Vec<_> =
        catalogue::checkpoints().filter(|(family, row)| row.is_of(family, model)).collect();
    let Some((family, _)) = of_model.first() else {
        return Err(SelectionError::Unknown(model.into()));
    };
    // The built-in weights are Lite0's: the same network, without a download.
    let lite0 = matches!(model, "lite" | "lite0" | "efficientnet-lite");
    let has_alpha = of_model.iter().any(|(_, row)| row.alpha.is_some());
    match request.alpha {
        Some(_) if !has_alpha => Err(SelectionError::AlphaOfOneCheckpoint { model: model.into() }),
        None if lite0 => Ok(Source::BuiltIn),
        alpha => {
            // 1.0, or what there is where the variant is not of that width.
            let usual = of_model.iter().find_map(|(_, row)| row.alpha.filter(|alpha| *alpha == 1.0));
            let first = || of_model.iter().find_map(|(_, row)| row.alpha);
            let alpha = alpha.or(usual).or_else(first).unwrap_or(1.0);
            by_alpha(&of_model, alpha, request, family.title, Some(model))
        }
    }
}

/// A model that is one checkpoint whatever the other flags say.
fn one_checkpoint(model: &str) -> Result<Option<Source>, SelectionError> {
    if model == "builtin" {
        return Ok(Some(Source::BuiltIn));
    }
    let path = Path::new(model);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_weights = is_index(path)
        || extension.is_some_and(|found| FORMATS.iter().any(|format| format.extensions.contains(&found)));
    if path.is_dir() || is_weights && path.exists() {
        return Ok(Some(Source::Local(path.into())));
    }
    if is_weights
        || model.starts_with(['.', '/', '~'])
        || model.matches('/').count() > 1 && !model.contains('@')
    {
        return Err(SelectionError::NoSuchPath(model.into()));
    }
    if model.contains('/') {
        return Ok(Some(Source::Hub(model.into())));
    }
    Ok(catalogue::checkpoints().find(|(_, row)| row.name() == model).map(|(_, row)| source(row)))
}

type Row = (&'static Family, &'static Checkpoint);

/// The row of `alpha` that was trained at the resolution asked for, else the first of that alpha.
fn by_alpha(
    rows: &[Row],
    alpha: f64,
    request: &Request,
    title: &'static str,
    model: Option<&str>,
) -> Result<Source, SelectionError> {
    // A family without a width multiplier has one row per variant.
    let fits =
        |row: &Checkpoint| row.alpha == Some(alpha) || row.alpha.is_none() && model.is_some() && alpha == 1.0;
    let of_alpha: Vec<_> = rows.iter().filter(|(_, row)| fits(row)).collect();
    let exact = of_alpha.iter().find(|(_, row)| Some(row.resolution) == request.resolution);
    if let Some((_, row)) = exact.or(of_alpha.first()) {
        return Ok(source(row));
    }
    let mut available: Vec<f64> = rows.iter().filter_map(|(_, row)| row.alpha).collect();
    available.sort_by(f64::total_cmp);
    available.dedup();
    Err(SelectionError::NoSuchAlpha { title, alpha, instead: instead(alpha, &available, model), available })
}

/// Another family at this alpha, else this one at the nearest alpha.
fn instead(alpha: f64, available: &[f64], model: Option<&str>) -> Alternative {
    if let Some((family, _)) = catalogue::checkpoints().find(|(_, row)| row.alpha == Some(alpha)) {
        return Alternative { model: Some(family.alias.to_owned()), alpha };
    }
    let nearest = available.iter().copied().min_by(|a, b| (a - alpha).abs().total_cmp(&(b - alpha).abs()));
    Alternative { model: model.map(str::to_owned), alpha: nearest.unwrap_or(alpha) }
}

fn source(row: &Checkpoint) -> Source {
    Source::Catalogue { repository: row.repository(), preferred_revision: row.revision }
}

fn list(alphas: &[f64]) -> String {
    and_list(alphas.iter().map(|alpha| format!("{alpha:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(model: Option<&str>, alpha: Option<f64>, resolution: Option<usize>) -> String {
        let request = Request { model: model.map(str::to_owned), alpha, resolution };
        match select(&request) {
            Ok(Source::BuiltIn) => "built in".into(),
            Ok(Source::Local(path)) => path.display().to_string(),
            Ok(Source::Hub(repository)) => repository,
            Ok(Source::Catalogue { repository, preferred_revision }) => {
                preferred_revision.map_or(repository.clone(), |revision| format!("{repository}@{revision}"))
            }
            Err(error) => error.to_string(),
        }
    }

    /// The table of the command's design.
    #[test]
    fn alpha_and_resolution_choose_the_checkpoint() {
        let cases = [
            (None, None, None, "built in"),
            (None, None, Some(96), "built in"),
            (None, Some(0.75), Some(160), "google/mobilenet_v2_0.75_160"),
            (None, Some(0.75), Some(192), "google/mobilenet_v1_0.75_192@refs/pr/4"),
            (None, Some(0.75), None, "google/mobilenet_v1_0.75_192@refs/pr/4"),
            (None, Some(0.5), Some(160), "timm/mobilenetv2_050.lamb_in1k"),
            (
                None,
                Some(0.35),
                Some(96),
                "google/mobilenet_v2_0.35_96@5d96f9d4a2d8dfc954023eeaa456d88c1503ea1f",
            ),
            (Some("v1"), None, None, "google/mobilenet_v1_1.0_224@refs/pr/3"),
            (Some("v2"), Some(1.4), None, "google/mobilenet_v2_1.4_224@refs/pr/3"),
            (Some("mobilenet-v2"), None, Some(128), "google/mobilenet_v2_1.0_224"),
            (Some("mobilenet-v2-0.75-160"), None, None, "google/mobilenet_v2_0.75_160"),
            (Some("lite0"), None, None, "built in"),
            (Some("lite2"), None, None, "timm/tf_efficientnet_lite2.in1k"),
            (Some("v3-small"), None, None, "timm/tf_mobilenetv3_small_100.in1k"),
            (Some("v3-large-d"), None, None, "timm/mobilenetv3_large_150d.ra4_e3600_r256_in1k"),
            (Some("v4-conv-medium"), None, Some(384), "timm/mobilenetv4_conv_medium.e250_r384_in12k_ft_in1k"),
            (Some("edgetpu"), None, None, "timm/mobilenet_edgetpu_v2_m.ra4_e3600_r224_in1k"),
            (Some("mobilenetv4_conv_medium"), None, None, "timm/mobilenetv4_conv_medium.e500_r224_in1k"),
            (Some("mobilenetv2_140"), None, None, "timm/mobilenetv2_140.ra_in1k"),
            (Some("tf_efficientnet_lite0"), None, None, "timm/tf_efficientnet_lite0.in1k"),
            (Some("owner/name@v1"), None, None, "owner/name@v1"),
            (Some("src"), None, None, "src"),
        ];
        for (model, alpha, resolution, expected) in cases {
            assert_eq!(selected(model, alpha, resolution), expected, "{model:?} {alpha:?} {resolution:?}");
        }
    }

    #[test]
    fn what_does_not_exist_is_said_with_what_does() {
        assert_eq!(
            selected(Some("v1"), Some(0.5), None),
            "no weights for MobileNetV1 at alpha 0.5 (there are 0.75, 1.0 and 1.25)"
        );
        assert_eq!(
            selected(None, Some(0.33), None),
            "no weights for MobileNet at alpha 0.33 (there are 0.35, 0.5, 0.75, 1.0, 1.1, 1.2, 1.25, 1.4 and 1.5)"
        );
        assert!(selected(Some("owner/name"), Some(0.5), None).starts_with("a width multiplier chooses"));
        // The compound coefficient of EfficientNet-Lite is no width multiplier.
        assert!(selected(Some("lite2"), Some(1.0), None).starts_with("a width multiplier chooses"));
        assert!(selected(Some("v9"), None, None).starts_with("no model is called `v9`"));
        assert!(selected(Some("./nothing"), None, None).starts_with("./nothing: no such directory"));
        assert!(selected(Some("a/b.safetensors"), None, None).starts_with("a/b.safetensors: no such"));
    }
}
