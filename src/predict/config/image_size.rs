//! `size` and `crop_size` of transformers: a number, a list of two, or an object.

use serde_json::Value;

use super::error::ConfigError;
use super::fields::Fields;
use crate::pixels::{MAX_SIDE, Resize, Size};

/// The largest side of a resized picture, px.
pub(super) const LARGEST_RESIZED: u32 = 8192;

/// The `size` to which pictures are resized: `get_size_dict` of transformers 5.23. A bare number is the side of a square
/// if `default_to_square`, else the shortest edge.
pub(super) fn size(
    fields: Fields<'_>,
    default: Resize,
    default_to_square: bool,
) -> Result<Resize, ConfigError> {
    let default_to_square = fields.flag("default_to_square", default_to_square)?;
    let Some(value) = fields.get("size") else { return Ok(default) };
    let resize = match (side(value), &entries(value)[..]) {
        (Some(edge), _) if !default_to_square => Some(Resize::ShortestEdge(edge)),
        (Some(side), _) => Some(Resize::Exact { width: side, height: side }),
        (None, [("shortest_edge", edge)]) => side(edge).map(Resize::ShortestEdge),
        (None, _) => sides(value).map(|Size { width, height }| Resize::Exact { width, height }),
    };
    resize.ok_or_else(|| fields.refused("size", value, "shortest_edge, or height and width, each 1 to 8192"))
}

/// The `crop_size`; a bare number is the side of a square.
pub(super) fn crop_size(fields: Fields<'_>, default: Option<u32>) -> Result<Size, ConfigError> {
    const EXPECTED: &str = "one side, or height and width, each 1 to 4096";
    let Some(value) = fields.get("crop_size") else {
        let refused = || fields.refused("crop_size", &Value::Null, EXPECTED);
        return default.map(Size::square).ok_or_else(refused);
    };
    let size = side(value).map(Size::square).or_else(|| sides(value));
    size.filter(|size| size.width.max(size.height) <= MAX_SIDE)
        .ok_or_else(|| fields.refused("crop_size", value, EXPECTED))
}

/// A side in pixels, within reason.
fn side(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok().filter(|side| (1..=LARGEST_RESIZED).contains(side))
}

/// `[height, width]` or `{"height": px, "width": px}`.
fn sides(value: &Value) -> Option<Size> {
    let ((None, &[("height", height), ("width", width)]) | (Some([height, width]), _)) =
        (value.as_array().map(Vec::as_slice), &entries(value)[..])
    else {
        return None;
    };
    Some(Size { width: side(width)?, height: side(height)? })
}

/// The entries of an object that are not null, by key.
fn entries(value: &Value) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = Fields::new("", value).iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}
