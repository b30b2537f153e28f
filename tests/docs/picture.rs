//! The picture of the terminal in README, drawn from what the program prints.

use std::env;
use std::fs;

use anstyle_svg::Term;
use libtest_mimic::{Failed, Trial};

use crate::world::World;
use crate::{matching, root, terminal};

const PICTURE: &str = "assets/terminal.svg";

/// What is typed in the picture.
const COMMAND: &str = "mnet classify photos/ -r";

/// Draws the terminal in which [`COMMAND`] runs, and compares it with the picture in the repository, all but the times; with
/// `BLESS=1` it replaces the picture.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("the picture in README.md is what mnet prints", || {
            let drawn = draw();
            let path = root().join(PICTURE);
            if env::var_os("BLESS").is_some() {
                fs::write(path, drawn)?;
                return Ok(());
            }
            let mask = |svg: &str| svg.lines().map(|line| matching::mask(line, false)).collect::<Vec<_>>();
            let committed = fs::read_to_string(path).unwrap_or_default();
            if mask(&committed) == mask(&drawn) {
                return Ok(());
            }
            Err(Failed::from(format!("{PICTURE} is old: BLESS=1 cargo test --release --test docs picture")))
        })
        .with_ignored_flag(!terminal::is_there()),
    ]
}

fn draw() -> String {
    let world = World::new();
    let (_, written) = terminal::run(COMMAND, |shell| world.enter(shell));
    let prompt = "\u{1b}[1;32m$\u{1b}[0m";
    let session = format!("{prompt} {COMMAND}\n{}\n", written.trim_end());
    Term::new().render_svg(&session)
}
