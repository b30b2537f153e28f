//! Files that replace others, or nothing, through links or not.

use super::*;

/// An empty folder named after the test, and a target in it that holds "old".
fn target(test: &str) -> (PathBuf, PathBuf) {
    let folder = std::env::temp_dir().join(format!("mnet-atomic-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let target = folder.join("labels.csv");
    fs::write(&target, "old").unwrap();
    (folder, target)
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    fs::read_dir(folder).unwrap().map(name).collect()
}

#[test]
fn a_commit_replaces_the_target_and_leaves_nothing_beside_it() {
    let (folder, target) = target("commit");
    let mut file = AtomicFile::create(&target, "tmp").unwrap();
    file.write_all(b"draft").unwrap();
    file.clear().unwrap();
    file.write_all(b"new").unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    file.commit(&target).unwrap();
    drop(file);
    assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    assert_eq!(names(&folder), ["labels.csv"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_dropped_file_is_removed_and_a_kept_one_is_not() {
    let (folder, target) = target("drop");
    drop(AtomicFile::create(&target, "tmp").unwrap());
    assert_eq!(names(&folder), ["labels.csv"]);
    let mut file = AtomicFile::create(&target, "tmp").unwrap();
    file.write_all(b"part").unwrap();
    let kept = file.keep_partial();
    assert_eq!(fs::read_to_string(&kept).unwrap(), "part");
    assert_eq!(kept.extension(), Some("tmp".as_ref()));
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_failed_commit_leaves_the_file() {
    let (folder, target) = target("failed");
    for in_the_way in ["no/such/folder", "."] {
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"all answers").unwrap();
        assert!(file.commit(&folder.join(in_the_way)).is_err());
        let path = file.path().to_owned();
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "all answers");
        fs::remove_file(path).unwrap();
    }
    assert_eq!(names(&folder), ["labels.csv"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn long_names_are_cut_to_what_file_systems_allow() {
    let (folder, _) = target("long");
    for name in ["x".repeat(224), "x".repeat(255), "é".repeat(127), format!("x{}", "é".repeat(127))] {
        let target = folder.join(&name);
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        file.write_all(b"new").unwrap();
        file.commit(&target).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new", "{name}");
    }
    let unique = unique_name(Path::new("a.b"), "tmp");
    assert_ne!(unique, unique_name(Path::new("a.b"), "tmp"));
    assert_eq!(without_unique_ending(unique.to_str().unwrap(), "tmp"), Some("a.b"));
    for other in ["a.tmp", "a.1-2.tmp", "a.1--2.tmp", "a.1-2-x.tmp", "a.1-2-3.tmp2", "a.1-2-3.jsonl"] {
        assert_eq!(without_unique_ending(other, "tmp"), None, "{other}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_reopened_file_is_continued_at_its_end() {
    let (folder, target) = target("reopen");
    let mut file = AtomicFile::create(&target, "tmp").unwrap();
    file.write_all(b"first ").unwrap();
    let mut file = AtomicFile::reopen(file.keep_partial()).unwrap();
    let mut text = String::new();
    file.read_again().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "first ");
    file.write_all(b"second").unwrap();
    file.commit(&target).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "first second");
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_written() {
    use std::os::unix::fs::symlink;
    let (folder, target) = target("link");
    fs::create_dir(folder.join("disk")).unwrap();
    // Two links, relative, to a file that does not exist yet.
    symlink("second", folder.join("first")).unwrap();
    symlink("disk/new.csv", folder.join("second")).unwrap();
    for link in ["first", "second"] {
        let link = folder.join(link);
        let mut file = AtomicFile::create(&link, "tmp").unwrap();
        assert_eq!(file.path().parent().unwrap(), folder.join("disk"), "the rename stays on one disk");
        file.write_all(b"new").unwrap();
        file.commit(&link).unwrap();
        assert!(link.is_symlink());
    }
    assert_eq!(names(&folder.join("disk")), ["new.csv"]);
    symlink("circle", folder.join("circle")).unwrap();
    assert!(AtomicFile::create(&folder.join("circle"), "tmp").is_err());
    assert_eq!(fs::read_to_string(target).unwrap(), "old");
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_can_be_replaced_itself() {
    let (folder, target) = target("replace-link");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&target, mode).unwrap();
    let link = folder.join("link");
    std::os::unix::fs::symlink("labels.csv", &link).unwrap();
    let mut file = AtomicFile::create_beside(&link, "tmp").unwrap();
    file.write_all(b"new").unwrap();
    file.replace(&link).unwrap();
    assert!(!link.is_symlink());
    assert_eq!(fs::read_to_string(&link).unwrap(), "new");
    assert_eq!(fs::read_to_string(target).unwrap(), "old");
    assert_ne!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&link).unwrap().permissions()) & 0o044,
        0,
        "the permissions are not those of the other file"
    );
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn the_permissions_of_a_replaced_file_stay() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, target) = target("keep-mode");
    for mode in [0o600, 0o640, 0o666, 0o444] {
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
        let mut file = AtomicFile::create(&target, "tmp").unwrap();
        let of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(of(file.path()), mode, "while it is written");
        file.write_all(b"new").unwrap();
        file.commit(&target).unwrap();
        assert_eq!(of(&target), mode);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_new_file_replaces_nothing() {
    let (folder, target) = target("new");
    let mut file = AtomicFile::create(&target, "tmp").unwrap();
    file.write_all(b"new").unwrap();
    assert_eq!(file.commit_new(&target).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    assert_eq!(fs::read_to_string(file.path()).unwrap(), "new", "all there is");
    fs::remove_file(&target).unwrap();
    file.commit_new(&target).unwrap();
    drop(file);
    assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    assert_eq!(names(&folder), ["labels.csv"]);
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_system_without_a_sync_is_no_failure() {
    // EINVAL, ENOSYS and EOPNOTSUPP of Linux, then EIO, ENOSPC and EDQUOT.
    for (number, is_failure) in [(22, false), (38, false), (95, false), (5, true), (28, true), (122, true)] {
        assert_eq!(is_failed_sync(&io::Error::from_raw_os_error(number)), is_failure, "{number}");
    }
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, target) = target("mode");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    let expected = mode(&target);
    let mut file = AtomicFile::create(&target, "tmp").unwrap();
    file.commit(&target).unwrap();
    assert_eq!(mode(&target), expected);
    fs::remove_dir_all(folder).unwrap();
}
