//! The image processors of transformers 5.23 that classify, with their defaults: `models/*/image_processing_pil_*.py`.
//!
//! A new type is a row of [`PROCESSORS`]; if it has steps of its own, a [`Steps`] too.

use serde_json::Value;

use super::error::ConfigError;
use super::fields::Fields;
use crate::pixels::{Filter, Geometry, Resize};

/// One type of image processor: what holds where a file says nothing, and what it does differently from others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Processor {
    /// Its name, without `ImageProcessor`.
    pub(super) name: &'static str,
    pub(super) size: Resize,
    /// Whether a bare number as `size` means a square; else it is the shortest edge.
    pub(super) default_to_square: bool,
    pub(super) crop: Crop,
    pub(super) filter: Filter,
    pub(super) mean: [f64; 3],
    pub(super) std: [f64; 3],
    pub(super) steps: Steps,
    /// Whose rounding places the crop.
    pub(super) geometry: fn(Resize) -> Geometry,
}

/// The defaults of `do_center_crop` and `crop_size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crop {
    /// A square of this side, px.
    On(u32),
    /// No crop; this is its side if the file turns it on, `None` if the file must then give it.
    Off(Option<u32>),
    /// There is no such step; the fields are ignored.
    Never,
}

/// The steps that only some types have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Steps {
    /// Resize, crop, rescale, normalise, as their fields say.
    Common,
    /// `size` is what a crop inside the resize leaves of the shortest edge / `crop_pct`; from 384 px on, a squashed square.
    ConvNext,
    /// `rescale_offset` subtracts 1 after scaling; `include_top` divides by the deviation once more.
    EfficientNet,
    /// The shortest edge is 256 / 224 of `size`.
    Levit,
    /// Blue comes first (`do_flip_channel_order`); nothing is normalised.
    MobileVit,
    /// `size` is divided by `crop_pct`.
    PoolFormer,
}

/// `IMAGENET_STANDARD`, `IMAGENET_DEFAULT` and `OPENAI_CLIP` of `image_utils.py`: mean and deviation.
const STANDARD: [[f64; 3]; 2] = [[0.5; 3]; 2];
const IMAGENET: [[f64; 3]; 2] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
const CLIP: [[f64; 3]; 2] =
    [[0.481_454_66, 0.457_827_5, 0.408_210_73], [0.268_629_54, 0.261_302_58, 0.275_777_11]];

/// All types, by name.
#[rustfmt::skip]
pub(super) const PROCESSORS: [Processor; 17] = [
    row("Beit",         square(224),   Crop::Off(Some(224)), Filter::Bicubic,  STANDARD, Steps::Common),
    row("Bit",          shortest(224), Crop::On(224),        Filter::Bicubic,  CLIP,     Steps::Common),
    row("Blip",         square(384),   Crop::Off(None),      Filter::Bicubic,  CLIP,     Steps::Common),
    row("CLIP",         shortest(224), Crop::On(224),        Filter::Bicubic,  CLIP,     Steps::Common),
    row("ChineseCLIP",  shortest(224), Crop::On(224),        Filter::Bicubic,  CLIP,     Steps::Common),
    row("ConvNext",     shortest(384), Crop::Off(None),      Filter::Bicubic,  STANDARD, Steps::ConvNext),
    row("DeiT",         square(256),   Crop::On(224),        Filter::Bicubic,  STANDARD, Steps::Common),
    row("EfficientNet", square(346),   Crop::Off(Some(289)), Filter::Bicubic,  STANDARD, Steps::EfficientNet),
    row("Levit",        shortest(224), Crop::On(224),        Filter::Bicubic,  IMAGENET, Steps::Levit),
    row("MobileNetV1",  shortest(256), Crop::On(224),        Filter::Bilinear, STANDARD, Steps::Common),
    row("MobileNetV2",  shortest(256), Crop::On(224),        Filter::Bilinear, STANDARD, Steps::Common),
    row("MobileViT",    shortest(224), Crop::On(256),        Filter::Bicubic,  STANDARD, Steps::MobileVit),
    row("PoolFormer",   shortest(224), Crop::On(224),        Filter::Bicubic,  IMAGENET, Steps::PoolFormer),
    row("Pvt",          square(224),   Crop::Off(None),      Filter::Bicubic,  IMAGENET, Steps::Common),
    row("Segformer",    square(512),   Crop::Never,          Filter::Bilinear, IMAGENET, Steps::Common),
    Processor { default_to_square: false,
    ..row("Siglip",     square(224),   Crop::Off(None),      Filter::Bicubic,  STANDARD, Steps::Common) },
    row("ViT",          square(224),   Crop::Off(None),      Filter::Bilinear, STANDARD, Steps::Common),
];

