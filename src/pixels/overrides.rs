//! Preprocessing that a user asks for in place of the checkpoint's.

use super::channels::Channels;
use super::filter::Filter;
use super::geometry::{CropMode, Geometry, MAX_SIDE};
use super::preprocess::Preprocess;
use super::size::{Resize, Size};

/// What a user asks for; `None` leaves what the checkpoint says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// The shorter side of the input, px. Alone it keeps the field of view; beside `resize` or `crop_pct` it is the
    /// crop.
    pub resolution: Option<u32>,
    /// The size before the crop. timm's rule gives way to torchvision's, which has the same crop.
    pub resize: Option<Resize>,
    /// The share of the resized side that the crop keeps, by timm's rule.
    pub crop_pct: Option<f64>,
    /// The filter.
    pub filter: Option<Filter>,
    /// The mean of red, green and blue, of values of 0 to 1.
    pub mean: Option<[f64; 3]>,
    /// The standard deviation of red, green and blue; positive.
    pub std: Option<[f64; 3]>,
}

/// Overrides that do not fit the checkpoint.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OverrideError {
    /// A share of the crop, where there is no crop.
    #[error("pictures are not cropped for this model, so a crop cannot keep a share of them")]
    NoCrop,
    /// A resize to less than the crop, which nobody asked for.
    #[error("pictures of {edge} px do not fill the crop of {crop} px")]
    SmallerThanCrop {
        /// The shorter side of the resized picture, px.
        edge: u32,
        /// The crop of the checkpoint.
        crop: Size,
    },
    /// Another resolution, where pictures are not resized.
    #[error("pictures are not resized for this model, so another resolution would show less of them")]
    NotResized,
    /// Neither a resize nor a crop.
    #[error("pictures would be neither resized nor cropped, and a network takes no picture of any size")]
    NoSize,
    /// Different numbers for the channels of a gray picture.
    #[error("this model reads one channel, gray; found three different numbers for {0}")]
    OneChannel(
        /// `the mean` or `the standard deviation`.
        &'static str,
    ),
    /// The longer side of the input gets too large.
    #[error("the input would be {0} px; a side may have at most {MAX_SIDE}")]
    TooLarge(
        /// The input.
        Size,
    ),
}

impl Preprocess {
    /// This preprocessing with what `overrides` ask for.
    ///
    /// # Errors
    /// If that does not fit the input of the network.
    pub fn with(&self, overrides: &Overrides) -> Result<Self, OverrideError> {
        let &Overrides { resolution, resize, crop_pct, filter, mean, std } = overrides;
        let mut new = resolution.map_or_else(|| self.clone(), |resolution| self.at_resolution(resolution));
        if resize.is_some() || crop_pct.is_some() {
            // Without a crop of the checkpoint's, a resolution is the side of a square one.
            new.crop = new.crop.or(resolution.map(Size::square));
        } else if resolution.is_some() && self.geometry.least(self.crop).is_none() {
            return Err(OverrideError::NotResized);
        }
        if let Some(resize) = resize {
            new.geometry = self.geometry.after(resize);
            match (resize, new.crop) {
                _ if resolution.is_some() => {}
                // A size for both sides is that of the input.
                (Resize::Exact { width, height }, _) => new.crop = Some(Size { width, height }),
                (Resize::ShortestEdge(edge), Some(crop)) if edge < crop.longer() => {
                    return Err(OverrideError::SmallerThanCrop { edge, crop });
                }
                _ => {}
            }
        }
        if let Some(crop_pct) = crop_pct {
            new.crop.ok_or(OverrideError::NoCrop)?;
            let crop_mode = match self.geometry {
                Geometry::Timm { crop_mode, .. } => crop_mode,
                Geometry::Transformers(_) | Geometry::Torchvision(_) => CropMode::Center,
            };
            new.geometry = Geometry::Timm { crop_pct, crop_mode };
        }
        new.filter = filter.unwrap_or(new.filter);
        if mean.is_some() || std.is_some() {
            // They are of values of 0 to 1.
            (new.rescale, new.offset) = (1.0 / 255.0, 0.0);
        }
        new.mean = self.numbers("the mean", mean)?.unwrap_or(new.mean);
        new.std = self.numbers("the standard deviation", std)?.unwrap_or(new.std);
        // Without a crop the resized picture is the input.
        match new.crop.or_else(|| new.geometry.least(None)) {
            None => Err(OverrideError::NoSize),
            Some(input) if input.longer() > MAX_SIDE => Err(OverrideError::TooLarge(input)),
            Some(_) => Ok(new),
        }
    }

