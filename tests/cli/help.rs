//! Help, man pages and completions, as users read them.

use std::fs;

use super::{Mnet, Run};

/// The man pages in a folder of their own.
fn man_pages() -> (Mnet, Vec<String>) {
    let mnet = Mnet::new();
    mnet.run(["generate", "man", "."]).succeeded();
    let files =
        fs::read_dir(mnet.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = files.filter_map(|file| file.strip_suffix(".1").map(str::to_owned)).collect();
    names.sort();
    assert!(names.len() >= 11, "{names:?}");
    (mnet, names)
}

/// All commands, by the words that name them; the program itself has none.
fn commands() -> Vec<String> {
    let words = |name: &String| name.replace('-', " ").split_off("mnet".len());
    man_pages().1.iter().map(words).collect()
}

/// The help of a command on a screen of this width.
fn help(command: &str, flag: &str, width: usize) -> String {
    let words = command.split_whitespace().chain([flag]);
    Run::of(Mnet::new().command(words).env("COLUMNS", width.to_string())).succeeded().stdout
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for command in &commands() {
        for flag in ["-h", "--help"] {
            for width in [40, 60, 80, 100, 120] {
                for line in help(command, flag, width).lines() {
                    // clap does not break the usage.
                    let is_usage = width == 40 && line.starts_with("Usage: ");
                    assert!(line.chars().count() <= width || is_usage, "{command} {flag} {width}: {line}");
                }
            }
        }
    }
}

#[test]
fn short_help_fits_a_screen() {
    for command in commands() {
        let lines = help(&command, "-h", 80).lines().count();
        assert!(lines <= 40, "{command}: {lines}");
    }
}

#[test]
fn help_says_where_more_is() {
    for (command, short, page) in [
        ("", "mnet --help", "man mnet"),
        ("classify", "mnet help classify", "man mnet-classify"),
        ("models list", "mnet help models list", "man mnet-models-list"),
    ] {
        let more = help(command, "-h", 80);
        assert!(more.contains(&format!("More: {short}, {page}\n")), "{more}");
        assert!(help(command, "--help", 80).contains(&format!("More: {page},")), "{command}");
    }
}

#[test]
fn help_names_no_page_that_does_not_exist() {
    for flag in ["-h", "--help"] {
        let help = Mnet::new().run(["complete", flag]).succeeded().stdout;
        assert!(!help.contains("man mnet") && help.contains("More: mnet --help"), "{help}");
    }
}

#[test]
fn the_environment_is_listed_once() {
    let help = help("", "--help", 80);
    let (_, environment) = help.split_once("\nEnvironment:\n").unwrap();
    let names =
        ["HF_HUB_CACHE", "HF_TOKEN", "https_proxy, HTTPS_PROXY", "SSL_CERT_FILE", "MNET_ISA", "NO_COLOR"];
    for name in names {
        let lines =
            environment.lines().filter(|line| line.trim() == name || line.contains(&format!("{name} (--")));
        assert_eq!(lines.count(), 1, "{name} in {environment}");
    }
}

#[test]
fn man_pages_have_the_sections_that_people_look_for() {
    let (mnet, names) = man_pages();
    for name in names {
        let page = fs::read_to_string(mnet.path().join(format!("{name}.1"))).unwrap();
        let title = format!(
            ".TH {} 1 \"\" \"mnet {}\" \"User Commands\"\n.ad l\n",
            name.to_uppercase(),
            env!("CARGO_PKG_VERSION")
        );
        assert!(page.contains(&title), "{page}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES", "\"SEE ALSO\""]
        {
            assert_eq!(page.matches(&format!(".SH {section}\n")).count(), 1, "{section} in {name}");
        }
        // A page that does not exist, a second preamble, a blank line, a letter that troff has to be told of.
        for never in ["mnet\\-help", "EXTRA", "\n\n"] {
            assert!(!page.contains(never), "{never:?} in {name}");
        }
        assert_eq!(page.matches(".el .ds Aq").count(), 1, "{name}");
        assert!(page.is_ascii(), "{name}");
    }
    let page = fs::read_to_string(mnet.path().join("mnet-classify.1")).unwrap();
    for part in
        [".SH EXAMPLES\n", ".SH \"EXIT STATUS\"\n", ".nf\nmnet classify photo.jpg\n.fi\n", "Refuse pictures"]
    {
        assert!(page.contains(part), "{part}");
    }
}

/// What bash replaces the last word of `line` by.
#[cfg(unix)]
fn complete_in_bash(line: &str) -> Vec<String> {
    use std::path::Path;
    use std::process::Command;

    let mnet = Mnet::new();
    let script = mnet.run(["generate", "complete-bash"]).succeeded().stdout;
    let word = line.rsplit([' ', '=', '\'']).next().unwrap();
    let ask = "COMP_LINE=$1 COMP_POINT=${#1}; _mnet mnet \"$2\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let folder = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("{script}\n{ask}"), "bash", line, word]).env("PATH", path);
    Run::of(&mut bash).stdout.lines().map(str::to_owned).collect()
}

#[test]
#[cfg(unix)]
fn bash_completes_names() {
    for (line, expected) in [
        ("mnet classify x.jpg --only 'carpenter", vec!["carpenter's kit, tool kit", "carpenter's plane"]),
        ("mnet classify x.jpg --only=Egyp", vec!["Egyptian cat"]),
        ("mnet classify --format js", vec!["jsonl"]),
        ("mnet models v", vec!["verify"]),
    ] {
        let found: Vec<_> = complete_in_bash(line).into_iter().filter(|word| !word.is_empty()).collect();
        assert_eq!(found, expected, "{line}");
    }
}

/// fish offers files itself, by what is typed of their names. Where it is not installed, there is nothing to test.
#[test]
#[cfg(unix)]
fn fish_completes_files_within_quotes() {
    use std::path::Path;
    use std::process::Command;

    let mnet = Mnet::new();
    let script = mnet.run(["generate", "complete-fish"]).succeeded().stdout;
    for file in ["my names.txt", "it's.txt"] {
        fs::write(mnet.path().join(file), "").unwrap();
    }
    let folder = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    for (line, expected) in [
        ("mnet classify 'my n", "my names.txt"),
        ("mnet classify \"my n", "my names.txt"),
        ("mnet classify my\\ n", "my names.txt"),
        ("mnet classify \"it'", "it's.txt"),
        ("mnet classify --labels 'my", "my names.txt"),
        ("mnet classify --labels='my", "--labels=my names.txt"),
        ("mnet classify my", "my names.txt"),
    ] {
        let mut fish = Command::new("fish");
        fish.args(["--no-config", "-c", &format!("{script}\ncomplete -C $argv[1]"), line]);
        fish.current_dir(mnet.path()).env("HOME", mnet.path()).env("PATH", &path);
        let Ok(output) = fish.output() else { return };
        let found = Run::from(output).stdout;
        assert_eq!(found.trim_end(), expected, "{line}");
    }
}

#[test]
fn completing_reads_nothing_but_the_cache() {
    let mnet = Mnet { endpoint: Some("http://127.0.0.1:1".into()), ..Mnet::new() };
    fs::create_dir_all(mnet.path().join(".cache/huggingface/hub/models--someone--art/snapshots")).unwrap();
    for line in ["mnet classify -m some", "mnet models rm some"] {
        assert!(
            mnet.run(["complete", "--", line]).succeeded().stdout.contains("someone/art\tin the cache\n")
        );
    }
}
