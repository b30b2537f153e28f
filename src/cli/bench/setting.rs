//! Where and how rows are measured.

use candle_core::Device;

use crate::cli::command_line::CommandLine;
use crate::cli::version;
use crate::kernels::isa;
use crate::record::Precision;
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
    pub(super) fn new(device: &Device, precisions: &[Precision], all_threads: &[usize]) -> Self {
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
                instruction_sets(precisions),
                and_list(all_threads)
            ),
        }
    }
}

/// The instruction sets that run these precisions: for f32 alone its name, else each with its precision.
pub(super) fn instruction_sets(precisions: &[Precision]) -> String {
    // A precision that this processor has no unit for runs in f32.
    let ran =
        |precision: Precision| if precision.instruction_set().is_some() { precision } else { Precision::F32 };
    let mut ran: Vec<_> = precisions.iter().map(|precision| ran(*precision)).collect();
    ran.dedup();
    let is_plain = ran == [Precision::F32];
    let name = |precision: &Precision| {
        let set = precision.instruction_set()?;
        Some(if is_plain { set.to_owned() } else { format!("{set} in {precision}") })
    };
    and_list(ran.iter().filter_map(name).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_is_named_with_its_precision() {
        let f32 = Precision::F32.instruction_set().unwrap();
        assert_eq!(instruction_sets(&[Precision::F32]), f32);
        let expected = match Precision::Bf16.instruction_set() {
            Some(bf16) => [format!("{f32} in f32 and {bf16} in bf16"), format!("{bf16} in bf16")],
            None => [f32.to_owned(), f32.to_owned()],
        };
        let both = [Precision::F32, Precision::Bf16];
        assert_eq!([instruction_sets(&both), instruction_sets(&both[1..])], expected);
    }
}
