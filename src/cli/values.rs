//! Numbers on the command line, each with its range and one that works.

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

/// Threads, or pictures of a batch.
pub(super) fn count(word: &str) -> Result<usize, String> {
    match word.parse::<usize>() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => Err("a whole number from 1 to 1024; try 1".into()),
    }
}