    /// The numbers in the order of the network's channels. Refuses three where one channel is read.
    fn numbers(
        &self,
        what: &'static str,
        numbers: Option<[f64; 3]>,
    ) -> Result<Option<[f64; 3]>, OverrideError> {
        match numbers {
            Some([first, second, third])
                if self.channels == Channels::Gray && (first != second || first != third) =>
            {
                Err(OverrideError::OneChannel(what))
            }
            Some([red, green, blue]) if self.channels == Channels::Bgr => Ok(Some([blue, green, red])),
            _ => Ok(numbers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Preprocess = Preprocess {
        crop: None,
        geometry: Geometry::Transformers(Resize::ShortestEdge(224)),
        filter: Filter::Bilinear,
        rescale: 1.0 / 255.0,
        offset: 0.0,
        mean: [0.5; 3],
        std: [0.5; 3],
        channels: Channels::Rgb,
    };

    fn border() -> Preprocess {
        let geometry = Geometry::Timm { crop_pct: 0.9, crop_mode: CropMode::Border };
        Preprocess { crop: Some(Size { width: 192, height: 256 }), geometry, ..WHOLE }
    }

    #[test]
    fn each_rule_takes_each_override() {
        let edge = |edge| Some(Resize::ShortestEdge(edge));
        let exact = Some(Resize::Exact { width: 64, height: 96 });
        let torchvision = Preprocess {
            crop: Some(Size::square(224)),
            geometry: Geometry::Torchvision(Resize::ShortestEdge(256)),
            ..WHOLE
        };
        let none = Overrides::default();
        for (base, overrides, words) in [
            (&WHOLE, none.clone(), "shortest edge 224 bilinear, no crop"),
            (
                &WHOLE,
                Overrides { resolution: Some(160), ..none.clone() },
                "shortest edge 160 bilinear, no crop",
            ),
            (&WHOLE, Overrides { resize: edge(96), ..none.clone() }, "shortest edge 96 bilinear, no crop"),
            (&WHOLE, Overrides { resize: exact, ..none.clone() }, "64 x 96 bilinear, centre crop 64 x 96"),
            (
                &WHOLE,
                Overrides { resize: edge(96), resolution: Some(64), ..none.clone() },
                "shortest edge 96 bilinear, centre crop 64",
            ),
            (
                &WHOLE,
                Overrides { crop_pct: Some(0.5), resolution: Some(64), ..none.clone() },
                "shortest edge 128 bilinear, centre crop 64",
            ),
            (
                &torchvision,
                Overrides { resize: edge(232), ..none.clone() },
                "shortest edge 232 bilinear, centre crop 224",
            ),
            (
                &torchvision,
                Overrides { resize: edge(232), resolution: Some(160), ..none.clone() },
                "shortest edge 232 bilinear, centre crop 160",
            ),
            (
                &torchvision,
                Overrides { crop_pct: Some(0.95), filter: Some(Filter::Bicubic), ..none.clone() },
                "shortest edge 235 bicubic, centre crop 224",
            ),
            (
                &border(),
                Overrides { crop_pct: Some(1.0), ..none.clone() },
                "within 192 x 256 bilinear, bordered to 192 x 256",
            ),
            (
                &border(),
                Overrides { resize: edge(300), resolution: Some(96), ..none.clone() },
                "shortest edge 300 bilinear, centre crop 96 x 128",
            ),
        ] {
            assert_eq!(base.with(&overrides).unwrap().to_string(), words, "{overrides:?} on {base}");
        }
        let after = border().with(&Overrides { resize: edge(300), ..none }).unwrap();
        assert_eq!(after.geometry, Geometry::Torchvision(Resize::ShortestEdge(300)));
    }

    #[test]
    fn overrides_that_do_not_fit_are_refused() {
        let none = Overrides::default();
        let gray = Preprocess { channels: Channels::Gray, ..WHOLE };
        for (base, overrides, error) in [
            (&WHOLE, Overrides { crop_pct: Some(0.9), ..none.clone() }, OverrideError::NoCrop),
            (&WHOLE, Overrides { resize: Some(Resize::None), ..none.clone() }, OverrideError::NoSize),
            (
                &border(),
                Overrides { resize: Some(Resize::ShortestEdge(64)), ..none.clone() },
                OverrideError::SmallerThanCrop { edge: 64, crop: Size { width: 192, height: 256 } },
            ),
            (
                &Preprocess {
                    crop: Some(Size::square(200)),
                    geometry: Geometry::Transformers(Resize::None),
                    ..WHOLE
                },
                Overrides { resolution: Some(64), ..none.clone() },
                OverrideError::NotResized,
            ),
            (
                &gray,
                Overrides { mean: Some([0.1, 0.2, 0.3]), ..none.clone() },
                OverrideError::OneChannel("the mean"),
            ),
            (
                &gray,
                Overrides { std: Some([0.1, 0.1, 0.3]), ..none.clone() },
                OverrideError::OneChannel("the standard deviation"),
            ),
            (
                &border(),
                Overrides { resolution: Some(4096), ..none.clone() },
                OverrideError::TooLarge(Size { width: 4096, height: 5461 }),
            ),
        ] {
            assert_eq!(base.with(&overrides), Err(error));
        }
        assert!(gray.with(&Overrides { mean: Some([0.25; 3]), ..none }).is_ok());
    }

    #[test]
    fn means_are_of_red_green_and_blue_between_0_and_1() {
        let flipped = Preprocess { channels: Channels::Bgr, rescale: 1.0, offset: -1.0, ..WHOLE };
        let new = flipped.with(&Overrides { mean: Some([0.1, 0.2, 0.3]), ..Overrides::default() }).unwrap();
        assert_eq!((new.mean, new.rescale, new.offset), ([0.3, 0.2, 0.1], 1.0 / 255.0, 0.0));
    }
}
