//! How long each layer takes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::order::in_order;
use crate::backend::Network;
use crate::backend::cpu::LayerTimes;
use crate::measure::Plan;
use crate::models::Graph;

/// The median time of each of [`layers`](super::layers) over the planned runs, on one thread.
pub(in crate::cli) fn times(
    network: &Network,
    graph: &Graph,
    picture: &[f32],
    resolution: usize,
    plan: Plan,
) -> Result<Vec<Duration>> {
    let profile = || network.profile(picture, (resolution, resolution)).context("no profile on this device");
    for _ in 0..plan.warm_up {
        profile()?;
    }
    let begin = Instant::now();
    let mut runs = vec![profile()?];
    while begin.elapsed() < plan.min_time {
        runs.push(profile()?);
    }
    let layers = (0..runs[0].layers.len()).map(|index| median(&runs, |times| times.layers[index]));
    let (pool, classifier) = (median(&runs, |times| times.pool), median(&runs, |times| times.classifier));
    Ok(in_order(graph, layers.collect(), pool, classifier))
}

fn median(runs: &[LayerTimes], time: impl Fn(&LayerTimes) -> Duration) -> Duration {
    let mut times: Vec<_> = runs.iter().map(time).collect();
    times.sort_unstable();
    times[times.len() / 2]
}
