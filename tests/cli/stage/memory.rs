//! Its memory does not grow with the number of its inputs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::Child;
use std::thread;

use super::{Stage, folder};

/// Memory in use, in KiB.
fn resident(child: &Child) -> i64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// A run that kept no more than each path would grow by 1.5 MiB. What it does grow by is the allocator's.
#[test]
fn memory_stays_flat() {
    const EARLY: usize = 5_000;
    const LATE: usize = 20_000;
    const GROWTH_KIB: i64 = 1024;
    let mnet = folder();
    let mut stage = Stage::new(&mnet, &["--files-from", "-", "--json", "-k", "1", "-j", "2"]);
    let mut stdin = stage.stdin.take().unwrap();
    let name = |number: usize| {
        // Most inputs fail, each by another name of 130 bytes, because pictures take longer.
        if number.is_multiple_of(4) {
            "a.pgm\n".to_owned()
        } else {
            format!("{}{number:010}\n", "gone/".repeat(24))
        }
    };
    let writer = thread::spawn(move || {
        for number in 0..LATE {
            stdin.write_all(name(number).as_bytes()).unwrap();
        }
        stdin
    });
    let mut seen = BTreeMap::new();
    for number in 1..=LATE {
        stage.line();
        if [EARLY, LATE].contains(&number) {
            seen.insert(number, resident(&stage.child));
        }
    }
    let growth = seen[&LATE] - seen[&EARLY];
    assert!(growth < GROWTH_KIB, "{growth} KiB more after {LATE} inputs than after {EARLY}: {seen:?}");
    drop(writer.join().unwrap());
    assert_eq!(stage.end(true).failed(1, &["15000 of 20000 pictures failed: "]).stdout, "");
}
