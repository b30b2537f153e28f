//! What `--version` says: one line with `-V`, and with `--version` what a bug report needs.

use std::env;
use std::sync::LazyLock;

use crate::kernels::isa;

/// The version alone.
pub(super) const NUMBER: &str = env!("CARGO_PKG_VERSION");

/// Seven digits of the commit, with `-dirty` if the source was changed; `None` if it is not known.
pub(super) const COMMIT: Option<&str> = known(env!("MNET_COMMIT"));

/// The day of the commit.
pub(super) const COMMIT_DATE: Option<&str> = known(env!("MNET_COMMIT_DATE"));

/// What it was built for.
pub(super) const TARGET: &str = env!("MNET_TARGET");

/// `build.rs` leaves empty what it cannot tell.
const fn known(text: &str) -> Option<&str> {
    if text.is_empty() { None } else { Some(text) }
}

/// Cargo features, and whether they are built in.
const FEATURES: [(&str, bool); 4] = [
    ("parquet", cfg!(feature = "parquet")),
    ("plot", cfg!(feature = "plot")),
    ("cuda", cfg!(feature = "cuda")),
    ("metal", cfg!(feature = "metal")),
];

/// The features built in.
pub(super) fn features() -> Vec<&'static str> {
    FEATURES.into_iter().filter_map(|(name, is_built_in)| is_built_in.then_some(name)).collect()
}

/// `0.1.0 (abc1234 2026-11-26)`, for `-V`.
pub(super) fn short() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| with_commit(COMMIT, COMMIT_DATE));
    &TEXT
}

/// Several lines, for `--version`.
pub(super) fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let lines =
            [("features", features_or_none()), ("target", TARGET.into()), ("instruction sets", sets())];
        let bf16 = bf16_sets().map(|sets| ("  for bf16", sets));
        let lines = lines.into_iter().chain(bf16).map(|(name, value)| format!("\n{name:18}{value}"));
        short().to_owned() + &lines.collect::<String>()
    });
    &TEXT
}

fn with_commit(commit: Option<&str>, date: Option<&str>) -> String {
    let parts: Vec<_> = commit.into_iter().chain(date).collect();
    if parts.is_empty() { NUMBER.to_owned() } else { format!("{NUMBER} ({})", parts.join(" ")) }
}

/// The features as text.
pub(super) fn features_or_none() -> String {
    let features = features();
    if features.is_empty() { "none".to_owned() } else { features.join(", ") }
}

/// The instruction sets of this processor that there are kernels for, with the one in use.
pub(super) fn sets() -> String {
    let names = isa::available().map(|isa| isa.name);
    match unknown() {
        Some(name) => format!("{}; {}={name} is not one of them", listed(names, None, IN_USE), isa::VARIABLE),
        None => listed(names, Some(isa::active().name), IN_USE),
    }
}

/// Those that multiply bf16, for `--precision bf16`; `None` if this processor has no such unit.
fn bf16_sets() -> Option<String> {
    let used = isa::active_bf16()?.name;
    let names = isa::available_bf16().map(|isa| isa.name);
    Some(listed(names, unknown().is_none().then_some(used), " (in use for bf16)"))
}

/// What `MNET_ISA` names, if this processor lacks it.
fn unknown() -> Option<String> {
    let asked = env::var_os(isa::VARIABLE).filter(|name| !name.is_empty())?;
    Some(asked.to_string_lossy().into_owned()).filter(|name| isa::is_unknown(name))
}

/// What follows the name of the one in use.
const IN_USE: &str = " (in use)";

fn listed(names: impl Iterator<Item = &'static str>, used: Option<&str>, mark: &str) -> String {
    let marked = names.map(|name| format!("{name}{}", if used == Some(name) { mark } else { "" }));
    marked.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        assert_eq!(with_commit(None, None), NUMBER);
        assert_eq!(with_commit(Some("abc1234"), None), format!("{NUMBER} (abc1234)"));
        let both = with_commit(Some("abc1234-dirty"), Some("2026-11-26"));
        assert_eq!(both, format!("{NUMBER} (abc1234-dirty 2026-11-26)"));
    }

    #[test]
    fn one_instruction_set_is_in_use() {
        let names = || isa::available().map(|isa| isa.name);
        assert_eq!(listed(names(), Some(isa::active().name), IN_USE).matches("(in use)").count(), 1);
        assert!(!listed(names(), None, IN_USE).contains("(in use)"));
        let bf16 = bf16_sets().unwrap_or_default();
        assert!(isa::available_bf16().all(|isa| bf16.contains(isa.name)), "{bf16}");
    }
}
