//! Flags that decide whether and how a run ends: `--dry-run`, `--fail-fast`, `--exit-zero`.

/// Flags that decide whether and how a run ends.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Running")]
pub(super) struct EndingFlags {
    /// Print which pictures would be taken; decode nothing
    ///
    /// The model is named on stderr. Nothing is downloaded.
    #[arg(long, hide_short_help = true)]
    pub dry_run: bool,
    /// Stop at the first picture that fails
    #[arg(long, hide_short_help = true)]
    pub fail_fast: bool,
    /// Exit with 0 even if some pictures fail
    ///
    /// For xargs, `set -e` and Spark's pipe, which stop at any other status. A run that cannot start still exits with 2.
    #[arg(long, conflicts_with = "fail_fast", hide_short_help = true)]
    pub exit_zero: bool,
}
