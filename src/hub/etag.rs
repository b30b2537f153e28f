//! Entity tags: the name of a file's content in the cache and, on the hub, its hash.
//!
//! Own code, because `hf-hub` uses a tag as a file name without checking what it is, and never hashes what it
//! downloads.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// A tag that is safe as a file name. 64 hexadecimal digits are the SHA-256 of a large file (LFS, Xet), 40 the git blob
/// hash of a small one or, on some mirrors, the SHA-1 of any file. A tag of another kind, as web servers and object
/// stores make them (`5f3c-61e-1a`, an MD5), says nothing about the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Etag {
    name: String,
    is_hash: bool,
}

/// What servers append to the tag of a file that they could compress. We ask for it as it is.
const CODINGS: [&str; 4] = ["gzip", "br", "zstd", "deflate"];

/// The longest tag, in bytes: as the name of a blob it is extended for unfinished downloads and locks.
const LONGEST: usize = 160;

impl Etag {
    /// Parses an `ETag` or `X-Linked-Etag` header, `"…"` or `W/"…"`; `None` if it would not be safe as a file name.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let tag = header.trim().trim_start_matches("W/").trim_matches('"');
        let plain = CODINGS.iter().find_map(|coding| tag.strip_suffix(coding)?.strip_suffix(['-', ';', ':']));
        let plain = plain.map(|plain| plain.trim_end_matches('-'));
        if let Some(hash) = [Some(tag), plain].into_iter().flatten().find(|tag| is_hash(tag)) {
            return Some(Self { name: hash.to_owned(), is_hash: true });
        }
        let is_safe = |b: u8| b.is_ascii_graphic() && !b"/\\:*?\"<>|".contains(&b);
        let is_name = !tag.is_empty() && !tag.starts_with('.') && !tag.ends_with('.') && tag.len() <= LONGEST;
        (is_name && tag.bytes().all(is_safe)).then(|| Self { name: tag.to_owned(), is_hash: false })
    }

    /// The name of the content in the cache.
    pub(super) fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether the content can be checked against the tag.
    pub(super) fn is_hash(&self) -> bool {
        self.is_hash
    }

    /// Hashes `content`, of `length` bytes. `None` if it is what the tag says, or if the tag says nothing; else its hash.
    pub(super) fn check(&self, content: impl Read, length: u64) -> io::Result<Option<String>> {
        if !self.is_hash {
            return Ok(None);
        }
        let found = if self.name.len() == 64 {
            hash(content, [Sha256::new()])?.to_vec()
        } else {
            // git hashes `blob SIZE\0CONTENT`.
            let git = Sha1::new_with_prefix(format!("blob {length}\0"));
            hash(content, [git, Sha1::new()])?.to_vec()
        };
        Ok((!found.contains(&self.name)).then(|| found[0].clone()))
    }

    /// [`check`](Self::check) of the file at `path`.
    pub(super) fn check_file(&self, path: &Path) -> io::Result<Option<String>> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        self.check(file, length)
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn is_hash(tag: &str) -> bool {
    matches!(tag.len(), 40 | 64) && tag.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The hexadecimal digits of each hash.
fn hash<const N: usize>(mut content: impl Read, mut hashers: [impl Digest; N]) -> io::Result<[String; N]> {
    let mut buffer = vec![0; 256 << 10];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => hashers.iter_mut().for_each(|hasher| hasher.update(&buffer[..length])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hashers.map(|hasher| {
        let digest = hasher.finalize();
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_found_in_every_form_of_a_tag() {
        let sha256 = "a".repeat(64);
        for form in ["H", "\"H\"", "W/\"H\"", "\"H-gzip\"", "W/\"H--gzip\"", "\"H;br\"", "\"H:zstd\""] {
            let etag = Etag::parse(&form.replace('H', &sha256)).unwrap();
            assert_eq!((etag.as_str(), etag.is_hash()), (sha256.as_str(), true), "{form}");
        }
    }

    #[test]
    fn other_tags_are_names_that_say_nothing() {
        let md5 = "9e107d9d372bb6826bd81d3542a419d6";
        let parts = format!("{md5}-12");
        let capital = "A".repeat(40);
        for tag in [
            md5,
            &parts,
            "5f3c61e2-1a",
            "5f3c61e2-gzip",
            "abc",
            &capital,
            "{SHA1{2fd4e1c6}}",
            &"g".repeat(40),
        ] {
            let etag = Etag::parse(&format!("\"{tag}\"")).unwrap();
            assert_eq!((etag.as_str(), etag.is_hash()), (tag, false));
            assert_eq!(etag.check(&b"anything"[..], 8).unwrap(), None);
        }
    }

    #[test]
    fn a_tag_never_leads_out_of_a_folder() {
        let long = "a".repeat(161);
        for tag in [
            "",
            "..",
            ".hidden",
            "../../x",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "C:x",
            "a b",
            "a\0b",
            "é",
            "x.",
            &long,
        ] {
            assert_eq!(Etag::parse(&format!("\"{tag}\"")), None, "{tag:?}");
        }
    }

    #[test]
    fn hashes_are_those_of_git_and_of_the_tools_of_every_system() {
        // `git hash-object`, `sha1sum` and `sha256sum` of the same six bytes.
        for hash in [
            "ce013625030ba8dba906f756967f9e9ca394464a",
            "f572d396fae9206628714fb2ce00f72e94f2258f",
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        ] {
            let etag = Etag::parse(hash).unwrap();
            assert_eq!(etag.check(&b"hello\n"[..], 6).unwrap(), None);
            assert!(etag.check(&b"Hello\n"[..], 6).unwrap().is_some_and(|found| found.len() == hash.len()));
        }
    }
}
