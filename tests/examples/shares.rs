//! The commands in the README files of `examples/slurm` and `examples/parallel`, with a stub in place of Slurm.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::Value;

use crate::support::checkpoint;
use crate::support::program::Run;
use crate::support::scratch::Scratch;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("slurm_tasks_answer_every_photo_once", slurm),
        Trial::test("slurm_tasks_that_were_killed_are_submitted_again", slurm_again),
        Trial::test("slurm_tasks_of_another_number_are_refused", slurm_refuses),
        Trial::ignorable_test("parallel_processes_answer_every_photo_once", parallel),
    ]
}

/// Stands for Slurm: runs the tasks of an array one after the other. As there, `--array` on the command line is stronger than in
/// the script.
const SBATCH: &str = r#"#!/bin/bash
words=() array=
for word; do
    case $word in --array=*) array=${word#*=} ;; *) words+=("$word") ;; esac
done
setting() { sed -n "s/^#SBATCH --$1=//p" "${words[0]}"; }
array=${array:-$(setting array)}
case $array in *-*) tasks=$(seq "${array%-*}" "${array#*-}") ;; *) tasks=${array//,/ } ;; esac
export SLURM_ARRAY_TASK_COUNT=$(wc -w <<< $tasks) SLURM_CPUS_PER_TASK=$(setting cpus-per-task)
for task in $tasks; do SLURM_ARRAY_TASK_ID=$task bash "${words[@]}" || exit; done
"#;

/// mnet with a tiny network, as these tests are not about answers.
const MNET: &str = "#!/bin/sh\nexec \"$MNET\" \"$@\" --model \"$HOME/model\"\n";

const PHOTOS: usize = 40;

/// A folder with an example, photos as files and in tar files, and the programs that it calls.
struct World {
    home: Scratch,
}

impl World {
    fn new(example: &str) -> io::Result<Self> {
        let home = Scratch::new();
        let path = |name: &str| home.path().join(name);
        checkpoint::tiny(&path("model"), &["dark", "light"]);
        for folder in ["bin", "work/photos/more", "work/shards"] {
            fs::create_dir_all(path(folder))?;
        }
        for (name, text) in [("sbatch", SBATCH), ("mnet", MNET)] {
            let program = path("bin").join(name);
            fs::write(&program, text)?;
            fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
        }
        for number in 0..PHOTOS {
            let name = if number % 3 == 0 { format!("more/{number}.pgm") } else { format!("{number}.pgm") };
            let picture = if number % 9 == 4 { b"broken".to_vec() } else { picture(number as u8) };
            fs::write(path("work/photos").join(name), picture)?;
        }
        for entry in fs::read_dir(source(example))? {
            let entry = entry?;
            fs::copy(entry.path(), path("work").join(entry.file_name()))?;
        }
        Ok(Self { home })
    }

    fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// A line of a shell in the folder.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new("bash");
        let path = std::env::var("PATH").unwrap_or_default();
        command.args(["-c", line]).current_dir(self.work());
        command.env("PATH", format!("{}:{path}", self.home.path().join("bin").display()));
        command.env("MNET", env!("CARGO_BIN_EXE_mnet")).env("HOME", self.home.path());
        command
    }

    fn run(&self, line: &str) -> Run {
        Run::of(&mut self.command(line))
    }

    /// The lines of the files that match `pattern`.
    fn lines(&self, pattern: &str) -> String {
        self.run(&format!("cat {pattern}")).succeeded().stdout
    }

    /// Each path with its record but for the times, of which there is one.
    fn records(&self, pattern: &str) -> BTreeMap<String, Value> {
        let mut records = BTreeMap::new();
        for line in self.lines(pattern).lines() {
            let mut record: Value = serde_json::from_str(line).unwrap();
            record.as_object_mut().unwrap().remove("ms");
            let path = record["path"].as_str().unwrap().to_owned();
            assert!(records.insert(path, record).is_none(), "two of {line}");
        }
        records
    }

    /// The records of one process that takes all `inputs`.
    fn whole(&self, inputs: &str) -> BTreeMap<String, Value> {
        let line = format!("mnet classify {inputs} --json --exit-zero > ../whole.jsonl");
        self.run(&line).succeeded();
        self.records("../whole.jsonl")
    }
}

/// A picture of 16 pixels.
fn picture(level: u8) -> Vec<u8> {
    [b"P5 4 4 255\n".to_vec(), vec![level; 16]].concat()
}

fn source(example: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example)
}

