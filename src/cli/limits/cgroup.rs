//! Control groups of Linux (cgroups): in which folders the limits of this process lie.

use std::fs;
use std::path::{Path, PathBuf};

/// One hierarchy of groups.
pub(super) struct Hierarchy {
    /// A controller that `/proc/self/cgroup` names in its line; empty for version 2.
    pub(super) controller: &'static str,
    /// Where it is mounted.
    pub(super) mount: &'static str,
}

impl Hierarchy {
    /// The folder of this process's group, then those of the groups that it is in. In a container its path may be that of the
    /// host; what is mounted is then its own.
    pub(super) fn groups(&self, root: &Path) -> Vec<PathBuf> {
        let text = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
        let mount = root.join(self.mount);
        let own = text.lines().find_map(|line| {
            let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
            controllers.split(',').any(|controller| controller == self.controller).then_some(path)
        });
        let Some(own) = own else { return vec![] };
        let group = mount.join(own.trim_start_matches('/'));
        group.ancestors().take_while(|group| group.starts_with(&mount)).map(Path::to_owned).collect()
    }
}
