//! What people see: the program on a pseudo-terminal, which `script` of util-linux makes. Ignored if it is not installed.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Trial};
use support::checkpoint;
use support::program::{Mnet, photo};
use unicode_width::UnicodeWidthStr;

type Test = fn(&Terminal);

const TESTS: [(&str, Test); 10] = [
    ("answers_fit_a_narrow_terminal", answers_fit_a_narrow_terminal),
    ("another_locale_than_utf8_gets_ascii", another_locale_than_utf8_gets_ascii),
    ("a_bar_is_drawn_where_nothing_else_is", a_bar_is_drawn_where_nothing_else_is),
    ("a_dumb_terminal_gets_plain_text", a_dumb_terminal_gets_plain_text),
    ("colour_can_be_declined", colour_can_be_declined),
    ("what_is_waited_for_is_said", what_is_waited_for_is_said),
    ("messages_break_between_words", messages_break_between_words),
    ("tables_break_between_columns", tables_break_between_columns),
    ("tables_leave_out_columns", tables_leave_out_columns),
    ("a_report_fits_a_narrow_terminal", a_report_fits_a_narrow_terminal),
];

fn main() -> ExitCode {
    let trials = TESTS.map(|(name, test)| Trial::ignorable_test(name, move || Ok(run(test))));
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

fn run(test: Test) -> Completion {
    let terminal = Terminal::new();
    if terminal.shows("stty size", &[]) != "24 80\n" {
        return Completion::ignored_with("needs util-linux's `script`, and `stty`");
    }
    test(&terminal);
    Completion::Completed
}

/// A terminal of 80 columns in a folder with two photos and a model that knows two birds.
struct Terminal {
    mnet: Mnet,
}

impl Terminal {
    fn new() -> Self {
        let mnet = Mnet::new();
        for (name, original) in [("café.jpg", "cat_720p.jpg"), ("b.jpg", "hot_dog.jpg")] {
            fs::copy(photo(original), mnet.path().join(name)).unwrap();
        }
        checkpoint::tiny(
            &mnet.path().join("model"),
            &["ruffed grouse, partridge, Bonasa umbellus", "エリマキライチョウ"],
        );
        Self { mnet }
    }

    /// What it shows of a line of a shell, in which `classify` is that of the program, by that model; empty if there is no
    /// terminal.
    fn shows(&self, line: &str, environment: &[(&str, &str)]) -> String {
        let mut command = Command::new("script");
        let function = "classify() { \"$MNET\" classify --model model \"$@\"; }";
        command.args(["-qec", &format!("{function}; stty rows 24 cols 80 && {line}"), "/dev/null"]);
        command.current_dir(self.mnet.path()).stdin(Stdio::null()).env_clear();
        command.env("HOME", self.mnet.path()).env("MNET", env!("CARGO_BIN_EXE_mnet"));
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8").envs(environment.iter().copied());
        let shown = command.output().map(|run| run.stdout).unwrap_or_default();
        String::from_utf8(shown).unwrap().replace("\r\n", "\n")
    }
}

fn answers_fit_a_narrow_terminal(terminal: &Terminal) {
    let shown = terminal.shows("stty cols 40; classify b.jpg -q --color never", &[]);
    assert!(shown.contains("%  ruffed grouse, partridge,\n          Bonasa umbellus\n"), "{shown}");
    assert!(shown.lines().all(|line| line.width() <= 40) && !shown.contains('█'), "{shown}");
    let shown = terminal.shows("classify b.jpg", &[]);
    assert!(
        shown.contains('█') && shown.contains("%  ruffed grouse, partridge, Bonasa umbellus\n"),
        "{shown}"
    );
}

fn another_locale_than_utf8_gets_ascii(terminal: &Terminal) {
    let line = "classify café.jpg gone-é.jpg; classify -r . -o a.jsonl";
    for locale in [("LC_ALL", "C"), ("LC_ALL", ""), ("LC_ALL", "en_US.ISO-8859-1")] {
        let shown = terminal.shows(line, &[locale]);
        assert!(shown.is_ascii(), "{locale:?}: {shown}");
        assert!(shown.contains("caf\\u{e9}.jpg") && shown.contains("#####"), "{locale:?}: {shown}");
        assert!(shown.contains("gone-\\u{e9}.jpg: no such file"), "{locale:?}: {shown}");
        // A name to be copied is in numbers that a shell reads.
        let shown = terminal.shows("classify 'caf\u{e9}.png'", &[locale]);
        assert!(shown.contains(r"$'caf\303\251.jpg'"), "{locale:?}: {shown}");
    }
}

fn a_bar_is_drawn_where_nothing_else_is(terminal: &Terminal) {
    let clears = "\x1b[2K";
    for line in ["-o a.jsonl", "--json > b.jsonl", "--resume c.jsonl"] {
        let shown = terminal.shows(&format!("classify -r . {line}"), &[]);
        assert!(shown.contains(clears), "{line}: {shown:?}");
        assert!(shown.contains("2 pictures in "), "{line}: {shown:?}");
    }
    let shown = terminal.shows("classify -r . -o a.jsonl", &[]);
    assert!(!shown.contains(" \x1b[2K"), "the cursor rests at the start of the bar: {shown:?}");
    for line in ["| cat", "--json", "--json | cat", "--json -o /dev/stdout | cat", "-o a.jsonl --no-progress"]
    {
        let shown = terminal.shows(&format!("classify -r . {line}"), &[]);
        assert!(!shown.contains(clears), "{line}: {shown:?}");
    }
}

fn a_dumb_terminal_gets_plain_text(terminal: &Terminal) {
    for dumb in [("TERM", "dumb"), ("TERM", "")] {
        let shown = terminal.shows("classify -r .; classify -r . -o a.jsonl", &[dumb]);
        assert!(shown.contains("b.jpg") && !shown.contains('\x1b'), "{dumb:?}: {shown:?}");
    }
}

fn colour_can_be_declined(terminal: &Terminal) {
    let line = "classify b.jpg gone.jpg";
    assert!(terminal.shows(line, &[]).contains("\x1b[1mb.jpg\x1b[0m\n"));
    for declined in [("NO_COLOR", "1"), ("CLICOLOR", "0")] {
        assert!(!terminal.shows(line, &[declined]).contains('\x1b'), "{declined:?}");
    }
    assert!(!terminal.shows(&format!("{line} --color never"), &[("CLICOLOR_FORCE", "1")]).contains('\x1b'));
}

/// `script` types the end of the input.
fn what_is_waited_for_is_said(terminal: &Terminal) {
    for (line, words) in [
        ("-", "waiting for the bytes of a picture on stdin; Ctrl-C ends it\n"),
        ("/dev/stdin", "waiting for the bytes of a picture on stdin"),
        ("--files-from -", "waiting for paths, one per line, on stdin"),
        ("--files-from - -0 --dry-run", "waiting for paths, each ended by a zero byte, on stdin"),
    ] {
        let shown = terminal.shows(&format!("classify {line} --color never"), &[]);
        assert!(shown.contains(words), "{line}: {shown}");
        let shown = terminal.shows(&format!("classify {line} < /dev/null"), &[]);
        assert!(!shown.contains("waiting"), "{line}: {shown}");
    }
}

/// Every word is there, and commands to copy stay on one line.
fn messages_break_between_words(terminal: &Terminal) {
    for line in [
        "classify b.jpg --res 100 -q -o a.jsonl; classify b.jpg --res 100 -o a.jsonl --no-progress",
        "\"$MNET\" classify b.jpg --model v9",
        "\"$MNET\" classify --modle x b.jpg --alpha 0.75 --res 160 --top 3",
        "classify gone.jpg gone-too.jpg b.jpg -o a.jsonl --no-progress",
        "\"$MNET\" models pull someone/art --endpoint http://127.0.0.1:1",
    ] {
        let [narrow, wide] = [40, 300]
            .map(|columns| terminal.shows(&format!("stty cols {columns}; {line}"), &[("NO_COLOR", "1")]));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&narrow), words(&wide), "{line}");
        assert!(narrow.lines().count() > wide.lines().count(), "{line}: {narrow}");
        for line in narrow.lines().filter(|line| !line.starts_with("  try: ")) {
            assert!(line.width() <= 40, "{line}");
        }
        let commands = |text: &str| text.matches("  try: ").count();
        assert!(
            wide.lines()
                .all(|line| !line.starts_with("  try: ") || narrow.lines().any(|other| other == line))
        );
        assert_eq!(commands(&narrow), commands(&wide));
    }
    let shown = terminal.shows("stty cols 40; \"$MNET\" models list --family v9", &[]);
    assert!(
        shown.contains("`v9` (there\n      are v1, v2"),
        "the second line stands under the first: {shown}"
    );
}

