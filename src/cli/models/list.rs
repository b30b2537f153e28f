//! `mnet models list`: the catalogue as a table or as JSON Lines.

use std::cmp::Ordering;
use std::io::{self, BufWriter, Write};

use anyhow::Result;
use clap::ValueEnum;

use super::columns::row;
use super::entry::Entry;
use crate::cli::command_line::CommandLine;
use crate::cli::console::Failure;
use crate::cli::exit::Exit;
use crate::cli::session::Session;
use crate::cli::terminal;
use crate::cli::values::{percent, quantity};
use crate::hub::{Hub, Repository};
use crate::models::spelling::nearest;
use crate::models::{FAMILIES, catalogue};
use crate::terminal_text::hang;

/// List the built-in model and the catalogue: accuracy, cost, what is cached
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Only this family, variant or architecture
    ///
    /// Such as v1, mobilenet-v4, v3-small or mobilenetv3_large_100.
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// Only with at most this many parameters, such as 5M
    #[arg(long, value_name = "N", value_parser = quantity)]
    max_params: Option<f64>,
    /// Only with at most this many Mult-Adds, such as 1.2G
    ///
    /// At the resolution that it was trained at.
    #[arg(long, value_name = "N", value_parser = quantity)]
    max_mult_adds: Option<f64>,
    /// Only with at least this top-1 accuracy, percent
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_top1: Option<f64>,
    /// Only what is in the cache
    ///
    /// Including repositories that the catalogue lacks, at their main branch.
    #[arg(long)]
    cached: bool,
    /// Sort by this column, best or cheapest first
    ///
    /// Without it the catalogue has its own order.
    #[arg(long, value_enum, value_name = "COLUMN")]
    sort: Option<Column>,
    /// Print one JSON object per checkpoint
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  The most accurate of the small ones first:
      mnet models list --max-mult-adds 300M --sort top1
  Those of MobileNetV4 with a top-1 accuracy of 80 % or more:
      mnet models list --family v4 --min-top1 80
  Names for a script:
      mnet models list --json | jq -r 'select(.top1 > 75) | .name'";

/// What to sort by; the best or cheapest comes first.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Column {
    /// By name
    Name,
    /// Highest accuracy first
    Top1,
    /// Fewest parameters first
    Params,
    /// Fewest Mult-Adds first
    MultAdds,
    /// Smallest resolution first
    Res,
}

impl Column {
    fn order(self, a: &Entry, b: &Entry) -> Ordering {
        match self {
            Self::Name => a.name.cmp(&b.name),
            Self::Top1 => b.top1.unwrap_or_default().total_cmp(&a.top1.unwrap_or_default()),
            Self::Params => a.parameters.cmp(&b.parameters),
            Self::MultAdds => a.mult_adds.cmp(&b.mult_adds),
            Self::Res => a.res.cmp(&b.res),
        }
    }
}

impl Args {
    fn accepts(&self, entry: &Entry) -> bool {
        let at_most = |limit: Option<f64>, value: usize| limit.is_none_or(|limit| value as f64 <= limit);
        at_most(self.max_params, entry.parameters)
            && at_most(self.max_mult_adds, entry.mult_adds)
            && self.min_top1.is_none_or(|least| entry.top1.is_some_and(|top1| top1 >= least))
            && (entry.cached || !self.cached)
    }
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    // Without a cache the catalogue can still be listed.
    let hub = session.hub().ok();
    let hub = hub.as_ref();
    let is_built_in = |name: &String| name.eq_ignore_ascii_case("builtin");
    let is_only_built_in = args.family.as_ref().is_some_and(is_built_in);
    let name = args.family.as_ref().map(|name| catalogue::canonical(name).unwrap_or_default());
    let rows: Vec<_> = catalogue::checkpoints()
        .filter(|(family, row)| name.as_ref().is_none_or(|name| row.is_of(family, name)))
        .collect();
    if let (Some(name), [], false) = (&args.family, &rows[..], is_only_built_in) {
        return Err(unknown_family(name));
    }
    let is_meant = |entry: &Entry| is_only_built_in || name.as_ref().is_none_or(|name| entry.is_of(name));
    let built_in = Entry::built_in().filter(is_meant);
    let mut entries: Vec<Entry> = built_in.into_iter().collect();
    entries.extend(rows.into_iter().map(|(family, row)| Entry::new(family, row, hub)));
    if let (true, Some(hub)) = (args.cached, hub) {
        entries.extend(outside_the_catalogue(args.family.as_deref(), hub));
    }
    entries.retain(|entry| args.accepts(entry));
    if let Some(column) = args.sort {
        entries.sort_by(|a, b| column.order(a, b));
    }
    if entries.is_empty() {
        session.console().note("no checkpoint matches");
    }
    let mut output = BufWriter::new(io::stdout().lock());
    if args.json {
        for entry in &entries {
            serde_json::to_writer(&mut output, entry).map_err(io::Error::from)?;
            writeln!(output)?;
        }
    } else if !entries.is_empty() {
        // A table in a pipe is for programs: one line for each checkpoint.
        table(&entries, terminal::stdout_columns().unwrap_or(usize::MAX), &mut output)?;
    }
    output.flush()?;
    Ok(Exit::Success)
}

