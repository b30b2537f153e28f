//! Files that someone else wrote: configurations, labels, tokens, certificates, weights.
//!
//! `std::fs::read` waits for ever on a named pipe and takes all memory for `/dev/zero` or a huge file.

use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The regular file at `path`, of at most `limit` bytes, and how many it says that it has.
///
/// # Errors
/// If it is not a regular file, or a link to one, which is found out before it is opened; if it is larger; or if it
/// cannot be opened.
pub(crate) fn open(path: &Path, limit: u64) -> io::Result<(File, u64)> {
    refuse_special(fs::metadata(path)?.file_type())?;
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    // Another file may have taken the name meanwhile.
    refuse_special(metadata.file_type())?;
    if metadata.len() > limit {
        return Err(too_large(&format!("it has {} bytes", metadata.len()), limit));
    }
    Ok((file, metadata.len()))
}

/// The content of the regular file at `path`, of at most `limit` bytes.
///
/// # Errors
/// As for [`open`], if it is cut short while it is read, and if it cannot be read.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (file, promised) = open(path, limit)?;
    read_promised(file, promised, limit)
}

fn too_large(found: &str, limit: u64) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("{found}, expected at most {limit} bytes"))
}

/// The content of `file`, which said that it has `promised` bytes.
fn read_promised(file: impl Read, promised: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    content.try_reserve_exact(usize::try_from(promised).unwrap_or(usize::MAX))?;
    // The length is not the last word: files in /proc say 0, and a file can grow.
    file.take(limit.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(too_large(&format!("it has more than {limit} bytes"), limit));
    }
    if (content.len() as u64) < promised {
        let message = format!("it was cut short while it was read: {} of {promised} bytes", content.len());
        return Err(io::Error::new(ErrorKind::UnexpectedEof, message));
    }
    Ok(content)
}

/// The text of the regular file at `path`, of at most `limit` bytes.
///
/// # Errors
/// As for [`read`], and if it is not UTF-8.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?)
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, format!("not UTF-8 text: {error}")))
}

/// Refuses what is not a regular file.
///
/// # Errors
/// With what it is instead.
pub(crate) fn refuse_special(kind: FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    let (error, found) = if kind.is_dir() {
        (ErrorKind::IsADirectory, "a directory")
    } else {
        (ErrorKind::InvalidInput, special(kind))
    };
    Err(io::Error::new(error, format!("it is {found}, expected a regular file")))
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special(_kind: FileType) -> &'static str {
    "something else"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(test: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("mnet-regular-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = folder("limit");
        let path = folder.join("config.json");
        fs::write(&path, "{}").unwrap();
        assert_eq!(read(&path, 2).unwrap(), b"{}");
        assert_eq!(read_text(&path, u64::MAX).unwrap(), "{}");
        let error = read(&path, 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it has 2 bytes, expected at most 1 bytes");
        fs::write(&path, b"\xff").unwrap();
        assert_eq!(read_text(&path, 9).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(read(&folder.join("none"), 9).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read(&folder, 9).unwrap_err().to_string(), "it is a directory, expected a regular file");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_is_cut_short_is_refused_and_one_that_grew_is_read() {
        let error = read_promised(&b"half"[..], 8, 9).unwrap_err();
        assert_eq!(error.to_string(), "it was cut short while it was read: 4 of 8 bytes");
        assert_eq!(read_promised(&b"whole"[..], 4, 9).unwrap(), b"whole");
        // More than there is memory: an error, and not the end of the process.
        let error = read_promised(&b""[..], u64::MAX, u64::MAX).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    }

    /// Any of these would wait for ever or take all memory if it were opened and read.
    #[cfg(unix)]
    #[test]
    fn pipes_devices_and_links_to_them_are_refused() {
        let folder = folder("special");
        let (pipe, link, socket) = (folder.join("pipe"), folder.join("link"), folder.join("socket"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, kind) in [(&pipe, "pipe"), (&link, "device"), (&socket, "socket")] {
            let expected = format!("it is a {kind}, expected a regular file");
            assert_eq!(read(path, 9).unwrap_err().to_string(), expected);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    /// Files in /proc say that they are empty.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_does_not_know_its_length_is_limited_too() {
        let path = Path::new("/proc/self/status");
        assert!(read_text(path, 1 << 20).unwrap().starts_with("Name:"));
        let error = read(path, 10).unwrap_err();
        assert_eq!(error.to_string(), "it has more than 10 bytes, expected at most 10 bytes");
    }
}
