//! What `mnet --version` says of the build: commit, its date, target. Own code, because `vergen` and its like bring two dozen
//! crates for it.
//!
//! The same source gives the same binary: no time or host of the build is in it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a binary is made of: changes elsewhere do not make it `-dirty`.
const SOURCES: [&str; 5] = ["src", "assets", "build.rs", "Cargo.toml", "Cargo.lock"];

fn main() {
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    let (commit, seconds) = of_archive().or_else(of_git).unwrap_or_default();
    let epoch = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse().ok());
    let date = epoch.or(seconds).map(date).unwrap_or_default();
    println!("cargo:rustc-env=MNET_COMMIT={commit}");
    println!("cargo:rustc-env=MNET_COMMIT_DATE={date}");
    println!("cargo:rustc-env=MNET_TARGET={}", env::var("TARGET").unwrap_or_default());
}

/// A commit, shortened and marked if the source differs from it, and its seconds since 1970.
pub(crate) type Commit = (String, Option<i64>);

/// The commit of an archive.
fn of_archive() -> Option<Commit> {
    noted(&fs::read_to_string(".cargo_vcs_info.json").ok()?)
}

/// The commit that `cargo package` noted.
pub(crate) fn noted(info: &str) -> Option<Commit> {
    let hash = info.split_once("\"sha1\"")?.1.split('"').nth(1)?;
    Some((shortened(hash, info.contains("\"dirty\": true")), None))
}

/// The commit of a checkout. In a folder without `.git`, git would find the repository that it happens to lie in.
fn of_git() -> Option<Commit> {
    if !Path::new(".git").exists() {
        return None;
    }
    watch_commit();
    let head = git(&["rev-list", "--max-count=1", "--timestamp", "HEAD"])?;
    let (seconds, hash) = head.split_once(' ')?;
    let is_changed = git(&[&["diff", "--quiet", "HEAD", "--"], &SOURCES[..]].concat()).is_none();
    Some((shortened(hash, is_changed), seconds.parse().ok()))
}

/// Asks to be run again after a commit or checkout. In a worktree these files lie elsewhere, which git knows. A missing one
/// would have this run at every build.
fn watch_commit() {
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD", "logs/HEAD", "packed-refs"].into_iter().chain(branch.as_deref()) {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
}

/// What git prints; `None` if it fails, or if there is no git.
fn git(args: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    // A hook that builds has variables of its own repository.
    git.args(args).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    let output = git.env("GIT_OPTIONAL_LOCKS", "0").output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn shortened(hash: &str, is_changed: bool) -> String {
    format!("{}{}", hash.get(..7).unwrap_or(hash), if is_changed { "-dirty" } else { "" })
}

/// `2026-11-26` in UTC. From days to the calendar: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`.
pub(crate) fn date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}
