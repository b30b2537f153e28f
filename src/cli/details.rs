//! What `--verbose` says of a run: where the weights are from, what computes, and with how many threads.

use std::env;
use std::path::Path;

use candle_core::Device;

use super::quantities::size;
use super::threads;
use crate::kernels::isa;
use crate::predict::{Checkpoint, Source};
use crate::words::and_list;

/// `weights: in the binary; network tf_efficientnet_lite0, 4.65 M parameters`. Those of the hub are in `cache`, and may have
/// been downloaded just now.
pub(super) fn weights(
    source: &Source,
    checkpoint: &Checkpoint,
    cache: Option<&Path>,
    are_new: bool,
) -> String {
    let place = match (source, cache) {
        (Source::BuiltIn, _) => "in the binary".to_owned(),
        (Source::Local(path), _) => path.display().to_string(),
        (Source::Hub(_) | Source::Catalogue { .. }, cache) => {
            let verb = if are_new { "downloaded to" } else { "from" };
            format!("{verb} the cache {}", cache.unwrap_or(Path::new("")).display())
        }
    };
    let architecture = &checkpoint.config.architecture;
    let parameters = architecture.graph.parameters() as f64 / 1e6;
    format!("weights: {place}; network {}, {parameters:.2} M parameters", architecture.name)
}

/// `device: CPU, x86-64-avx2-fma (of x86-64-avx2-fma and portable)`
pub(super) fn device(device: &Device) -> String {
    if !device.is_cpu() {
        return format!("device: {:?}", device.location());
    }
    let asked = env::var_os(isa::VARIABLE).filter(|name| !name.is_empty());
    let reason = asked.map(|_| format!("by {}, ", isa::VARIABLE)).unwrap_or_default();
    let available = and_list(isa::available().map(|isa| isa.name));
    format!("device: CPU, {} ({reason}of {available})", isa::active().name)
}

/// `threads: 2, all that this process may use`, where a flag asked for `asked`, and `wanted` became `count` for want of memory.
pub(super) fn thread_count(asked: Option<usize>, wanted: usize, count: usize) -> String {
    let variable = env::var(threads::VARIABLE).ok();
    let is_set = variable.is_some_and(|word| word.parse::<u128>().is_ok_and(|count| count > 0));
    let reason = match asked {
        _ if count < wanted => "as many as memory allows",
        Some(_) => "--threads",
        None if is_set => threads::VARIABLE,
        None => "all that this process may use",
    };
    format!("threads: {count} ({reason})")
}

/// How the threads share the work, and how much `memory` pictures may take.
pub(super) fn sharing(workers: usize, batch: usize, memory: u64) -> String {
    let share = if workers == 1 { "all threads on one picture" } else { "a picture for each thread" };
    format!("work: {share}, batches of {batch}, {} for decoded pictures", size(memory))
}
