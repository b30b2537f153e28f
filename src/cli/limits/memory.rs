//! How much memory this process may still use: the least of what the machine has, its cgroups allow and its limit on
//! addresses (`ulimit -v`) leaves.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::cgroup::Hierarchy;

/// Where nothing is known.
const UNKNOWN: u64 = 2 << 30;
/// Under less, no photo would fit.
const LEAST: u64 = 64 << 20;

/// Addresses that a thread takes: its stack, and what glibc's allocator reserves for it. Twice, because workers are
/// threads beside the pool's.
const PER_THREAD: u64 = 2 * (66 << 20);

/// Bytes that may still be used, by each bound; `None` for what is not limited, or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Room {
    pub(in crate::cli) machine: Option<u64>,
    pub(in crate::cli) cgroup: Option<u64>,
    /// By the limit on addresses.
    pub(in crate::cli) ulimit_v: Option<u64>,
}

impl Room {
    /// What there is now.
    pub(in crate::cli) fn now() -> Self {
        Self::under(Path::new("/"))
    }

    /// By the files of the kernel under `root`.
    fn under(root: &Path) -> Self {
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
        Self {
            machine: field(&read("proc/meminfo"), "MemAvailable:").map(|kib| kib << 10),
            cgroup: VERSIONS.iter().filter_map(|version| version.available(root)).min(),
            ulimit_v: field(&read("proc/self/limits"), "Max address space").map(|limit| {
                limit.saturating_sub(field(&read("proc/self/status"), "VmSize:").unwrap_or(0) << 10)
            }),
        }
    }

    /// The least of them, and which it is.
    pub(in crate::cli) fn least(self) -> Option<(&'static str, u64)> {
        let bounds = [("machine", self.machine), ("cgroup", self.cgroup), ("ulimit_v", self.ulimit_v)];
        let known = bounds.into_iter().filter_map(|(name, bytes)| Some((name, bytes?)));
        known.min_by_key(|(_, bytes)| *bytes)
    }

    /// Half of it: the rest is for the network, the threads and other processes.
    pub(in crate::cli) fn for_pictures(self) -> u64 {
        (self.least().map_or(2 * UNKNOWN, |(_, bytes)| bytes) / 2).max(LEAST)
    }

    /// For how many threads the limit on addresses leaves room, beside the pictures; `None` if there is no limit. Where more
    /// run, an allocation of any size may fail, which ends the process.
    pub(in crate::cli) fn most_threads(self) -> Option<usize> {
        Some((self.ulimit_v? / 2 / PER_THREAD).max(1) as usize)
    }
}

/// A version of control groups.
struct Version {
    hierarchy: Hierarchy,
    limit: &'static str,
    used: &'static str,
    /// Of these bytes, those that the kernel gives up first, because files hold them too.
    cached: [&'static str; 2],
}

const VERSIONS: [Version; 2] = [
    Version {
        hierarchy: Hierarchy { controller: "", mount: "sys/fs/cgroup" },
        limit: "memory.max",
        used: "memory.current",
        cached: ["inactive_file", "active_file"],
    },
    Version {
        hierarchy: Hierarchy { controller: "memory", mount: "sys/fs/cgroup/memory" },
        limit: "memory.limit_in_bytes",
        used: "memory.usage_in_bytes",
        cached: ["total_inactive_file", "total_active_file"],
    },
];

impl Version {
    /// What the groups of this process leave.
    fn available(&self, root: &Path) -> Option<u64> {
        self.hierarchy.groups(root).iter().filter_map(|group| self.left(group)).min()
    }

    /// What the limit of one group leaves; `None` if it has none.
    fn left(&self, group: &Path) -> Option<u64> {
        let read = |name: &str| fs::read_to_string(group.join(name)).ok();
        // A group without a limit says `max`, and in version 1 the largest number of whole pages.
        let limit = read(self.limit)?.trim().parse().ok().filter(|limit: &u64| *limit < 1 << 60)?;
        let used: u64 = read(self.used)?.trim().parse().ok()?;
        let stat = read("memory.stat").unwrap_or_default();
        let cached = self.cached.iter().filter_map(|name| field(&stat, &format!("{name} "))).sum();
        Some(limit.saturating_sub(used.saturating_sub(cached)))
    }
}

/// The number after `name` at the start of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    /// What is available with these files under the root.
    fn found(name: &str, files: &[(&str, &str)]) -> Option<u64> {
        let root = std::env::temp_dir().join(format!("mnet-memory-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = Room::under(&root).least().map(|(_, bytes)| bytes);
        let _ = fs::remove_dir_all(&root);
        found
    }

    const MACHINE: (&str, &str) = (
        "proc/meminfo",
        "MemTotal:       24684084 kB\nMemFree:         100 kB\nMemAvailable:    8388608 kB\n",
    );

    #[test]
    fn the_machine_and_the_limit_on_addresses() {
        assert_eq!(found("none", &[]), None);
        assert_eq!(found("machine", &[MACHINE]), Some(8192 * MIB));
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max address space         2147483648           unlimited            bytes     \n";
        let status = ("proc/self/status", "Name:\tmnet\nVmPeak:\t  300000 kB\nVmSize:\t  204800 kB\n");
        assert_eq!(found("limit", &[MACHINE, ("proc/self/limits", limits), status]), Some(1848 * MIB));
        let unlimited = limits.replace("2147483648", "unlimited");
        assert_eq!(
            found("unlimited", &[MACHINE, ("proc/self/limits", &unlimited), status]),
            Some(8192 * MIB)
        );
    }

    #[test]
    fn a_group_and_those_it_is_in_count() {
        let group = ("proc/self/cgroup", "0::/a/b\n");
        let files = [
            MACHINE,
            group,
            ("sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("sys/fs/cgroup/a/b/memory.current", "1\n"),
            ("sys/fs/cgroup/a/memory.max", "1073741824\n"),
            ("sys/fs/cgroup/a/memory.current", "943718400\n"),
            (
                "sys/fs/cgroup/a/memory.stat",
                "anon 1\nfile 3\ninactive_file 419430400\nactive_file 104857600\n",
            ),
        ];
        // 1024 - (900 - 500) MiB: files are given up first.
        assert_eq!(found("groups", &files), Some(624 * MIB));
    }

    #[test]
    fn a_container_sees_its_own_group_at_the_mount() {
        let files = [
            MACHINE,
            ("proc/self/cgroup", "9:name=systemd:/x\n4:memory:/docker/0123\n0::/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "134217728\n"),
        ];
        assert_eq!(found("container", &files), Some(384 * MIB));
        let unlimited = ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        let files = [files[0], files[1], unlimited, files[3]];
        assert_eq!(found("unlimited-group", &files), Some(8192 * MIB));
    }
}
