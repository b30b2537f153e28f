//! `preprocessor_config.json` of transformers: the steps of an image processor.

use serde_json::Value;

use super::error::ConfigError;
use super::fields::{CROP_SHARE, Fields, is_crop_share, is_positive};
use super::image_size::{LARGEST_RESIZED, crop_size, size};
use super::known_keys;
use super::processors::{Crop, Processor, Steps};
use crate::pixels::{Channels, Filter, MAX_SIDE, Preprocess, Resize, Size};

/// The side from which [`Steps::ConvNext`] squashes pictures instead of cropping them, px.
const CONV_NEXT_SQUASHES: u32 = 384;

/// The steps that `fields` describe for a processor of this type, as the Pillow backend of transformers 5.23 takes them.
///
/// # Errors
/// If a value is invalid, or a key is unknown.
pub(super) fn preprocess(fields: Fields<'_>, processor: &Processor) -> Result<Preprocess, ConfigError> {
    known_keys::check(fields)?;
    if fields.flag("do_pad", false)? {
        return Err(fields.refused("do_pad", &true.into(), "false"));
    }
    let is_resized = fields.flag("do_resize", true)?;
    let (resize, inner) = if is_resized { resize(fields, processor)? } else { (Resize::None, None) };
    let (rescale, offset) = rescale(fields, processor.steps)?;
    let (mean, std) = normalisation(fields, processor)?;
    let is_flipped = processor.steps == Steps::MobileVit && fields.flag("do_flip_channel_order", true)?;
    Ok(Preprocess {
        crop: crop(fields, processor, resize, inner)?,
        geometry: (processor.geometry)(resize),
        filter: if is_resized { filter(fields, processor.filter)? } else { processor.filter },
        rescale,
        offset,
        mean,
        std,
        channels: if is_flipped { Channels::Bgr } else { Channels::Rgb },
    })
}

/// The resize, and the crop that belongs to it.
fn resize(fields: Fields<'_>, processor: &Processor) -> Result<(Resize, Option<Size>), ConfigError> {
    let size = size(fields, processor.size, processor.default_to_square)?;
    let share = |default| fields.number("crop_pct", default, is_crop_share, CROP_SHARE);
    Ok(match (processor.steps, size) {
        (Steps::ConvNext, Resize::ShortestEdge(edge)) if edge < CONV_NEXT_SQUASHES => {
            (Resize::ShortestEdge(divided(fields, edge, share(0.875)?)?), Some(Size::square(edge)))
        }
        (Steps::ConvNext, Resize::ShortestEdge(edge)) => (Resize::Exact { width: edge, height: edge }, None),
        (Steps::ConvNext, _) => {
            let found = fields.get("size").unwrap_or(&Value::Null);
            return Err(fields.refused("size", found, "a number or shortest_edge, for this type"));
        }
        (Steps::Levit, Resize::ShortestEdge(edge)) => {
            (Resize::ShortestEdge((256.0 / 224.0 * f64::from(edge)) as u32), None)
        }
        (Steps::PoolFormer, size) if fields.get("crop_pct") == Some(&Value::Null) => (size, None),
        (Steps::PoolFormer, Resize::Exact { width, height }) if width != height => {
            let share = share(0.9)?;
            let (width, height) = (divided(fields, width, share)?, divided(fields, height, share)?);
            (Resize::Exact { width, height }, None)
        }
        (Steps::PoolFormer, Resize::ShortestEdge(edge) | Resize::Exact { width: edge, .. }) => {
            (Resize::ShortestEdge(divided(fields, edge, share(0.9)?)?), None)
        }
        (_, size) => (size, None),
    })
}

/// `edge / crop_pct`, rounded down.
fn divided(fields: Fields<'_>, edge: u32, crop_pct: f64) -> Result<u32, ConfigError> {
    let divided = (f64::from(edge) / crop_pct) as u32;
    if (1..=LARGEST_RESIZED).contains(&divided) {
        return Ok(divided);
    }
    Err(fields.refused("crop_pct", &crop_pct.into(), "a fraction for which size / crop_pct is 1 to 8192"))
}

/// The size of the network's input; `None` if every picture has its own.
fn crop(
    fields: Fields<'_>,
    processor: &Processor,
    resize: Resize,
    inner: Option<Size>,
) -> Result<Option<Size>, ConfigError> {
    let (is_on, side) = match processor.crop {
        Crop::On(side) => (fields.flag("do_center_crop", true)?, Some(side)),
        Crop::Off(side) => (fields.flag("do_center_crop", false)?, side),
        Crop::Never => (false, None),
    };
    let outer = if is_on { Some(crop_size(fields, side)?) } else { None };
    if inner.is_some() && outer.is_some() && inner != outer {
        let expected = "false: this type crops while it resizes";
        return Err(fields.refused("do_center_crop", &true.into(), expected));
    }
    let uncropped = match (outer.or(inner), resize) {
        (Some(crop), _) => return Ok(Some(crop)),
        (None, Resize::Exact { width, height }) => Size { width, height },
        (None, Resize::ShortestEdge(edge)) => Size::square(edge),
        (None, Resize::None) => {
            let expected = "true: without a crop, nothing else bounds the size of the network's input";
            return Err(fields.refused("do_resize", &false.into(), expected));
        }
    };
    if uncropped.width.max(uncropped.height) > MAX_SIDE {
        let found = fields.get("size").unwrap_or(&Value::Null);
        return Err(fields.refused("size", found, "at most 4096 where no crop follows"));
    }
    Ok(matches!(resize, Resize::Exact { .. }).then_some(uncropped))
}

fn filter(fields: Fields<'_>, default: Filter) -> Result<Filter, ConfigError> {
    let Some(number) = fields.get("resample") else { return Ok(default) };
    let filter = number.as_u64().and_then(Filter::from_pillow);
    filter.ok_or_else(|| fields.refused("resample", number, "Pillow's number for a filter, 0 to 5"))
}

