//! Devices that this build lacks: no command is suggested that it would refuse.

use crate::backend::device::{DeviceChoice, DeviceError};
use crate::cli::command_line::CommandLine;

/// `line` on a device that this build has; if it asked for another, with what a message has to say of that.
pub(super) fn of_this_build(line: CommandLine) -> (CommandLine, Option<String>) {
    let asked = line.value(&["--device"]).unwrap_or_default();
    let built = asked.parse::<DeviceChoice>().and_then(DeviceChoice::check_built);
    let Err(DeviceError::NotBuilt { name, feature }) = built else { return (line, None) };
    let Some(here) = line.with_value(&["--device"], &asked, &["cpu"]) else { return (line, None) };
    let on_mac = if feature == "metal" { "on a Mac, " } else { "" };
    let said = format!(
        "this build has no {name} support ({on_mac}cargo install --path . --features {feature} makes one that has it)"
    );
    (here, Some(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(feature = "cuda"))]
    #[test]
    fn a_device_that_the_build_lacks_is_not_suggested() {
        let of = |words: &str| {
            let (line, said) = of_this_build(CommandLine::new(words.split(' ')));
            (line.to_string(), said)
        };
        let said =
            "this build has no CUDA support (cargo install --path . --features cuda makes one that has it)";
        for device in ["cuda", "cuda:1"] {
            let found = of(&format!("classify a.jpg --device {device}"));
            assert_eq!(found, ("mnet classify a.jpg --device cpu".to_owned(), Some(said.to_owned())));
        }
        assert_eq!(of("bench --device cpu").1, None);
        assert_eq!(of("bench").1, None);
    }
}
