//! How much runs at once: `--threads`, `--batch`, `--memory`, `--timeout`.

use std::time::Duration;

use anyhow::Result;

use super::console::Console;
use super::decode_flags::DecodeFlags;
use super::details;
use super::hub_flags::seconds;
use super::limits::memory::Room;
use super::threads;
use super::values::{count, size};
use crate::pipeline::{Pipeline, Plan};
use crate::predict::{AnswerOptions, Classifier};

/// How much runs at once.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Running")]
pub(super) struct RunningFlags {
    /// CPU threads; by default all of this process
    ///
    /// All that this process may use. They share the work on a single picture; of many pictures each thread takes one at a time.
    /// [env: RAYON_NUM_THREADS]
    #[arg(short = 'j', long, value_name = "N", value_parser = count)]
    threads: Option<usize>,
    /// Pictures per run of the network
    ///
    /// If that many are ready. By default 32 on a GPU, and 1 on a CPU, where each thread takes one picture at a time.
    #[arg(short, long, value_name = "N", value_parser = count, hide_short_help = true)]
    batch: Option<usize>,
    /// Memory for decoded pictures, such as 512M or 2G
    ///
    /// For the pictures decoded at a time and those that wait for their batch; by default half of what this process may still use. A
    /// picture waits until there is room; one that does not fit alone is refused.
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    memory: Option<u64>,
    /// Give up a picture that takes longer than this
    ///
    /// To be read, decoded and preprocessed. It gets an error of kind `timeout`, and the run goes on. After Ctrl-C such a picture is not
    /// waited for.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, hide_short_help = true)]
    timeout: Option<Duration>,
}

/// Enough pictures to keep a GPU busy.
const GPU_BATCH: usize = 32;

impl RunningFlags {
    /// The default flags with this number of threads.
    pub(super) fn with_threads(threads: Option<usize>) -> Self {
        Self { threads, ..Self::default() }
    }

    /// Starts the CPU threads.
    pub(super) fn start_threads(&self, console: &Console) -> Result<()> {
        let wanted = self.threads.unwrap_or_else(|| threads::available(console));
        let count = fitting(wanted, console);
        threads::start(count)?;
        console.detail(details::thread_count(self.threads, wanted, count));
        Ok(())
    }

    /// What answers `pictures`, if their number is known, and how much of it runs at once.
    pub(super) fn pipeline<'a>(
        &self,
        classifier: &'a Classifier,
        decode: &DecodeFlags,
        wanted: AnswerOptions,
        pictures: Option<usize>,
        console: &Console,
    ) -> (Pipeline<'a>, Plan) {
        let memory = self.memory.unwrap_or_else(|| Room::now().for_pictures());
        let plan = self.plan(classifier, pictures);
        console.detail(details::sharing(plan.workers, plan.batch, memory));
        let pipeline = Pipeline::new(classifier, decode.options(), decode.is_draft(), wanted);
        (pipeline.with_memory(memory).with_timeout(self.timeout), plan)
    }

    /// With fewer pictures than CPU threads, each picture gets all threads in turn, so that none is idle.
    fn plan(&self, classifier: &Classifier, pictures: Option<usize>) -> Plan {
        let threads = rayon::current_num_threads();
        let batch = self.batch.unwrap_or(if classifier.is_on_cpu() { 1 } else { GPU_BATCH });
        let is_alone = batch == 1 && pictures.is_some_and(|count| count < threads);
        Plan { workers: if is_alone { 1 } else { threads }, batch }
    }
}

/// As many of `wanted` threads as the limit on memory leaves room for.
fn fitting(wanted: usize, console: &Console) -> usize {
    let most = Room::now().most_threads().unwrap_or(wanted);
    if most < wanted {
        console.note(format_args!("the limit on memory (ulimit -v) leaves room for {most} threads"));
    }
    wanted.min(most)
}
