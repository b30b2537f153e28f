//! How many processors this process may use, and what keeps it from using all.

use std::fs;
use std::path::Path;
use std::thread;

use serde::Serialize;

use super::cgroup::Hierarchy;

/// Processors, and the bounds on them that are known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(in crate::cli) struct Processors {
    /// Of this machine.
    pub(in crate::cli) online: Option<usize>,
    /// Those that this process may run on (taskset, cpuset).
    pub(in crate::cli) affinity: Option<usize>,
    /// Processor time that its cgroups allow, as a number of processors.
    pub(in crate::cli) quota: Option<f64>,
    /// What the system says when all is counted.
    pub(in crate::cli) usable: usize,
}

impl Processors {
    /// As they are now.
    pub(in crate::cli) fn now() -> Self {
        Self::under(Path::new("/"), thread::available_parallelism().map_or(1, Into::into))
    }

    /// By the files of the kernel under `root`.
    fn under(root: &Path, usable: usize) -> Self {
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
        let status = read("proc/self/status");
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let quotas = VERSIONS.iter().flat_map(|version| {
            version.hierarchy.groups(root).into_iter().filter_map(|group| (version.quota)(&group))
        });
        Self {
            online: count(&read("sys/devices/system/cpu/online")),
            affinity: allowed.and_then(count),
            quota: quotas.reduce(f64::min),
            usable,
        }
    }

    /// What the number of usable ones follows from, for a sentence.
    pub(in crate::cli) fn reason(&self) -> &'static str {
        let is_usable = |bound: Option<usize>| bound == Some(self.usable);
        let quota = self.quota.map(|quota| (quota as usize).max(1));
        if is_usable(self.online) {
            "all processors of this machine"
        } else if is_usable(self.affinity) {
            "the processors of its affinity (taskset, cpuset)"
        } else if is_usable(quota) {
            "the processor time that its cgroup allows"
        } else {
            "what the system says"
        }
    }
}

/// A version of control groups, and how a group of it states its quota.
struct Version {
    hierarchy: Hierarchy,
    quota: fn(&Path) -> Option<f64>,
}

const VERSIONS: [Version; 2] = [
    Version {
        hierarchy: Hierarchy { controller: "", mount: "sys/fs/cgroup" },
        quota: |group| {
            let text = fs::read_to_string(group.join("cpu.max")).ok()?;
            let (quota, period) = text.trim().split_once(' ')?;
            ratio(quota, period)
        },
    },
    Version {
        hierarchy: Hierarchy { controller: "cpu", mount: "sys/fs/cgroup/cpu" },
        quota: |group| {
            let read = |name: &str| fs::read_to_string(group.join(name)).ok();
            ratio(&read("cpu.cfs_quota_us")?, &read("cpu.cfs_period_us")?)
        },
    },
];

/// Processors for a quota of microseconds in each period; `None` without a limit, which is `max` or -1.
fn ratio(quota: &str, period: &str) -> Option<f64> {
    let [quota, period] = [quota, period].map(|text| text.trim().parse::<f64>().ok().filter(|us| *us > 0.0));
    Some(quota? / period?)
}

/// How many numbers `0-3,8` lists.
fn count(list: &str) -> Option<usize> {
    let lengths = list.trim().split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let [first, last] = [first, last].map(|number| number.parse::<usize>().ok());
        Some(last?.checked_sub(first?)? + 1)
    });
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, files: &[(&str, &str)], usable: usize) -> Processors {
        let root = std::env::temp_dir().join(format!("mnet-processors-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = Processors::under(&root, usable);
        let _ = fs::remove_dir_all(&root);
        found
    }

    const ONLINE: (&str, &str) = ("sys/devices/system/cpu/online", "0-7\n");

    #[test]
    fn a_list_of_processors_is_counted() {
        for (list, expected) in
            [("0\n", Some(1)), ("0-3,8,10-11\n", Some(7)), ("", None), ("3-1", None), ("x", None)]
        {
            assert_eq!(count(list), expected, "{list}");
        }
    }

    #[test]
    fn without_files_of_the_kernel_the_system_is_believed() {
        let processors = found("none", &[], 3);
        assert_eq!((processors.online, processors.affinity, processors.quota), (None, None, None));
        assert_eq!(processors.reason(), "what the system says");
    }

    #[test]
    fn the_bound_that_decides_is_named() {
        let affinity = ("proc/self/status", "Name:\tmnet\nCpus_allowed_list:\t0-1,6\n");
        assert_eq!(found("all", &[ONLINE], 8).reason(), "all processors of this machine");
        assert!(found("affinity", &[ONLINE, affinity], 3).reason().contains("affinity"));
        let quota = [
            ONLINE,
            affinity,
            ("proc/self/cgroup", "0::/a/b\n"),
            ("sys/fs/cgroup/a/b/cpu.max", "max 100000\n"),
            ("sys/fs/cgroup/a/cpu.max", "150000 100000\n"),
        ];
        let processors = found("quota", &quota, 1);
        assert_eq!(processors.quota, Some(1.5));
        assert!(processors.reason().contains("cgroup"));
    }

    #[test]
    fn the_first_version_of_control_groups_counts_too() {
        let files = [
            ("proc/self/cgroup", "4:memory:/x\n3:cpu,cpuacct:/docker/0123\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
        ];
        assert_eq!(found("first", &files, 2).quota, Some(2.0));
        let unlimited = [files[0], ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"), files[2]];
        assert_eq!(found("unlimited", &unlimited, 2).quota, None);
    }
}
