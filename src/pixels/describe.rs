//! Preprocessing in words, for the note on the model that runs.

use std::fmt;

use super::channels::Channels;
use super::geometry::{CropMode, Geometry};
use super::preprocess::Preprocess;
use super::size::{Resize, Size};

/// `shortest edge 256 bilinear, centre crop 224`.
impl fmt::Display for Preprocess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.resizing(), self.cropping())?;
        f.write_str(match self.channels {
            Channels::Rgb => "",
            Channels::Bgr => ", blue green red",
            Channels::Gray => ", gray",
        })
    }
}

impl Preprocess {
    /// `mean 0.485 0.456 0.406, std 0.229 0.224 0.225`.
    pub fn normalisation(&self) -> String {
        let shown = |numbers: [f64; 3]| match numbers {
            [first, ..] if numbers[..self.channels.count()].iter().all(|number| *number == first) => {
                first.to_string()
            }
            [first, second, third] => format!("{first} {second} {third}"),
        };
        let in_rgb = |[first, second, third]: [f64; 3]| match self.channels {
            Channels::Bgr => [third, second, first],
            Channels::Rgb | Channels::Gray => [first, second, third],
        };
        format!("mean {}, std {}", shown(in_rgb(self.mean)), shown(in_rgb(self.std)))
    }

    fn resizing(&self) -> String {
        let filter = self.filter;
        let mode = match self.geometry {
            Geometry::Transformers(resize) | Geometry::Torchvision(resize) => match resize {
                Resize::None => return "not resized".into(),
                Resize::ShortestEdge(_) => CropMode::Center,
                Resize::Exact { .. } => CropMode::Squash,
            },
            Geometry::Timm { crop_mode, .. } => crop_mode,
        };
        let scale = self.geometry.least(self.crop).map_or((0, 0), |least| (least.width, least.height));
        match (mode, scale) {
            (CropMode::Squash, (width, height)) => format!("{width} x {height} {filter}"),
            (CropMode::Center, (edge, other)) if edge == other => format!("shortest edge {edge} {filter}"),
            (CropMode::Center, (width, height)) => format!("covering {width} x {height} {filter}"),
            (CropMode::Border, (edge, other)) if edge == other => format!("longest edge {edge} {filter}"),
            (CropMode::Border, (width, height)) => format!("within {width} x {height} {filter}"),
        }
    }

    fn cropping(&self) -> String {
        let Some(crop) = self.crop else {
            return "no crop".into();
        };
        if let Geometry::Timm { crop_mode: CropMode::Border, .. } = self.geometry {
            return format!("bordered to {crop}");
        }
        let is_smaller = |least: Size| least.width < crop.width || least.height < crop.height;
        let borders =
            if self.geometry.least(self.crop).is_some_and(is_smaller) { ", black borders" } else { "" };
        format!("centre crop {crop}{borders}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Filter;

    #[test]
    fn every_rule_has_words() {
        let (square, portrait) = (Size::square(224), Size { width: 192, height: 256 });
        let exact = Resize::Exact { width: 192, height: 256 };
        let timm = |crop_mode| Geometry::Timm { crop_pct: 0.875, crop_mode };
        for (crop, geometry, words) in [
            (Some(square), Geometry::Torchvision(Resize::None), "not resized, centre crop 224"),
            (
                Some(square),
                Geometry::Torchvision(Resize::ShortestEdge(232)),
                "shortest edge 232 box, centre crop 224",
            ),
            (Some(square), Geometry::Transformers(exact), "192 x 256 box, centre crop 224, black borders"),
            (Some(portrait), Geometry::Transformers(exact), "192 x 256 box, centre crop 192 x 256"),
            (None, Geometry::Transformers(Resize::ShortestEdge(224)), "shortest edge 224 box, no crop"),
            (None, Geometry::Transformers(Resize::None), "not resized, no crop"),
            (Some(square), timm(CropMode::Center), "shortest edge 256 box, centre crop 224"),
            (Some(square), timm(CropMode::Squash), "256 x 256 box, centre crop 224"),
            (Some(square), timm(CropMode::Border), "longest edge 256 box, bordered to 224"),
            (Some(portrait), timm(CropMode::Center), "covering 219 x 292 box, centre crop 192 x 256"),
            (Some(portrait), timm(CropMode::Squash), "219 x 292 box, centre crop 192 x 256"),
            (Some(portrait), timm(CropMode::Border), "within 219 x 292 box, bordered to 192 x 256"),
        ] {
            let preprocess = Preprocess {
                crop,
                geometry,
                filter: Filter::Box,
                rescale: 1.0,
                offset: 0.0,
                mean: [0.5; 3],
                std: [0.229, 0.224, 0.225],
                channels: Channels::Rgb,
            };
            assert_eq!(preprocess.to_string(), words);
            assert_eq!(preprocess.normalisation(), "mean 0.5, std 0.229 0.224 0.225");
            let gray = Preprocess { channels: Channels::Gray, ..preprocess };
            assert_eq!(gray.to_string(), format!("{words}, gray"));
            assert_eq!(gray.normalisation(), "mean 0.5, std 0.229");
        }
    }
}
