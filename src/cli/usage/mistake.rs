//! One mistake in a command line.

use clap::error::{ContextKind, ContextValue};

use crate::cli::command_line::CommandLine;

/// One mistake in a command line.
pub(super) struct Mistake {
    /// What is wrong.
    pub(super) message: String,
    /// Commands that may be meant, the likeliest first; they may have further mistakes.
    pub(super) meant: Vec<CommandLine>,
    /// What to try if no such command parses.
    pub(super) otherwise: String,
}

/// The texts that an error holds.
pub(super) fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => vec![],
    }
}

/// The flags that an error is about, without their values: `--top` for `--top <K>`.
pub(super) fn about(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    let flag = |text: String| text.split([' ', '=', '[']).next().unwrap_or_default().to_owned();
    texts(error, kind).into_iter().map(flag).collect()
}
