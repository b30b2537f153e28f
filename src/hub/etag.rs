//! Entity tags of the hub: the hash of the content, which is also the name of its blob in the cache.
//!
//! Own code, because `hf-hub` uses a tag as a file name without checking what it is, and never hashes what it
//! downloads.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// A tag that is safe as a file name and can be checked against the content: 64 hexadecimal digits are the
/// SHA-256 of a large file (LFS, Xet), 40 the git blob hash of a small one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Etag(String);

impl Etag {
    /// Parses an `ETag` or `X-Linked-Etag` header, `"…"` or `W/"…"`; `None` if it is neither of the two
    /// hashes.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let hash = header.trim().trim_start_matches("W/").trim_matches('"');
        let is_hash =
            matches!(hash.len(), 40 | 64) && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| Self(hash.to_owned()))
    }

    /// The hash, in lower-case hexadecimal digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash of the file at `path`, of the same kind as this one.
    pub(super) fn of_file(&self, path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if self.0.len() == 64 {
            return hash(&mut file, Sha256::new());
        }
        // git hashes `blob SIZE\0CONTENT`.
        let header = format!("blob {}\0", file.metadata()?.len());
        hash(&mut file, Sha1::new_with_prefix(header))
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn hash(file: &mut File, mut hasher: impl Digest) -> io::Result<Etag> {
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => hasher.update(&buffer[..length]),
        }
    }
    let digest = hasher.finalize();
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(Etag(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_are_tags() {
        let sha256 = "a".repeat(64);
        for header in [sha256.clone(), format!("\"{sha256}\""), format!("W/\"{sha256}\"")] {
            assert_eq!(Etag::parse(&header).unwrap().as_str(), sha256);
        }
        for header in
            ["", "../../x", "\"\"", &"A".repeat(40), &"g".repeat(40), &"a".repeat(41), &"a".repeat(32)]
        {
            assert_eq!(Etag::parse(header), None, "{header}");
        }
    }

    #[test]
    fn hashes_are_those_of_git_and_sha256sum() {
        let path = std::env::temp_dir().join(format!("mnet-etag-{}", std::process::id()));
        std::fs::write(&path, "hello\n").unwrap();
        // `git hash-object` and `sha256sum` of the same six bytes.
        for hash in [
            "ce013625030ba8dba906f756967f9e9ca394464a",
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        ] {
            let etag = Etag::parse(hash).unwrap();
            assert_eq!(etag.of_file(&path).unwrap(), etag);
        }
        std::fs::remove_file(&path).unwrap();
    }
}
