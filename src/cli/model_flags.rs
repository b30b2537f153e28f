//! `--model`, `--alpha`, `--res`: the two knobs of the paper.

use crate::predict::Request;

/// Which weights to run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Model")]
pub(super) struct ModelFlags {
    /// A directory, a hub repository owner/name[@revision], or a name of `mnet models list` (v1, v2, lite0, …);
    /// the built-in EfficientNet-Lite0 if neither this nor --alpha is given
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
    /// Width multiplier: fewer channels, less accuracy, less time
    #[arg(long, value_name = "ALPHA", value_parser = alpha)]
    alpha: Option<f64>,
    /// Side of the square the picture is scaled to, px: smaller is faster and less accurate
    #[arg(long, value_name = "PX", value_parser = resolution)]
    res: Option<usize>,
}

impl ModelFlags {
    pub(super) fn request(&self) -> Request {
        Request { model: self.model.clone(), alpha: self.alpha, resolution: self.res }
    }

    pub(super) fn resolution(&self) -> Option<usize> {
        self.res
    }
}

pub(super) fn alpha(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(alpha) if alpha > 0.0 && alpha <= 2.0 => Ok(alpha),
        _ => Err("a width multiplier is a number such as 0.75; try `mnet models list`".into()),
    }
}

/// Five halvings leave nothing of fewer than 32 pixels; past 4096 one picture takes gigabytes.
pub(super) fn resolution(word: &str) -> Result<usize, String> {
    match word.parse::<usize>() {
        Ok(resolution @ 32..=4096) => Ok(resolution),
        Ok(resolution) if resolution < 32 => Err("the smallest is 32; try --res 32".into()),
        Ok(_) => Err("the largest is 4096; try --res 224".into()),
        Err(_) => Err("a resolution is a whole number of pixels; try --res 224".into()),
    }
}
