//! Where and how rows are measured.

use candle_core::Device;

use crate::cli::command_line::CommandLine;
use crate::cli::version;
use crate::kernels::isa;
use crate::words::and_list;

/// What it takes to measure the same again.
pub(super) struct Setting {
    /// As typed into a shell.
    pub command: String,
    /// Version, processor, instruction set, threads.
    pub machine: String,
}

impl Setting {
    /// Of this process.
    pub(super) fn new(device: &Device, all_threads: &[usize]) -> Self {
        let threads = if all_threads == [1] { "thread" } else { "threads" };
        let place = match isa::processor_name() {
            Some(processor) if device.is_cpu() => processor,
            _ if device.is_cpu() => "a CPU".to_owned(),
            _ => "a GPU".to_owned(),
        };
        Self {
            command: CommandLine::of_process().to_string(),
            machine: format!(
                "mnet {} on {place}: {}, {} {threads}",
                version::NUMBER,
                isa::active().name,
                and_list(all_threads)
            ),
        }
    }
}