const fn row(
    name: &'static str,
    size: Resize,
    crop: Crop,
    filter: Filter,
    [mean, std]: [[f64; 3]; 2],
    steps: Steps,
) -> Processor {
    let default_to_square = matches!(size, Resize::Exact { .. });
    Processor {
        name,
        size,
        default_to_square,
        crop,
        filter,
        mean,
        std,
        steps,
        geometry: Geometry::Transformers,
    }
}

const fn square(side: u32) -> Resize {
    Resize::Exact { width: side, height: side }
}

const fn shortest(edge: u32) -> Resize {
    Resize::ShortestEdge(edge)
}

/// The type that a file names, if it names one: `image_processor_type`, or `feature_extractor_type` before transformers
/// 4.26.
///
/// # Errors
/// If no row has the name.
pub(super) fn named(fields: Fields<'_>) -> Result<Option<&'static Processor>, ConfigError> {
    let given = ["image_processor_type", "feature_extractor_type"]
        .into_iter()
        .find_map(|key| Some((key, fields.get(key).filter(|value| !value.is_null())?)));
    let Some((key, value)) = given else { return Ok(None) };
    let unknown = || ConfigError::UnknownProcessor {
        file: fields.file,
        field: key,
        found: value.to_string(),
        known: PROCESSORS.iter().map(Processor::class).collect(),
    };
    let found = value.as_str().and_then(|class| {
        let name = stem(class)?;
        PROCESSORS.iter().find(|processor| processor.name == name)
    });
    found.map(Some).ok_or_else(unknown)
}

/// A class's name without what says that it processes images, and how fast.
fn stem(class: &str) -> Option<&str> {
    let class = class.strip_suffix("Fast").or(class.strip_suffix("Pil")).unwrap_or(class);
    class.strip_suffix("ImageProcessor").or(class.strip_suffix("FeatureExtractor"))
}

/// Whether a file names timm's processor, whose settings are in config.json.
pub(super) fn is_timm_wrapper(fields: Fields<'_>) -> bool {
    fields.get("image_processor_type").and_then(Value::as_str) == Some("TimmWrapperImageProcessor")
}

/// The type that transformers uses for the networks of `model_type`, such as `mobilenet_v2`.
pub(super) fn of_model(model_type: &str) -> &'static Processor {
    let name = model_type.replace('_', "");
    match PROCESSORS.iter().find(|processor| processor.name.eq_ignore_ascii_case(&name)) {
        Some(processor) => processor,
        None => unreachable!("{model_type} has a row"),
    }
}

impl Processor {
    /// Its name in transformers.
    pub(super) fn class(&self) -> String {
        format!("{}ImageProcessor", self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named_by(json: &Value) -> Result<Option<&'static str>, String> {
        let found = named(Fields::new("preprocessor_config.json", json));
        found.map(|found| found.map(|processor| processor.name)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_type_has_the_names_of_all_versions() {
        for (field, class, name) in [
            ("image_processor_type", "ViTImageProcessor", "ViT"),
            ("image_processor_type", "ViTImageProcessorFast", "ViT"),
            ("image_processor_type", "ViTImageProcessorPil", "ViT"),
            ("image_processor_type", "ConvNextFeatureExtractor", "ConvNext"),
            ("feature_extractor_type", "CLIPFeatureExtractor", "CLIP"),
        ] {
            assert_eq!(named_by(&json!({(field): class})), Ok(Some(name)), "{class}");
        }
        let both = json!({"feature_extractor_type": "ViTFeatureExtractor", "image_processor_type": "BitImageProcessor"});
        assert_eq!(named_by(&both), Ok(Some("Bit")));
        assert_eq!(named_by(&json!({"image_processor_type": null})), Ok(None));
        assert_eq!(named_by(&json!({})), Ok(None));
    }

    #[test]
    fn other_types_are_refused_by_name() {
        for class in
            ["PerceiverImageProcessor", "DINOv3ViTImageProcessor", "BaseImageProcessorFast", "ViT", ""]
        {
            let error = named_by(&json!({"image_processor_type": class})).unwrap_err();
            let start = format!(
                "preprocessor_config.json: `image_processor_type` is \"{class}\", which is not built in"
            );
            assert!(error.starts_with(&start) && error.contains("MobileNetV2ImageProcessor"), "{error}");
        }
        assert!(named_by(&json!({"image_processor_type": 1})).is_err());
    }

    #[test]
    fn every_network_of_transformers_has_its_type() {
        for family in crate::models::FAMILIES {
            if let Some(layout) = family.transformers {
                assert_eq!(of_model(layout.model_type).name, family.title);
            }
        }
    }
}
