//! Man pages: what clap_mangen makes of names and options, and the text at the end of each command's help.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::prose;
use crate::cli::environment::VARIABLES;
use crate::cli::manual;

/// Where the cache and the token are, as sections of a help text.
const FILES: &str = "\
Files:
  ~/.cache/huggingface/hub  The cache of checkpoints, shared with Python's huggingface_hub. HF_HUB_CACHE, HF_HOME and \
XDG_CACHE_HOME move it.
  ~/.cache/huggingface/token  The token of the hub, if there is one. It is only read. HF_TOKEN_PATH and HF_HOME move it.";

/// File name and text of every command's page.
pub(super) fn pages(command: Command) -> io::Result<Vec<(String, String)>> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let mut commands = vec![];
    collect(&command, &mut commands);
    let names: Vec<_> = commands.iter().map(|command| name(command)).collect();
    let page = |command: &&Command| Ok((format!("{}.1", name(command)), page(command, &names)?));
    commands.iter().map(page).collect()
}

fn collect<'a>(command: &'a Command, all: &mut Vec<&'a Command>) {
    all.push(command);
    command.get_subcommands().filter(|inner| !inner.is_hide_set()).for_each(|inner| collect(inner, all));
}

fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).to_owned()
}

fn page(command: &Command, names: &[String]) -> io::Result<String> {
    let name = name(command);
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    // What `-h` leaves out for want of room belongs here.
    let command = &command
        .clone()
        .override_usage(usage)
        .subcommand_help_heading("COMMANDS")
        .mut_args(|arg| arg.hide_short_help(false));
    let man = Man::new(command.clone());
    let mut page = Page::default();
    page.text.push_str(&title(&name));
    page.add(|text| man.render_name_section(text))?;
    page.add(|text| man.render_synopsis_section(text))?;
    page.add(|text| man.render_description_section(text))?;
    let mut options = Page::default();
    options.add(|text| man.render_options_section(text))?;
    page.text.push_str(&with_one_section(&options.text));
    if command.has_subcommands() {
        page.add(|text| man.render_subcommands_section(text))?;
    }
    let prose = manual::long(command);
    for section in [prose::to_roff(&prose), environment(command), prose::to_roff(FILES), others(&name, names)]
    {
        page.add(|text| section.to_writer(text))?;
    }
    Ok(page.text)
}

/// The first lines. No date: the page changes when the command does. Aligned on the left and without hyphens, because lines are
/// short, and names must stay whole.
fn title(name: &str) -> String {
    let preamble = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";
    let version = env!("CARGO_PKG_VERSION");
    format!("{preamble}.TH {} 1 \"\" \"mnet {version}\" \"User Commands\"\n.ad l\n.nh\n", name.to_uppercase())
}

/// A page that grows by sections, each of which comes with the same preamble.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn add(&mut self, render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        let mut section = vec![];
        render(&mut section)?;
        let section = String::from_utf8_lossy(&section);
        for line in section.lines() {
            let is_preamble = line.ends_with(".ds Aq \\(aq") || line == ".el .ds Aq '";
            match line {
                // Where a paragraph ends inside an option.
                "" => self.text.push_str(".IP\n"),
                _ if is_preamble => {}
                _ => self.text.extend(line.chars().map(ascii).chain(["\n".to_owned()])),
            }
        }
        Ok(())
    }
}

/// A character as troff takes it on every machine.
fn ascii(c: char) -> String {
    if c.is_ascii() { c.to_string() } else { format!("\\[u{:04X}]", c as u32) }
}

/// Groups of options become parts of the section OPTIONS.
fn with_one_section(options: &str) -> String {
    let part = |line: &str| match line.strip_prefix(".SH ").map(|title| title.trim_matches('"')) {
        Some(title) if title != "OPTIONS" => {
            format!(".SS \"{}{}\"\n", &title[..1], title[1..].to_lowercase())
        }
        _ => format!("{line}\n"),
    };
    options.lines().map(part).collect()
}

/// The variables beside the flags of `command`; all of them on the page of the program.
fn environment(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let is_program =
        command.has_subcommands() && command.get_display_name().is_none_or(|name| name == "mnet");
    let has = |flag: &str| command.get_arguments().any(|arg| arg.get_long() == flag.strip_prefix("--"));
    roff.control("SH", ["ENVIRONMENT"]);
    for variable in VARIABLES.iter().filter(|variable| is_program || variable.flag.is_some_and(has)) {
        let names: Vec<_> = variable.names().collect();
        roff.control("TP", []).text([bold(names.join(", "))]);
        let flag = variable.flag.map(|flag| format!(" ({flag} overrides it)")).unwrap_or_default();
        roff.text([roman(format!("{}{flag}.", variable.about))]);
    }
    if !is_program {
        roff.control("PP", []).text([bold("mnet"), roman("(1) lists all variables.")]);
    }
    roff
}

fn others(name: &str, names: &[String]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let others: Vec<_> = names.iter().filter(|other| *other != name).collect();
    let last = others.len() - 1;
    let page = |(index, other): (usize, &&String)| {
        [bold(other.as_str()), roman(if index < last { "(1), " } else { "(1)" })]
    };
    roff.text(others.iter().enumerate().flat_map(page).collect::<Vec<_>>());
    roff
}
