//! How pictures become the network's input: `--resize`, `--crop-pct`, `--interpolation`, `--mean`, `--std`.

use super::values::{deviations, filter, means, resize, share};
use crate::pixels::{Filter, Overrides, Resize};

/// Preprocessing in place of the checkpoint's.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Preprocessing")]
pub(super) struct PreprocessFlags {
    /// Size before the crop: the shorter side, WxH, or none
    ///
    /// The shorter side in px, such as 232 for torchvision's IMAGENET1K_V2 weights; or WIDTHxHEIGHT, regardless of the shape of the picture,
    /// such as 224x224 for the Resize((224, 224)) of many tutorials, which is also the input unless --res crops it; or none.
    #[arg(long, value_name = "PX|WxH|none", value_parser = resize, conflicts_with = "crop_pct", hide_short_help = true)]
    resize: Option<Resize>,
    /// Share of the resized picture that the crop keeps
    ///
    /// As timm defines it: at 0.875, pictures are resized to 256 px for a crop of 224.
    #[arg(long, value_name = "SHARE", value_parser = share, hide_short_help = true)]
    crop_pct: Option<f64>,
    /// Filter of resizing
    ///
    /// One of nearest, box, bilinear, hamming, bicubic and lanczos.
    #[arg(long, value_name = "FILTER", value_parser = filter, hide_short_help = true)]
    interpolation: Option<Filter>,
    /// Mean to subtract from values of 0 to 1
    ///
    /// One number, or one for each of red, green and blue, such as 0.485,0.456,0.406.
    #[arg(long, value_name = "N[,N,N]", value_parser = means, allow_hyphen_values = true, hide_short_help = true)]
    mean: Option<[f64; 3]>,
    /// Standard deviation to divide values by
    ///
    /// One number, or one for each of red, green and blue, such as 0.229,0.224,0.225.
    #[arg(long, value_name = "N[,N,N]", value_parser = deviations, allow_hyphen_values = true, hide_short_help = true)]
    std: Option<[f64; 3]>,
}

impl PreprocessFlags {
    /// Whether they leave nothing of the checkpoint's preprocessing.
    pub(super) fn are_complete(&self) -> bool {
        let is_sized = self.resize.is_some() || self.crop_pct.is_some();
        is_sized && self.interpolation.is_some() && self.mean.is_some() && self.std.is_some()
    }

    /// Whether any of them is given.
    pub(super) fn any(&self) -> bool {
        self.overrides(None) != Overrides::default()
    }

    /// What they ask for, at the resolution of `--res`.
    pub(super) fn overrides(&self, resolution: Option<usize>) -> Overrides {
        let &Self { resize, crop_pct, interpolation: filter, mean, std } = self;
        Overrides {
            resolution: resolution.map(|resolution| resolution as u32),
            resize,
            crop_pct,
            filter,
            mean,
            std,
        }
    }
}