/// What values are multiplied by, and what is added then.
fn rescale(fields: Fields<'_>, steps: Steps) -> Result<(f64, f32), ConfigError> {
    if !fields.flag("do_rescale", true)? {
        return Ok((1.0, 0.0));
    }
    let factor = fields.number("rescale_factor", 1.0 / 255.0, f64::is_finite, "a number such as 0.00392")?;
    let is_shifted = steps == Steps::EfficientNet && fields.flag("rescale_offset", false)?;
    Ok((factor, if is_shifted { -1.0 } else { 0.0 }))
}

/// Mean and deviation.
fn normalisation(fields: Fields<'_>, processor: &Processor) -> Result<([f64; 3], [f64; 3]), ConfigError> {
    let is_on = processor.steps != Steps::MobileVit && fields.flag("do_normalize", true)?;
    let is_divided_again = processor.steps == Steps::EfficientNet && fields.flag("include_top", true)?;
    if !is_on && !is_divided_again {
        return Ok(([0.0; 3], [1.0; 3]));
    }
    let std = fields.channels("image_std", processor.std, is_positive)?;
    if !is_on {
        return Ok(([0.0; 3], std));
    }
    let mean = fields.channels("image_mean", processor.mean, f32::is_finite)?;
    Ok((mean, if is_divided_again { std.map(|std| std * std) } else { std }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::predict::config::processors::named;

    fn read(json: &Value) -> Result<Preprocess, ConfigError> {
        let fields = Fields::new("preprocessor_config.json", json);
        preprocess(fields, named(fields).unwrap().unwrap())
    }

    #[test]
    fn values_that_no_type_can_follow_are_refused() {
        for (found, fields) in [
            ("`do_resize` is \"yes\"; expected true or false", json!({"do_resize": "yes"})),
            ("`do_resize` is false; expected true", json!({"do_resize": false, "do_center_crop": false})),
            ("`do_pad` is true; expected false", json!({"do_pad": true, "pad_size": 256})),
            ("`crop_size` is {", json!({"crop_size": {"shortest_edge": 224}})),
            ("`crop_size` is {", json!({"crop_size": {"longest_edge": 224, "shortest_edge": 224}})),
            ("`crop_size` is null", json!({"crop_size": null})),
            ("`crop_size` is 4097", json!({"crop_size": 4097})),
            ("`size` is 0", json!({"size": 0})),
            ("`size` is 8193", json!({"size": 8193})),
            ("`size` is 256.0", json!({"size": 256.0})),
            ("`size` is [256]", json!({"size": [256]})),
            ("`size` is {", json!({"size": {"longest_edge": 256}})),
            ("`size` is {", json!({"size": {"longest_edge": 512, "shortest_edge": 256}})),
            ("`size` is {", json!({"size": {"max_height": 256, "max_width": 256}})),
            ("`size` is null", json!({"size": null})),
            ("`size` is 5000; expected at most 4096", json!({"size": 5000, "do_center_crop": false})),
            ("`resample` is 9", json!({"resample": 9})),
            ("`resample` is null", json!({"resample": null})),
            ("`rescale_factor` is null", json!({"rescale_factor": null})),
            ("`rescale_factor` is \"1/255\"", json!({"rescale_factor": "1/255"})),
            ("`image_mean` is [0.5,0.5]", json!({"image_mean": [0.5, 0.5]})),
            ("`image_mean` is null", json!({"image_mean": null})),
            ("`image_std` is [0.5,0.0,0.5]", json!({"image_std": [0.5, 0.0, 0.5]})),
            ("`image_std` is 1e-60", json!({"image_std": 1e-60})),
        ] {
            let mut json = fields;
            json["image_processor_type"] = "MobileNetV2ImageProcessor".into();
            let error = read(&json).unwrap_err().to_string();
            assert!(
                error.starts_with("preprocessor_config.json: ") && error.contains(found),
                "{error}\n{found}"
            );
        }
    }

    #[test]
    fn values_that_one_type_cannot_follow_are_refused() {
        for (class, found, fields) in [
            ("ViT", "`crop_size` is null", json!({"do_center_crop": true})),
            ("ConvNext", "`size` is {", json!({"size": {"height": 224, "width": 224}})),
            (
                "ConvNext",
                "`do_center_crop` is true",
                json!({"size": 224, "do_center_crop": true, "crop_size": 200}),
            ),
            ("ConvNext", "`crop_pct` is null", json!({"size": 224, "crop_pct": null})),
            ("PoolFormer", "`crop_pct` is 0", json!({"crop_pct": 0})),
            ("PoolFormer", "`crop_pct` is 0.1", json!({"size": 8192, "crop_pct": 0.1})),
            ("MobileViT", "`do_flip_channel_order` is 1", json!({"do_flip_channel_order": 1})),
        ] {
            let mut json = fields;
            json["image_processor_type"] = format!("{class}ImageProcessor").into();
            let error = read(&json).unwrap_err().to_string();
            assert!(error.contains(found), "{class}: {error}");
        }
    }

    #[test]
    fn every_picture_keeps_its_shape_without_a_crop() {
        let read = |mut json: Value| {
            json["image_processor_type"] = "MobileNetV2ImageProcessor".into();
            read(&json).unwrap().crop
        };
        assert_eq!(read(json!({"size": {"shortest_edge": 224}, "do_center_crop": false})), None);
        let crop = Some(Size { width: 224, height: 192 });
        assert_eq!(read(json!({"crop_size": {"height": 192, "width": 224}})), crop);
        assert_eq!(read(json!({"size": {"height": 192, "width": 224}, "do_center_crop": false})), crop);
    }
}