/// The commands of the README of an example, block by block.
fn commands(example: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(source(example).join("README.md")).unwrap();
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands =
        |block: &str| block.lines().map(|line| line.strip_prefix("$ ").unwrap().to_owned()).collect();
    blocks.map(commands).collect()
}

fn run_all(world: &World, block: &[String]) {
    for command in block {
        world.run(command).succeeded();
    }
}

fn slurm() -> Result<(), Failed> {
    let world = World::new("slurm")?;
    run_all(&world, &commands("slurm")[0]);
    let whole = world.whole("photos -r -k 1");
    assert_eq!(whole.len(), PHOTOS);
    assert_eq!(world.records("answers/*-of-7.jsonl"), whole);
    assert_eq!(world.records("labels.jsonl"), whole);
    Ok(())
}

/// Kills the task once its file has an answer. It may have been quick.
fn kill_in_mid_run(world: &World, task: usize, signal: &str) {
    let script = "exec bash job.sh photos answers -k 1";
    let mut command = world.command(script);
    command.env("SLURM_ARRAY_TASK_ID", task.to_string()).env("SLURM_ARRAY_TASK_COUNT", "7");
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let file = world.work().join(format!("answers/{task}-of-7.jsonl"));
    while !fs::metadata(&file).is_ok_and(|file| file.len() > 0) {
        assert!(child.try_wait().unwrap().is_none_or(|status| status.success()));
        thread::sleep(Duration::from_millis(5));
    }
    // The script becomes mnet, so the signal reaches it.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    child.wait().unwrap();
}

fn slurm_again() -> Result<(), Failed> {
    let world = World::new("slurm")?;
    let whole = world.whole("photos -r -k 1");
    kill_in_mid_run(&world, 2, "-KILL");
    kill_in_mid_run(&world, 5, "-TERM");
    // What a full disk or a power failure leaves: half a line.
    let file = world.work().join("answers/2-of-7.jsonl");
    let written = fs::read(&file)?;
    fs::write(&file, &written[..written.len() - 9])?;
    // All tasks are submitted, and two of them again.
    let blocks = commands("slurm");
    run_all(&world, &blocks[0]);
    assert_eq!(world.records("answers/*-of-7.jsonl"), whole);
    let before = world.lines("answers/*-of-7.jsonl");
    fs::write(&file, &written[..written.len() - 9])?;
    run_all(&world, &blocks[1]);
    assert_eq!(world.records("answers/*-of-7.jsonl"), whole);
    // Nothing is left to do.
    run_all(&world, &blocks[1]);
    assert_eq!(world.lines("answers/*-of-7.jsonl").lines().count(), before.lines().count());
    Ok(())
}

fn slurm_refuses() -> Result<(), Failed> {
    let world = World::new("slurm")?;
    world.run("sbatch job.sh photos answers").succeeded();
    // Slurm counts two tasks.
    let run = world.run("sbatch --array=0,1 job.sh photos answers");
    run.failed(2, &["answers/0-of-7.jsonl is a share of another number than 2; set SHARES"]);
    world.run("sbatch --array=1-7 job.sh photos others").failed(2, &["--array=0-6"]);
    Ok(())
}

fn parallel() -> Result<Completion, Failed> {
    let is_there = Command::new("parallel").arg("--version").output().is_ok_and(|run| run.status.success());
    if !is_there && std::env::var_os("MNET_REQUIRE_TOOLS").is_none() {
        return Ok(Completion::ignored_with("GNU parallel is missing"));
    }
    let world = World::new("parallel")?;
    let blocks = commands("parallel");
    let whole = world.whole("photos -r");
    run_all(&world, &blocks[0]);
    assert_eq!(world.records("share-*.jsonl"), whole);
    assert_eq!(world.records("labels.jsonl"), whole);
    // A share that was not finished.
    let file = world.work().join("share-3.jsonl");
    let written = fs::read(&file)?;
    fs::write(&file, &written[..written.len() / 2])?;
    run_all(&world, &blocks[0]);
    assert_eq!(world.records("share-*.jsonl"), whole);
    if cfg!(feature = "tar") {
        world.run("cd photos && tar -cf ../shards/a.tar more && tar -cf ../shards/b.tar [0-9]*").succeeded();
        run_all(&world, &blocks[1]);
        let records = world.records("[ab].jsonl");
        assert_eq!(records, world.whole("shards/a.tar shards/b.tar"));
        assert_eq!(records.len(), PHOTOS);
    }
    Ok(Completion::Completed)
}
