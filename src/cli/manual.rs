//! What the help of every command ends with: where more is, and, in `mnet --help`, the environment.

use clap::Command;
use clap::builder::StyledStr;

use super::environment::VARIABLES;

/// The definition of the command line, with these endings.
pub(super) fn with_endings(command: Command) -> Command {
    let root = format!("{}\n\n{}", long(&command), environment());
    let name = command.get_name().to_owned();
    end(command.after_long_help(root), &name)
}

fn end(command: Command, path: &str) -> Command {
    let page = path.replace(' ', "-");
    if command.is_hide_set() {
        // It has no man page.
        let (program, _) = path.split_once(' ').unwrap_or((path, ""));
        return command.after_help(format!("More: {program} --help"));
    }
    let (short, more) = match path.split_once(' ') {
        Some((program, inner)) => {
            (format!("{program} help {inner}"), format!("{program} --help for environment variables"))
        }
        None => (format!("{path} --help"), format!("{path} help COMMAND")),
    };
    let long = [long(&command), format!("More: man {page}, {more}")];
    let long: Vec<_> = long.into_iter().filter(|part| !part.is_empty()).collect();
    command
        .after_help(format!("More: {short}, man {page}"))
        .after_long_help(long.join("\n\n"))
        .mut_subcommands(|inner| {
            let path = format!("{path} {}", inner.get_name());
            end(inner, &path)
        })
}

/// What a command says after its options: examples, exit status and the like.
pub(super) fn long(command: &Command) -> String {
    command.get_after_long_help().or(command.get_after_help()).map(StyledStr::to_string).unwrap_or_default()
}

/// A list of all variables that fits any width.
fn environment() -> String {
    let lines = VARIABLES.iter().map(|variable| {
        let names: Vec<_> = variable.names().collect();
        let flag = variable.flag.map(|flag| format!(" ({flag})")).unwrap_or_default();
        format!("  {}{flag}\n          {}", names.join(", "), variable.about)
    });
    let title = "Environment:".to_owned();
    [title].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;
    use crate::cli::complete::line::Line;

    /// Every command that users see.
    fn commands() -> Vec<Command> {
        fn collect(command: &Command, all: &mut Vec<Command>) {
            all.push(command.clone());
            command
                .get_subcommands()
                .filter(|inner| !inner.is_hide_set())
                .for_each(|inner| collect(inner, all));
        }
        let mut all = vec![];
        collect(&Cli::command(), &mut all);
        all
    }

    /// The command lines of a help text that run this program, in one piece each.
    fn examples(text: &str) -> Vec<String> {
        let lines = text.replace("\\\n", "");
        let commands = lines.lines().filter(|line| line.starts_with("   "));
        let pieces = commands.flat_map(|line| line.split(['|', '(', ')'])).map(str::trim);
        pieces.filter(|piece| piece.starts_with("mnet ")).map(str::to_owned).collect()
    }

    #[test]
    fn every_command_but_the_simplest_has_examples_and_they_parse() {
        let all = commands();
        let found: Vec<_> = all.iter().flat_map(|command| examples(&long(command))).collect();
        assert!(found.len() > 25, "{found:?}");
        for example in found {
            let parsed = Cli::command().try_get_matches_from(Line::read(&example).words);
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
        }
        let without = all.iter().filter(|command| !long(command).contains("Examples:\n"));
        assert_eq!(without.map(Command::get_name).collect::<Vec<_>>(), ["models", "dir"]);
    }

    #[test]
    fn variables_stand_beside_their_flags() {
        let all = commands();
        let args = || all.iter().flat_map(Command::get_arguments);
        for variable in VARIABLES {
            let Some(flag) = variable.flag else { continue };
            let mut flags = args().filter(|arg| arg.get_long() == flag.strip_prefix("--")).peekable();
            assert!(flags.peek().is_some(), "{flag}");
            for arg in flags {
                let help = arg.get_long_help().or(arg.get_help()).unwrap().to_string();
                assert!(help.contains("[env: ") && help.contains(variable.name), "{flag}: {}", variable.name);
            }
        }
    }

    #[test]
    fn every_flag_is_described_in_short() {
        for command in commands() {
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!((5..=75).contains(&help.len()), "{} {}: {help}", command.get_name(), arg.get_id());
            }
        }
    }
}
