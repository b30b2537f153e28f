//! What a network may be and cost, known before it runs: `--family`, `--res`, `--min-top1`, `--max-params` and the like.

use anyhow::Result;

use super::networks::Network;
use crate::cli::command_line::{Arity, CommandLine};
use crate::cli::console::Failure;
use crate::cli::quantities::size;
use crate::cli::values::{file_size, percent, quantity, resolution};
use crate::models::{FAMILIES, catalogue};
use crate::words::{and_list, list};

/// Which networks are candidates.
#[derive(Debug, clap::Args)]
pub(super) struct LimitFlags {
    /// At least this top-1 accuracy on ImageNet-1k, percent
    ///
    /// As published, at the network's own resolution or a larger one that its authors tested. Without --max-ms, the fastest of
    /// these is searched for.
    #[arg(long, value_name = "PERCENT", value_parser = percent, help_heading = "Limits")]
    min_top1: Option<f64>,
    /// At most this many parameters, such as 5M
    #[arg(long, value_name = "N", value_parser = quantity, help_heading = "Limits")]
    max_params: Option<f64>,
    /// At most this many Mult-Adds, such as 300M
    #[arg(long, value_name = "N", value_parser = quantity, help_heading = "Limits")]
    max_mult_adds: Option<f64>,
    /// At most this size of the weights, such as 16MB
    ///
    /// As f32, as checkpoints are published. MB are millions of bytes, MiB 1024 x 1024.
    #[arg(long, value_name = "BYTES", value_parser = file_size, help_heading = "Limits")]
    max_size: Option<f64>,
    /// Only these families, variants or architectures
    ///
    /// Such as v2, mobilenet-v4, v3-small or mobilenetv3_large_100; several with commas.
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Limits")]
    family: Vec<String>,
    /// Only these sides of the square input, px
    #[arg(long, value_name = "PX", value_delimiter = ',', value_parser = resolution, help_heading = "Limits")]
    res: Vec<usize>,
}

/// A number that a network must not exceed, or must reach.
struct Limit {
    flag: &'static str,
    given: Option<f64>,
    of: fn(&Network) -> f64,
    is_least: bool,
    /// The condition that no network meets, with its number: `has at most 3 M parameters`.
    unmet: fn(f64) -> String,
    /// A value of the flag that admits a network with this number.
    typed: fn(f64) -> String,
}

impl Limit {
    fn admits(&self, network: &Network) -> bool {
        let found = (self.of)(network);
        self.given.is_none_or(|limit| if self.is_least { found >= limit } else { found <= limit })
    }
}

/// The networks that are candidates, and how many of all are not.
pub(super) struct Selected {
    pub networks: Vec<Network>,
    /// Left out by a flag.
    pub outside: usize,
    /// Left out because the same network has more accurate weights.
    pub less_accurate: usize,
}

/// Why no network is a candidate.
pub(super) struct NoCandidate {
    pub message: String,
    pub closest: Vec<Network>,
    pub hint: Option<String>,
}

impl LimitFlags {
    /// The least accuracy. If it is all that is asked for, the fastest is wanted.
    pub(super) fn least_top1(&self) -> Option<f64> {
        self.min_top1
    }

    /// Whether any of them is given.
    pub(super) fn any(&self) -> bool {
        !self.family.is_empty()
            || !self.res.is_empty()
            || self.limits().iter().any(|limit| limit.given.is_some())
    }

    /// Of networks whose accuracy was measured here, those that are accurate enough.
    pub(super) fn accurate(&self, networks: &[Network]) -> Result<Vec<Network>, NoCandidate> {
        let [least, ..] = self.limits();
        let found: Vec<_> = networks.iter().filter(|one| least.admits(one)).cloned().collect();
        if found.is_empty() { Err(no_candidate(networks, &[least])) } else { Ok(found) }
    }

    fn limits(&self) -> [Limit; 4] {
        let at_most =
            |flag, given, of, unmet, typed| Limit { flag, given, of, is_least: false, unmet, typed };
        [
            Limit {
                flag: "--min-top1",
                given: self.min_top1,
                of: |network| network.top1,
                is_least: true,
                unmet: |limit| format!("reaches a top-1 of {limit} %"),
                typed: |top1| format!("{:.1}", (top1 * 10.0).floor() / 10.0),
            },
            at_most(
                "--max-params",
                self.max_params,
                |network| network.parameters as f64,
                |limit| format!("has at most {} M parameters", limit / 1e6),
                millions_above,
            ),
            at_most(
                "--max-mult-adds",
                self.max_mult_adds,
                |network| network.mult_adds as f64,
                |limit| format!("needs at most {} M Mult-Adds", limit / 1e6),
                millions_above,
            ),
            at_most(
                "--max-size",
                self.max_size,
                |network| network.bytes as f64,
                |limit| format!("has weights of at most {}", size(limit as u64)),
                |bytes| millions_above(bytes) + "B",
            ),
        ]
    }

