//! The resolution of a network's input: what it is, and another one.

use super::preprocess::Preprocess;
use super::size::Size;

impl Preprocess {
    /// The same preprocessing for an input whose shorter side is `resolution` px.
    ///
    /// The field of view, the fraction of the picture that the crop shows, is kept, so that objects scale
    /// with the input, as in training at that side. timm's `crop_pct` does so by definition; an edge of
    /// transformers is scaled by `resolution` / R, to the nearest pixel, and so is the longer side of the input.
    #[must_use]
    pub fn at_resolution(&self, resolution: u32) -> Self {
        let ratio = f64::from(resolution) / f64::from(self.resolution());
        let scaled = |side: u32| (f64::from(side) * ratio).round().max(1.0) as u32;
        Self {
            crop: self.crop.map(|crop| crop.map(scaled)),
            geometry: self.geometry.map(scaled),
            ..self.clone()
        }
    }

    /// The shorter side of the input, px. Pictures are resized or cropped: no configuration and no override leaves out both.
    pub fn resolution(&self) -> u32 {
        self.crop.or_else(|| self.geometry.least(None)).map_or(0, Size::shorter)
    }

    /// The smallest side of a picture that need not be enlarged, px, for
    /// [`decode_at_least`](super::decode_at_least); `None` if pictures are not scaled.
    pub fn least_side(&self) -> Option<u32> {
        self.geometry.least(self.crop).map(Size::longer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{Channels, CropMode, Filter, Geometry, Resize};

    const GOOGLE: Preprocess = Preprocess {
        crop: Some(Size::square(224)),
        geometry: Geometry::Transformers(Resize::ShortestEdge(256)),
        filter: Filter::Bilinear,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        channels: Channels::Rgb,
        mean: [0.5; 3],
        std: [0.5; 3],
    };

    #[test]
    fn another_resolution_keeps_the_field_of_view() {
        assert_eq!(GOOGLE.at_resolution(160).to_string(), "shortest edge 183 bilinear, centre crop 160");
        let geometry = Geometry::Timm { crop_pct: 0.95, crop_mode: CropMode::Center };
        let timm = Preprocess { geometry, ..GOOGLE };
        assert_eq!(timm.at_resolution(256).to_string(), "shortest edge 269 bilinear, centre crop 256");
    }

    #[test]
    fn another_resolution_keeps_the_aspect_of_the_input() {
        let portrait = Preprocess { crop: Some(Size { width: 192, height: 256 }), ..GOOGLE };
        assert_eq!(portrait.resolution(), 192);
        let small = portrait.at_resolution(96);
        assert_eq!(small.crop, Some(Size { width: 96, height: 128 }));
        assert_eq!(small.geometry, Geometry::Transformers(Resize::ShortestEdge(128)));
    }

    #[test]
    fn without_a_crop_the_resized_edge_is_the_resolution() {
        let whole =
            Preprocess { crop: None, geometry: Geometry::Transformers(Resize::ShortestEdge(40)), ..GOOGLE };
        assert_eq!((whole.resolution(), whole.least_side()), (40, Some(40)));
        assert_eq!(whole.at_resolution(80).geometry, Geometry::Transformers(Resize::ShortestEdge(80)));
    }
}
