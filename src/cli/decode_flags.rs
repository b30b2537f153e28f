//! How pictures are decoded: `--draft`, `--damaged`, `--no-orient`, `--max-pixels`.

use crate::pixels::DecodeOptions;

/// How pictures are decoded.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub(super) struct DecodeFlags {
    /// Decode large JPEGs at a fraction of their size
    ///
    /// At 1/2, 1/4 or 1/8, as long as neither side gets smaller than what the picture is scaled to. This is several times faster; pixels
    /// and scores differ slightly, and occasionally the class.
    #[arg(long, hide_short_help = true)]
    draft: bool,
    /// Answer damaged or incomplete JPEGs, too
    ///
    /// By what there is of the picture, as libjpeg does; the rest is gray or shifted. The record says so: `damaged` with the reason.
    #[arg(long, hide_short_help = true)]
    damaged: bool,
    /// Do not turn pictures upright by EXIF or XMP
    #[arg(long, hide_short_help = true)]
    no_orient: bool,
    /// Refuse pictures with more pixels than this
    #[arg(long, value_name = "N", default_value_t = DecodeOptions::default().max_pixels, hide_short_help = true)]
    max_pixels: u64,
}

impl Default for DecodeFlags {
    /// Without any flag.
    fn default() -> Self {
        let max_pixels = DecodeOptions::default().max_pixels;
        Self { draft: false, damaged: false, no_orient: false, max_pixels }
    }
}

impl DecodeFlags {
    /// What they ask for.
    pub(super) fn options(&self) -> DecodeOptions {
        DecodeOptions { max_pixels: self.max_pixels, orient: !self.no_orient, salvage: self.damaged }
    }

    /// Whether JPEGs may be decoded at a fraction of their size.
    pub(super) fn is_draft(&self) -> bool {
        self.draft
    }
}
