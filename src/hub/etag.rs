//! Entity tags: on the hub, the hash of a file's content, by which the cache names it.
//!
//! Own code, because `hf-hub` uses a tag as a file name without checking what it is, and never hashes what it
//! downloads.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The tag of a file. 64 hexadecimal digits are the SHA-256 of a large file (LFS, Xet), 40 the git blob hash of a small one
/// or, on some mirrors, the SHA-1 of any file. A tag of another kind, as web servers and object stores make them
/// (`5f3c-61e-1a`, an MD5), says nothing about the content: two files may have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Etag {
    tag: String,
    name: String,
    is_hash: bool,
}

/// What servers append to the tag of a file that they could compress. We ask for it as it is.
const CODINGS: [&str; 4] = ["gzip", "br", "zstd", "deflate"];

impl Etag {
    /// Parses an `ETag` or `X-Linked-Etag` header, `"…"` or `W/"…"`, of the file `file` of `commit`; `None` if it holds no
    /// tag, or other characters than visible ASCII.
    pub(super) fn parse(header: &str, commit: &str, file: &str) -> Option<Self> {
        let tag = header.trim().trim_start_matches("W/").trim_matches('"');
        let plain = CODINGS.iter().find_map(|coding| tag.strip_suffix(coding)?.strip_suffix(['-', ';', ':']));
        let plain = plain.map(|plain| plain.trim_end_matches('-'));
        if let Some(hash) = [Some(tag), plain].into_iter().flatten().find_map(Self::of_hash) {
            return Some(hash);
        }
        if tag.is_empty() || !tag.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        // No part can hold a zero byte, so no two lists of parts are one text.
        let parts = [commit, file, tag].join("\0");
        let [digest] = hash(parts.as_bytes(), [Sha1::new()]).ok()?;
        Some(Self { tag: tag.to_owned(), name: format!("unchecked-{digest}"), is_hash: false })
    }

    /// The tag that is the hash `text`; `None` if that is no hash.
    pub(super) fn of_hash(text: &str) -> Option<Self> {
        is_hash(text).then(|| Self { tag: text.to_owned(), name: text.to_owned(), is_hash: true })
    }

    /// The tag itself, for messages.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// The name of the content in the cache: the hash; else one that no other tag, file or commit has, and that is safe as
    /// a file name whatever the tag.
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

    /// [`check`](Self::check) of the regular file at `path`.
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

    fn parse(header: &str) -> Option<Etag> {
        Etag::parse(header, "c0ffee", "config.json")
    }

    #[test]
    fn a_hash_is_found_in_every_form_of_a_tag() {
        let sha256 = "a".repeat(64);
        for form in ["H", "\"H\"", "W/\"H\"", "\"H-gzip\"", "W/\"H--gzip\"", "\"H;br\"", "\"H:zstd\""] {
            let etag = parse(&form.replace('H', &sha256)).unwrap();
            assert_eq!((etag.as_str(), etag.is_hash()), (sha256.as_str(), true), "{form}");
        }
    }

    #[test]
    fn other_tags_say_nothing_and_are_safe_as_names() {
        for tag in [
            "9e107d9d372bb6826bd81d3542a419d6",
            "9e107d9d372bb6826bd81d3542a419d6-12",
            "5f3c61e2-1a",
            "5f3c61e2-gzip",
            "{SHA1{2fd4e1c6}}",
            // IIS, and base64 as some object stores write it.
            "b8e1a25d7fd8d71:0",
            "XrY7u/Aeq2A==",
            "x*y",
            "../../x",
            "/etc/passwd",
            "..",
            "C:\\x",
            &"A".repeat(40),
            &"g".repeat(40),
            &"a".repeat(5000),
        ] {
            let etag = parse(&format!("\"{tag}\"")).unwrap();
            assert_eq!((etag.tag(), etag.is_hash()), (tag, false));
            assert_eq!(etag.check(&b"anything"[..], 8).unwrap(), None);
            let name = etag.as_str();
            assert_eq!(name.len(), "unchecked-".len() + 40);
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{name}");
            assert_eq!(Etag::of_hash(name), None);
        }
        for tag in ["", "\"\"", "W/\"\"", "\"a b\"", "\"a\0b\"", "\"é\""] {
            assert_eq!(parse(tag), None, "{tag:?}");
        }
    }

    #[test]
    fn equal_tags_of_other_files_or_commits_have_other_names() {
        let name = |tag: &str, commit: &str, file: &str| Etag::parse(tag, commit, file).unwrap().name;
        let first = name("\"65f0-1d\"", "1", "config.json");
        assert_eq!(name("W/\"65f0-1d\"", "1", "config.json"), first);
        for (tag, commit, file) in [
            ("65f0-1d", "2", "config.json"),
            ("65f0-1d", "1", "model.safetensors"),
            ("65f0-1e", "1", "config.json"),
        ] {
            assert_ne!(name(tag, commit, file), first);
        }
        // Hashes are one content wherever they come from.
        let hash = "a".repeat(40);
        assert_eq!(name(&hash, "1", "x"), name(&hash, "2", "y"));
    }

    #[test]
    fn hashes_are_those_of_git_and_of_the_tools_of_every_system() {
        // `git hash-object`, `sha1sum` and `sha256sum` of the same six bytes.
        for hash in [
            "ce013625030ba8dba906f756967f9e9ca394464a",
            "f572d396fae9206628714fb2ce00f72e94f2258f",
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        ] {
            let etag = Etag::of_hash(hash).unwrap();
            assert_eq!(etag.check(&b"hello\n"[..], 6).unwrap(), None);
            assert!(etag.check(&b"Hello\n"[..], 6).unwrap().is_some_and(|found| found.len() == hash.len()));
        }
    }
}
