//! `--model`, `--alpha` and `--res` to the source of one checkpoint. Another alpha is never chosen silently.

use std::path::Path;

use super::address::{bare, repository};
use super::error::{Alternative, SelectionError};
use super::single::single_checkpoint;
use super::source::Source;
use crate::models::spelling::nearest;
use crate::models::{Checkpoint, Family, absent, catalogue};

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// A directory, a repository, a catalogue name, a family, a variant or an architecture.
    pub model: Option<String>,
    /// Width multiplier.
    pub alpha: Option<f64>,
    /// Side of the square input, px.
    pub resolution: Option<usize>,
}

/// A row of the catalogue, with its family.
type Row = (&'static Family, &'static Checkpoint);

/// Finds the checkpoint that `request` selects.
///
/// The resolution chooses among checkpoints; it is not part of the result, because any of them can run at it.
///
/// # Errors
/// If there is no such checkpoint.
pub fn select(request: &Request) -> Result<Source, SelectionError> {
    let Some(model) = request.model.as_deref() else {
        return any_model(request);
    };
    let model = if Path::new(model).exists() { model } else { bare(model) };
    match one_checkpoint(model)? {
        None => of_catalogue(model, request),
        Some(_) if request.alpha.is_some() => Err(only_one_checkpoint(model)),
        Some(source) => Ok(source),
    }
}

/// The checkpoint that `model` names alone. A path that exists is never a repository.
fn one_checkpoint(model: &str) -> Result<Option<Source>, SelectionError> {
    if !Path::new(model).exists()
        && let Some(repository) = repository(model)?
    {
        return Ok(Some(Source::Hub(repository)));
    }
    let single = single_checkpoint(model)?;
    Ok(single.or_else(|| {
        let name = catalogue::canonical(model)?;
        catalogue::checkpoints().find(|(_, row)| row.name() == name).map(|(_, row)| row.into())
    }))
}

/// Without `--model`: the built-in checkpoint, or the first of the whole catalogue with the requested alpha.
fn any_model(request: &Request) -> Result<Source, SelectionError> {
    let Some(alpha) = request.alpha else {
        return Ok(Source::BuiltIn);
    };
    let rows: Vec<Row> = catalogue::checkpoints().collect();
    let has_alpha = |row: &Checkpoint| row.alpha == Some(alpha);
    best_row(&rows, has_alpha, request.resolution)
        .ok_or_else(|| no_such_alpha("MobileNet", alpha, &rows, None))
}

/// `model` is a family, a variant or an architecture: its checkpoint with the requested alpha.
fn of_catalogue(model: &str, request: &Request) -> Result<Source, SelectionError> {
    let spelled = catalogue::canonical(model);
    let model = spelled.as_deref().unwrap_or(model);
    let rows: Vec<Row> = catalogue::checkpoints().filter(|(family, row)| row.is_of(family, model)).collect();
    let Some((family, _)) = rows.first() else {
        return Err(match absent(model) {
            Some(reason) => SelectionError::NotBuiltIn { name: model.into(), reason },
            None => unknown(model),
        });
    };
    let alpha = match (request.alpha, default_alpha(&rows)) {
        (Some(_), None) => return Err(only_one_checkpoint(model)),
        // The built-in weights are Lite0's: the same network, without a download.
        (None, _) if is_built_in(family, model) => return Ok(Source::BuiltIn),
        (Some(alpha), Some(_)) => alpha,
        (None, default) => default.unwrap_or(1.0),
    };
    // Rows without a width multiplier are those of variants that exist at one width, 1.
    let has_alpha = |row: &Checkpoint| row.alpha.unwrap_or(1.0) == alpha;
    best_row(&rows, has_alpha, request.resolution)
        .ok_or_else(|| no_such_alpha(family.title, alpha, &rows, Some(model)))
}

/// Whether `model` names the family or the variant of the built-in weights.
fn is_built_in(family: &Family, model: &str) -> bool {
    family.alias == "lite" && [family.name, family.alias, "lite0"].contains(&model)
}

/// 1.0, or the first alpha if no row has that one; `None` if the rows have no width multiplier.
fn default_alpha(rows: &[Row]) -> Option<f64> {
    let alphas = || rows.iter().filter_map(|(_, row)| row.alpha);
    alphas().find(|alpha| *alpha == 1.0).or_else(|| alphas().next())
}

/// Of the rows with the right alpha, the one trained at `resolution`, else the first.
fn best_row(
    rows: &[Row],
    has_alpha: impl Fn(&Checkpoint) -> bool,
    resolution: Option<usize>,
) -> Option<Source> {
    let mut candidates = rows.iter().map(|(_, row)| *row).filter(|row| has_alpha(row));
    let first = candidates.clone().next();
    candidates.find(|row| Some(row.resolution) == resolution).or(first).map(Source::from)
}

fn only_one_checkpoint(model: &str) -> SelectionError {
    SelectionError::AlphaOfOneCheckpoint { model: model.into() }
}

fn no_such_alpha(title: &'static str, alpha: f64, rows: &[Row], model: Option<&str>) -> SelectionError {
    let mut available: Vec<f64> = rows.iter().filter_map(|(_, row)| row.alpha).collect();
    available.sort_by(f64::total_cmp);
    available.dedup();
    SelectionError::NoSuchAlpha { title, alpha, instead: alternative(alpha, &available, model), available }
}

