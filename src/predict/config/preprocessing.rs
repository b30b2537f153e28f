//! Which file says how pictures become a network's input, and what is assumed where none does.

use serde_json::Value;

use super::error::ConfigError;
use super::fields::Fields;
use super::image_processor;
use super::json::{FILES, Parsed};
use super::processors::{self, Crop, Processor};
use super::{timm_input, torchvision};
use crate::models::{Architecture, DefaultInput, Library};
use crate::pixels::{Channels, Preprocess, Resize};
use crate::predict::assumption::{Assumption, Subject};
use crate::words::and_list;

/// How pictures become the input of `architecture`, and what no file says of it.
///
/// # Errors
/// If a value is invalid or not supported.
pub(super) fn preprocess(
    files: &Parsed,
    architecture: &Architecture,
    name_hint: &str,
) -> Result<(Preprocess, Vec<Assumption>), ConfigError> {
    let (mut preprocess, clause) = in_colour(files, architecture, name_hint)?;
    if architecture.graph.in_channels() == 1 {
        make_gray(&mut preprocess);
    }
    Ok((preprocess, clause))
}

/// For a network with one input channel. As in timm, one mean stands for those of three colours, and so for the
/// deviation.
fn make_gray(preprocess: &mut Preprocess) {
    let one = |values: &mut [f64; 3]| {
        if values.iter().any(|value| *value != values[0]) {
            *values = [values.iter().sum::<f64>() / 3.0; 3];
        }
    };
    preprocess.channels = Channels::Gray;
    one(&mut preprocess.mean);
    one(&mut preprocess.std);
}

/// The same for a network that takes three channels.
fn in_colour(
    files: &Parsed,
    architecture: &Architecture,
    name_hint: &str,
) -> Result<(Preprocess, Vec<Assumption>), ConfigError> {
    let config = &files.config;
    let image_processor = files.image_processor()?;
    if architecture.names.library == Library::Timm {
        return match image_processor.filter(|fields| !processors::is_timm_wrapper(*fields)) {
            Some(fields) if !timm_input::is_given(config) => {
                Ok(of_clause(described(fields, config, architecture)?))
            }
            unused => {
                let (preprocess, clause) = timm_input::preprocess(config, architecture, name_hint)?;
                let assumed = clause.map(|clause| Subject::Preprocessing.assumed(clause));
                let unused = unused.map(|fields| {
                    let clause = format!("{} is not used: config.json has timm's preprocessing", fields.file);
                    Subject::Choice.assumed(clause)
                });
                Ok((preprocess, assumed.into_iter().chain(unused).collect()))
            }
        };
    }
    Ok(of_clause(match image_processor {
        Some(fields) => described(fields, config, architecture)?,
        None => assumed(config, architecture)?,
    }))
}

/// With the clause as an assumption.
fn of_clause((preprocess, clause): (Preprocess, Option<String>)) -> (Preprocess, Vec<Assumption>) {
    (preprocess, clause.map(|clause| Subject::Preprocessing.assumed(clause)).into_iter().collect())
}

/// The steps in an image processor's file. One that names no type was written by hand, or for the network's own type.
fn described(
    fields: Fields<'_>,
    config: &Value,
    architecture: &Architecture,
) -> Result<(Preprocess, Option<String>), ConfigError> {
    let of_config = Fields::new(FILES[0], config);
    if let Some(processor) = processors::named(fields)?.or(processors::named(of_config)?) {
        return Ok((image_processor::preprocess(fields, processor)?, None));
    }
    let (mut processor, clause) = match architecture.names.library {
        Library::Transformers => (*processors::of_model(&architecture.name), None),
        Library::Torchvision => (torchvision::PRESET, unsaid(fields, Library::Torchvision)),
        Library::Timm => (of_timm(timm_input::default_input(architecture)), unsaid(fields, Library::Timm)),
    };
    // A size for both sides, written by hand without a crop, is that of the input.
    let is_exact = fields.get("size").is_some_and(|size| size.get("height").is_some());
    if clause.is_some() && is_exact && fields.get("crop_size").is_none() {
        processor.crop = Crop::Off(None);
    }
    let preprocess = image_processor::preprocess(fields, &processor)?;
    if let (None, Some(crop), Some(side)) =
        (fields.get("crop_size"), preprocess.crop, preprocess.least_side())
        && side < crop.longer()
    {
        let found = fields.get("size").unwrap_or(&Value::Null);
        return Err(fields.refused("size", found, "a size that fills the crop, or a crop_size beside it"));
    }
    Ok((preprocess, clause))
}