fn tables_break_between_columns(terminal: &Terminal) {
    let list = |columns: usize| {
        terminal.shows(&format!("stty cols {columns}; \"$MNET\" models list --family v2"), &[])
    };
    let (narrow, wide) = (list(40), list(200));
    assert!(narrow.starts_with("name                            alpha\n    res   top-1   params  Mult-Adds\n    licence     cached\n"), "{narrow}");
    assert!(narrow.lines().all(|line| line.width() <= 40), "{narrow}");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&narrow), words(&wide));
    let piped = terminal.shows("stty cols 40; \"$MNET\" models list --family v2 | cat", &[]);
    assert_eq!(piped, wide, "a row for each checkpoint");
    let shown = terminal.shows("stty cols 60; \"$MNET\" models show v3-small", &[]);
    assert!(shown.contains("(timm,\n              results-imagenet.csv"), "{shown}");
    assert!(shown.lines().all(|line| line.width() <= 60), "{shown}");
}

fn tables_leave_out_columns(terminal: &Terminal) {
    for (command, kept, left_out) in [
        ("inspect v1", "Mult-Adds", "weights"),
        ("choose --family v2 --res 96 --min-top1 40", "top-1", "size"),
    ] {
        let shown = |line: &str| terminal.shows(&format!("\"$MNET\" {command} -q{line}"), &[]);
        let narrow = shown("");
        let table: Vec<_> = narrow.lines().filter(|line| !line.starts_with("mnet ")).collect();
        assert!(table.iter().all(|line| line.width() <= 80), "{narrow}");
        assert!(table[0].contains(kept) && !table[0].contains(left_out), "{narrow}");
        let piped = shown(" | cat");
        assert!(piped.lines().next().unwrap().contains(left_out), "{piped}");
    }
}

fn a_report_fits_a_narrow_terminal(terminal: &Terminal) {
    // Without kernels there is no self-test.
    let environment = [("MNET_ISA", "z80"), ("HF_HUB_CACHE", "/nowhere/é")];
    let shown = terminal.shows("stty cols 40; \"$MNET\" doctor --offline --color never", &environment);
    for line in shown.lines().filter(|line| line.width() > 40) {
        let value: String = line.chars().skip(18).collect();
        assert!(line.starts_with("  try ") || !value.contains(' '), "{line:?} in {shown}");
    }
    assert!(shown.contains("\n                  "), "{shown}");
    let ascii =
        terminal.shows("\"$MNET\" doctor --offline", &[("LC_ALL", "C"), environment[0], environment[1]]);
    assert!(ascii.is_ascii() && ascii.contains("/nowhere/\\u{e9}"), "{ascii}");
}