    /// The candidates. If their accuracy `is_published`, it has to be high enough, and of each network the best weights count.
    ///
    /// # Errors
    /// If a family or a resolution does not exist.
    pub(super) fn select(&self, is_published: bool) -> Result<Result<Selected, NoCandidate>> {
        let all = Network::all();
        let count = all.len();
        let of_kind = self.of_kind(all)?;
        let mut limits = self.limits();
        if !is_published {
            limits[0].given = None;
        }
        let fitting: Vec<_> =
            of_kind.iter().filter(|one| limits.iter().all(|limit| limit.admits(one))).cloned().collect();
        if fitting.is_empty() {
            return Ok(Err(no_candidate(&of_kind, &limits)));
        }
        let outside = count - fitting.len();
        let networks = if is_published { Network::most_accurate(&fitting) } else { fitting.clone() };
        let less_accurate = fitting.len() - networks.len();
        Ok(Ok(Selected { networks, outside, less_accurate }))
    }

    /// Those of the families and resolutions that are asked for.
    fn of_kind(&self, all: Vec<Network>) -> Result<Vec<Network>> {
        let mut names = Vec::new();
        for name in &self.family {
            let canonical = catalogue::canonical(name).unwrap_or_else(|| name.clone());
            if !all.iter().any(|one| one.is_of(&canonical)) {
                let known = and_list(FAMILIES.iter().map(|family| family.alias));
                let message = format!(
                    "no network with a published accuracy is of the family `{name}` (families: {known})"
                );
                let line = CommandLine::of_process();
                let hint = line.with_value(&["--family"], name, &["v3"]).and_then(|line| line.shown());
                return Err(Failure::error(message, hint));
            }
            names.push(canonical);
        }
        let is_named = |one: &Network| names.is_empty() || names.iter().any(|name| one.is_of(name));
        let named: Vec<_> = all.into_iter().filter(is_named).collect();
        let mut sides: Vec<_> = named.iter().map(|one| one.res).collect();
        sides.sort_unstable();
        sides.dedup();
        if let Some(missing) = self.res.iter().find(|res| !sides.contains(res)) {
            let nearest = sides.iter().min_by_key(|side| side.abs_diff(*missing)).map(usize::to_string);
            let of = if self.family.is_empty() {
                String::new()
            } else {
                format!(" of {}", list("or", &self.family))
            };
            let sides = and_list(sides.iter().map(usize::to_string));
            let message =
                format!("no network{of} has a published accuracy at {missing} px (there are {sides})");
            let line = CommandLine::of_process();
            let hint =
                nearest.and_then(|near| line.with_value(&["--res"], &missing.to_string(), &[&near])?.shown());
            return Err(Failure::error(message, hint));
        }
        let has_res = |one: &Network| self.res.is_empty() || self.res.contains(&one.res);
        Ok(named.into_iter().filter(has_res).collect())
    }
}

/// The limit that excludes all that the others admit, with the two nearest to it.
fn no_candidate(networks: &[Network], limits: &[Limit]) -> NoCandidate {
    for limit in limits {
        let Some(given) = limit.given else { continue };
        let others = || limits.iter().filter(|other| other.flag != limit.flag);
        let mut near: Vec<_> =
            networks.iter().filter(|one| others().all(|other| other.admits(one))).cloned().collect();
        let distance = |one: &Network| (limit.of)(one) * if limit.is_least { -1.0 } else { 1.0 };
        near.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(nearest) = near.first() {
            let line = CommandLine::of_process();
            let typed = (limit.typed)((limit.of)(nearest));
            let hint = line.without(&[limit.flag], Arity::One);
            let hint = hint.map(|line| line.with(&[limit.flag, &typed]));
            let with_others =
                if others().any(|other| other.given.is_some()) { " within the other limits" } else { "" };
            let message = format!("no network{with_others} {}", (limit.unmet)(given));
            near.truncate(2);
            return NoCandidate { message, closest: near, hint: hint.and_then(|line| line.shown()) };
        }
    }
    let given = limits.iter().filter(|limit| limit.given.is_some()).map(|limit| limit.flag);
    let message = format!("no network is within two or more of these limits at once: {}", and_list(given));
    NoCandidate { message, closest: vec![], hint: Some("mnet models list --sort top1".to_owned()) }
}

/// Two digits of a number of millions, rounded up: `1.6M`.
fn millions_above(number: f64) -> String {
    format!("{}M", round_up(number / 1e6))
}

/// The next number of two digits.
pub(super) fn round_up(number: f64) -> f64 {
    let digit = 10_f64.powf(number.log10().floor() - 1.0);
    let up = (number / digit - 1e-9).ceil() * digit;
    // 0.35, not 0.35000000000000003.
    format!("{up:.6}").parse().unwrap_or(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_up() {
        let rounded = [0.334, 1.0, 12.01, 4.96, 99.5, 12_345.0].map(round_up);
        assert_eq!(rounded, [0.34, 1.0, 13.0, 5.0, 100.0, 13_000.0]);
        assert_eq!((millions_above(1_591_000.0), millions_above(241.2e6)), ("1.6M".into(), "250M".into()));
    }
}
