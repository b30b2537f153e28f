//! The flags of `mnet explain` and their help.

use std::path::PathBuf;

use crate::cli::eval::grid_flags::GridFlags;
use crate::cli::group_flags::OwnGroups;
use crate::cli::input_flags::InputFlags;
use crate::cli::plot_flags::Theme;
use crate::cli::preprocess_flags::PreprocessFlags;
use crate::cli::values::{count, size, width};

/// Show which parts of a photo speak for a class
///
/// Draws the class activation map of the best class, or of the classes of --class, over the photo: how much each part adds to the
/// logit of the class, or subtracts from it. docs/explain.md describes what such a map shows, and what it does not.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "mnet explain [OPTIONS] PATH...")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    pub(super) input: InputFlags,
    /// Classes to explain, side by side; by default the best one
    ///
    /// Each is a name, one of its comma-separated names, a WordNet id, an index, a range such as 151-268, or a group such as @dog. The
    /// classes of a range or group are explained as one. The flag takes all words up to the next flag, so put paths before it.
    #[arg(long, value_name = "LABEL", num_args = 1.., help_heading = "Selection")]
    pub(super) class: Vec<String>,

    #[command(flatten)]
    pub(super) groups: OwnGroups,

    #[command(flatten)]
    pub(super) grid: GridFlags,

    #[command(flatten)]
    pub(super) preprocess: PreprocessFlags,
    /// Draw to FILE.png or .svg, to FILE.html for many photos, or to a folder
    ///
    /// The ending chooses the format. An HTML file is a self-contained contact sheet. In a folder, each photo gets a PNG file, such as
    /// a/b.jpg.png for a/b.jpg, and -r does not search that folder. - writes a PNG file to stdout. An existing file is replaced only if mnet
    /// drew it.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// Print the numbers: a JSON object per photo and class
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
    /// Width of each map, px
    ///
    /// By default 960 for one map, 800 each for two and 640 each for more; 320 in a contact sheet. Maps of a photo that is taller than 5/4
    /// of its width are narrower.
    #[arg(long, value_name = "PX", value_parser = width, requires = "output", help_heading = "Output", hide_short_help = true)]
    pub(super) width: Option<usize>,
    /// Background of the page that shows the drawing; by default light
    #[arg(
        long,
        value_name = "THEME",
        value_enum,
        requires = "output",
        help_heading = "Output",
        hide_short_help = true
    )]
    pub(super) theme: Option<Theme>,
    /// CPU threads; by default all of this process
    ///
    /// If there are many photos, each thread takes one at a time. [env: RAYON_NUM_THREADS]
    #[arg(short = 'j', long, value_name = "N", value_parser = count, help_heading = "Running")]
    pub(super) threads: Option<usize>,
    /// Memory for decoded pictures, such as 512M or 2G
    ///
    /// For all pictures that are decoded at the same time; by default half of what this process may still use.
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = "Running", hide_short_help = true)]
    pub(super) memory: Option<u64>,
    /// Exit with 0 even if some photos fail
    #[arg(long, help_heading = "Running", hide_short_help = true)]
    pub(super) exit_zero: bool,
}

const EXAMPLES: &str = "\
Examples:
  What the best class rests on:
      mnet explain photo.jpg -o map.png
  Three classes side by side:
      mnet explain photo.jpg -o map.png --class tabby 'tiger cat' 'Egyptian cat'
  All breeds of dogs as one:
      mnet explain photo.jpg -o map.png --class @dog
  All classes of a group of your own as one:
      mnet explain photo.jpg -o map.png --class @pets --groups groups.json
  Two networks, each with its own best class:
      mnet explain photo.jpg -o map.svg --model builtin,v3-large
  A contact sheet of a folder:
      mnet explain -r photos/ -o sheet.html
  The map as numbers:
      mnet explain photo.jpg --json | jq -c '.map[]'

Colours:
  Yellow and red speak for the class, blue against it, and black says nothing. The legend has the values: the mean of the map is the \
logit without its bias. All maps of one network share a scale. What is faded lies outside of the network's input.

Exit status:
  0  Every photo is explained
  1  Some photos failed; the others are done (0 with --exit-zero)
  2  Nothing was done: wrong usage, no such model, class or file
  130  Ended by Ctrl-C; other signals: 128 and their number";