/// `model` names nothing that has weights.
fn unknown(model: &str) -> SelectionError {
    if let Some(row) = catalogue::untrained(model) {
        return SelectionError::Untrained(row.name.into());
    }
    let Some((architecture, _)) = catalogue::architecture(model, None) else {
        return SelectionError::Unknown { model: model.into(), similar: nearest(model, catalogue::names()) };
    };
    let family = architecture.family();
    // timm's names end in hundredths: mobilenetv2_035.
    let hundredths = architecture.name.rsplit('_').next().and_then(|end| end.parse::<u32>().ok());
    let alpha = hundredths.map(|hundredths| f64::from(hundredths) / 100.0);
    let alpha = alpha.filter(|alpha| family.checkpoints.iter().any(|row| row.alpha == Some(*alpha)));
    SelectionError::NoWeights {
        model: model.into(),
        instead: Alternative { model: Some(family.alias.to_owned()), alpha },
    }
}

/// Another family at this alpha, else this one at the nearest alpha.
fn alternative(alpha: f64, available: &[f64], model: Option<&str>) -> Alternative {
    if let Some((family, _)) = catalogue::checkpoints().find(|(_, row)| row.alpha == Some(alpha)) {
        return Alternative { model: Some(family.alias.to_owned()), alpha: Some(alpha) };
    }
    let nearest = available.iter().copied().min_by(|a, b| (a - alpha).abs().total_cmp(&(b - alpha).abs()));
    Alternative { model: model.map(str::to_owned), alpha: Some(nearest.unwrap_or(alpha)) }
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
            (Some("hf-hub:owner/name@v1"), None, None, "owner/name@v1"),
            (Some("MobileNet_V2"), Some(1.4), None, "google/mobilenet_v2_1.4_224@refs/pr/3"),
            (Some("mobilenet_v3_large"), None, None, "timm/mobilenetv3_large_100.miil_in21k_ft_in1k"),
            (Some("mobilenet_v2_0.75_160"), None, None, "google/mobilenet_v2_0.75_160"),
            (Some("efficientnet-lite0"), None, None, "timm/efficientnet_lite0.ra_in1k"),
            (Some("EfficientNet-Lite"), None, None, "built in"),
            (Some("efficientnet_lite1"), None, None, "timm/tf_efficientnet_lite1.in1k"),
            (Some("TF-MobileNetV3-Small-075"), None, None, "timm/tf_mobilenetv3_small_075.in1k"),
            (Some("mobilenet_v2/"), None, None, "google/mobilenet_v2_1.0_224"),
            (Some("hf-hub:mobilenet_v2"), None, None, "google/mobilenet_v2_1.0_224"),
            (Some("lite0/"), None, None, "built in"),
            (Some("mobilenetv2_100.ra_in1k/"), None, None, "timm/mobilenetv2_100.ra_in1k"),
            (Some("Builtin"), None, None, "built in"),
            (Some("src"), None, None, "src"),
        ];
        for (model, alpha, resolution, expected) in cases {
            assert_eq!(selected(model, alpha, resolution), expected, "{model:?} {alpha:?} {resolution:?}");
        }
    }

    #[test]
    fn errors_say_what_exists() {
        assert_eq!(
            selected(Some("v1"), Some(0.5), None),
            "no weights for MobileNetV1 at alpha 0.5 (there are 0.75, 1.0 and 1.25)"
        );
        assert_eq!(
            selected(None, Some(0.33), None),
            "no weights for MobileNet at alpha 0.33 (there are 0.35, 0.5, 0.75, 1.0, 1.1, 1.2, 1.25, 1.4 and 1.5)"
        );
        assert!(selected(Some("owner/name"), Some(0.5), None).starts_with("a width multiplier chooses"));
        // The compound coefficient of EfficientNet-Lite is not a width multiplier.
        assert!(selected(Some("lite2"), Some(1.0), None).starts_with("a width multiplier chooses"));
        assert!(selected(Some("v9"), None, None).starts_with("no model is called `v9`"));
        assert!(selected(Some("v9"), None, None).ends_with("not in the catalogue"));
        assert!(selected(Some("nothere/"), None, None).starts_with("no model is called `nothere`"));
        assert!(selected(Some("mobilenetv4_conv"), None, None).contains("; similar: mobilenet-v4-conv-"));
        assert!(selected(Some("mobilnet_v2"), None, None).contains("; similar: mobilenet-v2, "));
        assert!(
            selected(Some("mobilenetv2_035"), None, None)
                .starts_with("no weights of `mobilenetv2_035` are in the catalogue")
        );
        for alpha in [None, Some(0.5)] {
            assert!(
                selected(Some("MobileNetV1-dense"), alpha, None).starts_with("`v1-dense` has no weights")
            );
        }
        assert!(
            selected(Some("mobilenet_v2_1.0_224"), Some(0.5), None).starts_with("a width multiplier chooses")
        );
        assert!(
            selected(Some("https://example.org/a/b"), None, None)
                .ends_with("not the address of a model on the hub")
        );
        assert!(selected(Some("./nothing"), None, None).starts_with("./nothing: no such directory"));
        assert!(selected(Some("a/b.safetensors"), None, None).starts_with("a/b.safetensors: no such"));
    }
}
