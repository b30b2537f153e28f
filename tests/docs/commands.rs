//! A test for each block of commands of each document.

use libtest_mimic::{Failed, Trial};

use crate::blocks::{Block, blocks};
use crate::world::World;
use crate::{documents, elsewhere, matching, terminal};

/// One test per block. A block of commands that cannot run here is ignored, with the reason.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (path, text) in documents() {
        for block in blocks(&text) {
            let first = block.steps[0].command.lines().next().unwrap_or_default();
            let reasons: Vec<_> =
                block.steps.iter().filter_map(|step| elsewhere::reason(&step.command)).collect();
            let is_ignored = reasons.len() == block.steps.len();
            let count = block.steps.len() - reasons.len();
            let why = reasons.first().map(|reason| format!(" ({reason})")).unwrap_or_default();
            let name =
                format!("{}:{} {count} of {}: {first}{why}", path.display(), block.line, block.steps.len());
            trials.push(Trial::test(name, move || run(&block)).with_ignored_flag(is_ignored));
        }
    }
    trials
}

/// Runs the commands of a block one after the other, as in one shell.
fn run(block: &Block) -> Result<(), Failed> {
    let world = World::new();
    for step in &block.steps {
        match elsewhere::reason(&step.command) {
            Some(reason) if elsewhere::is_required() && reason.ends_with("not installed") => {
                return Err(format!("{}\n{reason}", step.command).into());
            }
            Some(_) => continue,
            None => {}
        }
        let (status, written) = terminal::run(&step.command, |shell| world.enter(shell));
        let printed = terminal::as_seen(&written);
        let allowed = step.command.split_once("# exit status ").map_or("0", |(_, status)| status.trim());
        if status.code().map(|code| code.to_string()).as_deref() != Some(allowed) {
            return Err(format!("{}\nended with {status}:\n{printed}", step.command).into());
        }
        matching::compare(&step.output, &printed, block.figures_vary)
            .map_err(|difference| format!("{}\n{difference}", step.command))?;
    }
    Ok(())
}