fn unknown_family(name: &str) -> anyhow::Error {
    let known: Vec<_> = FAMILIES.iter().map(|family| family.alias).collect();
    let message = format!("no family is called `{name}` (there are {} and builtin)", known.join(", "));
    let near = nearest(name, catalogue::names()).into_iter().next();
    let line = CommandLine::of_process();
    let mended = near.and_then(|near| line.with_value(&["--family"], name, &[&near])?.shown());
    Failure::error(message, mended.or_else(|| Some("mnet models list".into())))
}

/// Cached checkpoints that the catalogue lacks.
fn outside_the_catalogue(family: Option<&str>, hub: &Hub) -> impl Iterator<Item = Entry> {
    let is_unknown = |repository: &Repository| {
        catalogue::checkpoints().all(|(_, row)| row.repository() != repository.id())
    };
    let is_in_family = move |entry: &Entry| family.is_none_or(|name| entry.is_of(name));
    let repositories = hub.repositories().into_iter().filter(is_unknown);
    repositories.filter_map(|repository| Entry::cached(&repository, hub)).filter(is_in_family)
}

/// Table and notes, in lines of at most `columns`.
fn table(entries: &[Entry], columns: usize, output: &mut impl Write) -> io::Result<()> {
    let widest = |cell: fn(&Entry) -> usize| entries.iter().map(cell).max().unwrap_or_default();
    let (name, place) = (widest(|entry| entry.name.len()), widest(|entry| entry.place().len()).max(6));
    let head = ["alpha", "res", " top-1", " params", "Mult-Adds", "licence   "].map(str::to_owned);
    let head = [vec![format!("{:name$}", "name")], head.to_vec(), vec![format!("{:place$}", "cached")]];
    writeln!(output, "{}", row(&head.concat(), columns))?;
    for entry in entries {
        let (params, mult_adds) = (entry.parameters as f64 / 1e6, entry.mult_adds as f64 / 1e6);
        let cells = [
            format!("{:name$}", entry.name),
            format!("{:>5}", entry.alpha.map_or("-".into(), |alpha| format!("{alpha:?}"))),
            format!("{:>3}", entry.res),
            format!("{:>6}", entry.top1.map_or("-".into(), |top1| format!("{top1:.1} %"))),
            format!("{params:5.2} M"),
            format!("{mult_adds:7.1} M"),
            format!("{:10}", entry.licence.unwrap_or("-")),
            format!("{:place$}", entry.place()),
        ];
        writeln!(output, "{}", row(&cells, columns))?;
    }
    if entries.iter().any(|entry| entry.built_in) {
        let note = "builtin, or lite0, is EfficientNet-Lite0 in the binary: no download.";
        writeln!(output, "\n{}", hang(note, columns, 0))?;
    }
    if let Some(entry) = entries.iter().find(|entry| entry.licence == Some("not named")) {
        let note = format!("not named: {}.", entry.licence_source.unwrap_or_default());
        writeln!(output, "\n{}", hang(&note, columns, 0))?;
    }
    Ok(())
}
