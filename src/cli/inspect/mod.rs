//! `mnet inspect`: what a network is made of, layer by layer, in the words of the V1 paper's tables 1 and 2.

mod json;
mod plot;
mod subject;
mod summary;
mod text;
mod words;

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use anyhow::Result;

use super::exit::Exit;
use super::plot_flags::PlotFlags;
use super::session::Session;
use super::terminal;
use super::threads;
use super::values::{alpha, resolution};
use crate::measure::Plan;
use subject::Subject;
use summary::Summary;

/// Show a network layer by layer, and what each costs
///
/// Filter, input, Mult-Adds and parameters of every layer, then sums by kind of layer. Weights are needed for files and for
/// repositories that the catalogue lacks; of all others the name is enough, and nothing is downloaded.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// A network, as for `mnet classify --model`; also v1-dense, v1-shallow
    ///
    /// A name of `mnet models list`, a kind (v1, v3-small, v4, …), a directory or file of weights, or owner/name[@revision].
    /// Those without weights in the catalogue are shown too. Without this and --alpha, the built-in EfficientNet-Lite0.
    #[arg(value_name = "MODEL")]
    model: Option<String>,
    /// Width multiplier: of V1 and V2 any, trained or not
    #[arg(long, value_name = "ALPHA", value_parser = alpha)]
    alpha: Option<f64>,
    /// Side of the square input, px; else the model's own
    #[arg(long, value_name = "PX", value_parser = resolution)]
    res: Option<usize>,
    /// Add the time of every layer, on one thread
    ///
    /// The medians of 2 seconds of runs. Weights that would have to be downloaded are random instead: the time is the same.
    #[arg(long)]
    time: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    plot: PlotFlags,
}

const EXAMPLES: &str = "\
Examples:
  Tables 1 and 2 of the MobileNet paper:
      mnet inspect mobilenetv1_100
  What alpha 0.5 at 160 px leaves of it:
      mnet inspect v1 --alpha 0.5 --res 160
  Where the time of a checkpoint of your own goes, as a drawing too:
      mnet inspect ./flowers --time --plot flowers.svg
  The five layers with the most Mult-Adds:
      mnet inspect v4-conv-small --json \\
        | jq -c '.layers | sort_by(-.mult_adds)[:5][] | [.name, .filter]'

Columns:
  Filters are height x width x channels in x channels out, with `dw` those of a depthwise layer, which has one for each \
channel. Mult-Adds are those of one picture. Weights are the filters and the classifier's matrix, as the paper counts parameters; \
parameters are all that is learnt, biases and batch norms too.

Exit status:
  0  The network is shown
  2  It could not be: wrong usage, no such model";

/// As those of `mnet bench`.
const PLAN: Plan = Plan { warm_up: 10, min_time: Duration::from_secs(2) };

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    args.plot.check()?;
    let subject = Subject::open(args.model.as_deref(), args.alpha, args.res, session)?;
    let times = args.time.then(|| {
        threads::start(threads::available(session.console()))?;
        subject.times(PLAN)
    });
    let summary = Summary::new(&subject, times.transpose()?);
    session.console().note(subject.note());
    let mut output = BufWriter::new(io::stdout().lock());
    if args.json {
        json::write(&mut output, &subject, &summary)?;
    } else {
        text::write(&mut output, &summary, terminal::stdout_columns().unwrap_or(usize::MAX))?;
    }
    output.flush()?;
    args.plot.write(|| plot::figure(&subject, &summary))?;
    Ok(Exit::Success)
}