/// A clause for the fields that a file written by hand leaves to the library of the weights.
fn unsaid(fields: Fields<'_>, library: Library) -> Option<String> {
    let all = ["size", "crop_size", "resample", "image_mean", "image_std"];
    let is_needed =
        |field: &str| field != "crop_size" || fields.get("do_center_crop") != Some(&Value::Bool(false));
    let is_missing = |field: &&str| fields.get(field).is_none() && is_needed(field);
    let missing: Vec<_> = all.into_iter().filter(is_missing).collect();
    let clause =
        || format!("{} does not say {}: {library}'s default is assumed", fields.file, and_list(&missing));
    (!missing.is_empty()).then(clause)
}

/// The preprocessing of an architecture of timm, as defaults of a file in the form of transformers.
fn of_timm(input: DefaultInput) -> Processor {
    Processor {
        name: "timm",
        size: Resize::ShortestEdge((f64::from(input.resolution) / input.crop_pct) as u32),
        crop: Crop::On(input.resolution),
        filter: input.interpolation.parse().expect("the tables name filters"),
        mean: input.mean,
        std: input.std,
        ..torchvision::PRESET
    }
}

/// The steps where no file describes them.
fn assumed(config: &Value, architecture: &Architecture) -> Result<(Preprocess, Option<String>), ConfigError> {
    let of_config = Fields::new(FILES[0], config);
    let none = Fields::none(FILES[1]);
    if architecture.names.library == Library::Torchvision {
        let clause = "torchvision's preset IMAGENET1K_V1 is assumed (resize 256, crop 224; IMAGENET1K_V2 resizes to \
                      232, many tutorials to 224 x 224)";
        return Ok((image_processor::preprocess(none, &torchvision::PRESET)?, Some(clause.into())));
    }
    let processor = processors::named(of_config)?.unwrap_or_else(|| processors::of_model(&architecture.name));
    let preprocess = image_processor::preprocess(none, processor)?;
    let mut clause = format!("no {}: the defaults of {} are assumed", FILES[1], processor.class());
    // No processor reads it, but it is the size in the names of Google's checkpoints.
    if let (Some(size), Some(crop)) = (of_config.get("image_size"), preprocess.crop)
        && !size.is_null()
        && size.as_u64() != Some(u64::from(crop.shorter()))
    {
        clause = format!("{clause} (crop {crop}, although config.json says image_size {size})");
    }
    Ok((preprocess, Some(clause)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is shown of the preprocessing, and the clause, for these files: `config.json` and `preprocessor_config.json`.
    fn read(
        architecture: &Architecture,
        config: Value,
        preprocessor: Option<Value>,
    ) -> (String, Option<String>) {
        let texts = [Some(config), preprocessor, None].map(|file| file.map(|file| file.to_string()));
        let files = Parsed::new(texts.each_ref().map(|text| text.as_deref().map(str::as_bytes))).unwrap();
        let (preprocess, mut assumptions) = preprocess(&files, architecture, "").unwrap();
        assert!(assumptions.len() < 2, "{assumptions:?}");
        (preprocess.to_string(), assumptions.pop().map(|assumption| assumption.clause))
    }

    fn timm() -> Architecture {
        Architecture::timm("mobilenetv2_100", 3).unwrap()
    }

    fn torchvision() -> Architecture {
        Architecture::torchvision("mobilenet_v2", 3).unwrap()
    }

    fn transformers() -> Architecture {
        let config = json!({"model_type": "mobilenet_v2"});
        super::super::transformers::architecture(&config, 3).unwrap()
    }

    #[test]
    fn a_class_whose_settings_no_file_has_is_named() {
        let (shown, clause) = read(&transformers(), json!({}), None);
        assert_eq!(shown, "shortest edge 256 bilinear, centre crop 224");
        let assumed = "no preprocessor_config.json: the defaults of MobileNetV2ImageProcessor are assumed";
        assert_eq!(clause.as_deref(), Some(assumed));
        let (_, clause) = read(&transformers(), json!({"image_size": 192}), None);
        let differs = format!("{assumed} (crop 224, although config.json says image_size 192)");
        assert_eq!(clause, Some(differs));
        let (_, clause) = read(&transformers(), json!({"image_size": 224}), None);
        assert_eq!(clause.as_deref(), Some(assumed));
        let named = json!({"image_processor_type": "DeiTImageProcessor"});
        let (shown, clause) = read(&transformers(), named, None);
        assert_eq!(shown, "256 x 256 bicubic, centre crop 224");
        assert!(clause.unwrap().contains("DeiTImageProcessor"));
        assert_eq!(read(&transformers(), json!({}), Some(json!({}))).1, None);
    }

    #[test]
    fn torchvisions_preset_is_assumed_unless_a_file_says_otherwise() {
        let (shown, clause) = read(&torchvision(), json!({}), None);
        assert_eq!(shown, "shortest edge 256 bilinear, centre crop 224");
        assert!(clause.unwrap().starts_with("torchvision's preset IMAGENET1K_V1 is assumed"));
        let (shown, clause) = read(&torchvision(), json!({}), Some(json!({"size": 232, "resample": 3})));
        assert_eq!(shown, "shortest edge 232 bicubic, centre crop 224");
        let unsaid = "preprocessor_config.json does not say crop_size, image_mean and image_std: torchvision's \
                      default is assumed";
        assert_eq!(clause.as_deref(), Some(unsaid));
        let all = json!({"size": 232, "crop_size": 224, "resample": 3, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]});
        assert_eq!(read(&torchvision(), json!({}), Some(all)).1, None);
        let (shown, _) =
            read(&torchvision(), json!({}), Some(json!({"size": {"height": 128, "width": 128}})));
        assert_eq!(shown, "128 x 128 bilinear, centre crop 128");
        let typed = json!({"image_processor_type": "ViTImageProcessor"});
        assert_eq!(read(&torchvision(), json!({}), Some(typed)).1, None);
    }

    #[test]
    fn a_network_of_one_channel_sees_gray_and_the_mean_of_three() {
        let mut architecture = timm();
        architecture.graph.stem.in_channels = 1;
        let config = json!({"input_size": [1, 64, 64], "mean": [0.2, 0.3, 0.7], "std": 0.5}).to_string();
        let files = Parsed::new([Some(config.as_bytes()), None, None]).unwrap();
        let (preprocess, _) = preprocess(&files, &architecture, "").unwrap();
        assert_eq!((preprocess.channels, preprocess.std), (Channels::Gray, [0.5; 3]));
        assert!((preprocess.mean[0] - 0.4).abs() < 1e-15);
    }

    #[test]
    fn timms_own_fields_come_before_an_image_processor() {
        let file = Some(json!({"size": 72, "crop_size": 64}));
        let (shown, clause) = read(&timm(), json!({}), file.clone());
        assert_eq!(shown, "shortest edge 72 bicubic, centre crop 64");
        assert!(clause.unwrap().ends_with("resample, image_mean and image_std: timm's default is assumed"));
        let own = json!({"input_size": [3, 96, 96], "crop_pct": 1.0, "interpolation": "bilinear",
            "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]});
        let (shown, clause) = read(&timm(), own.clone(), file);
        assert_eq!(shown, "shortest edge 96 bilinear, centre crop 96");
        let unused = "preprocessor_config.json is not used: config.json has timm's preprocessing";
        assert_eq!(clause.as_deref(), Some(unused));
        let wrapper = json!({"image_processor_type": "TimmWrapperImageProcessor"});
        assert_eq!(read(&timm(), own, Some(wrapper.clone())).1, None);
        let (_, clause) = read(&timm(), json!({}), Some(wrapper));
        assert!(clause.unwrap().starts_with("timm's default preprocessing for mobilenetv2_100"));
    }
}
