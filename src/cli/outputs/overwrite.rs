//! Refuses an output file that would take the place of something else: `mnet classify -o *.jpg` names a photo.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::beside::beside;
use super::kind::Kind;
use super::same_file::are_same;
use crate::cli::console::Failure;
use crate::cli::hint::Hint;
use crate::inputs::has_picture_ending;
use crate::sink::{Excerpt, FORMATS, Format, NPY_BESIDE, is_beside};

/// How much of each end of a file is read to tell what it is: enough for a line with all logits.
const EXCERPT_BYTES: u64 = 1 << 20;

/// Endings of pictures that mnet does not read, as people have them beside those it does.
const OTHER_PICTURES: [&str; 20] = [
    "heic", "heif", "avif", "jxl", "jp2", "j2k", "jxr", "psd", "exr", "hdr", "svg", "dng", "cr2", "cr3",
    "nef", "arw", "orf", "raf", "rw2", "pef",
];

/// What would take the place of a file.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Replacement {
    /// In messages: `answers`.
    pub noun: &'static str,
    /// The flag with a name that is free.
    pub instead: &'static str,
}

impl Replacement {
    /// The replacement by records of this kind, which `-o` writes.
    pub(in crate::cli) fn by(kind: &Kind) -> Self {
        Self { noun: kind.noun, instead: kind.instead }
    }
}

/// Refuses `output` if it is a file that the run reads (`read`, each with what it is).
pub(in crate::cli) fn check_is_not_read(
    output: &Path,
    read: &[(&'static str, PathBuf)],
    replacement: Replacement,
) -> Result<()> {
    match read_as(output, read) {
        Some(what) => Err(refusal(output, what, replacement.noun, replacement.instead)),
        None => Ok(()),
    }
}

/// The role of `output`, if it is a file that the run reads.
pub(in crate::cli) fn read_as(output: &Path, read: &[(&'static str, PathBuf)]) -> Option<&'static str> {
    read.iter().find(|(_, path)| are_same(path, output)).map(|(what, _)| *what)
}

/// Refuses `output` if it is named like a picture, or if it is a file that holds anything but records of this `kind`. A run that
/// writes only paths may also replace a list of pictures.
pub(in crate::cli) fn check(output: &Path, kind: &Kind, writes_paths: bool) -> Result<()> {
    if is_named_like_a_picture(output) {
        return Err(refusal(output, "is named like a picture", kind.noun, kind.instead));
    }
    // What is wrong with it, if it is not just missing, shows when it is opened.
    let Some(metadata) = fs::metadata(output).ok().filter(fs::Metadata::is_file) else { return Ok(()) };
    let (reason, hint) = match holds_records(output, kind, writes_paths) {
        _ if metadata.permissions().readonly() => ("is read-only".to_owned(), None),
        Ok(true) => return Ok(()),
        Ok(false) => (other_content(output), Some("another name, or remove that file first".to_owned())),
        Err(error) => (format!("cannot be read ({error})"), error.hint()),
    };
    Err(refusal(output, &reason, kind.noun, hint.as_deref().unwrap_or("another name")))
}

/// Refuses to replace files beside `output` that mnet did not write.
pub(super) fn check_beside(output: &Path, kind: &Kind) -> Result<()> {
    for (path, ending) in beside(output).iter().zip(NPY_BESIDE) {
        let is_own =
            || with_excerpt(path, |excerpt| is_beside(ending, excerpt.start)).is_ok_and(|is_so| is_so);
        if path.exists() && !is_own() {
            return Err(refusal(path, "was not written by mnet", kind.noun, "another name for the output"));
        }
    }
    Ok(())
}

/// The failure to write `output`.
pub(in crate::cli) fn refusal(output: &Path, reason: &str, noun: &str, hint: &str) -> anyhow::Error {
    let message = format!("{}: {reason}; {noun} would replace it", output.display());
    Failure::error(message, Some(hint.to_owned()))
}

fn is_named_like_a_picture(path: &Path) -> bool {
    let is_other =
        |ending: &std::ffi::OsStr| OTHER_PICTURES.iter().any(|other| ending.eq_ignore_ascii_case(other));
    has_picture_ending(path) || path.extension().is_some_and(is_other)
}

/// A description of the content of a file that must not be replaced.
fn other_content(path: &Path) -> String {
    let holds = |kind: &&&Kind| holds_records(path, kind, false).is_ok_and(|is_so| is_so);
    match Kind::all().iter().find(holds) {
        Some(kind) => format!("holds {}", kind.noun),
        None => "was not written by mnet".to_owned(),
    }
}

/// Whether the file is empty or holds records of this kind in any format, or a list of pictures if `or_paths` is set.
fn holds_records(path: &Path, kind: &Kind, or_paths: bool) -> io::Result<bool> {
    with_excerpt(path, |excerpt| {
        let is_own = kind.formats.iter().any(|format| (format.holds_answers)(excerpt));
        excerpt.start.is_empty() || is_own || or_paths && is_list_of_pictures(excerpt)
    })
}

/// The format of the answers in a file; `None` if it holds something else or cannot be read.
pub(in crate::cli) fn written_format(path: &Path) -> Option<&'static Format> {
    if !path.is_file() {
        return None;
    }
    let find = |excerpt: &Excerpt| FORMATS.iter().find(|format| (format.holds_answers)(excerpt));
    with_excerpt(path, find).ok().flatten()
}

/// Passes both ends of a file to `judge`.
fn with_excerpt<T>(path: &Path, judge: impl FnOnce(&Excerpt) -> T) -> io::Result<T> {
    let mut file = File::open(path)?;
    let read = |file: &File| {
        let mut bytes = Vec::new();
        file.take(EXCERPT_BYTES).read_to_end(&mut bytes).map(|_| bytes)
    };
    let start = read(&file)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(EXCERPT_BYTES)))?;
    let end = read(&file)?;
    let excerpt = Excerpt { start: &start, end: &end, is_whole: start.len() as u64 == length };
    Ok(judge(&excerpt))
}

/// Whether it may be the output of `--paths-only` or `--print0`.
fn is_list_of_pictures(excerpt: &Excerpt) -> bool {
    let end = if excerpt.start.contains(&0) { 0 } else { b'\n' };
    let is_picture = |path: &[u8]| {
        let path = String::from_utf8_lossy(path);
        has_picture_ending(Path::new(&*path)) || Path::new(&*path).is_file()
    };
    let rest = Some(excerpt.rest(end)).filter(|rest| !rest.is_empty());
    excerpt.lines(end).chain(rest).all(is_picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::outputs::kind::ANSWERS;

    /// Whether a file of these bytes may be replaced, by answers and by paths. Words in capitals stand for lines of JSON.
    fn may_be_replaced(test: &str, content: &[u8]) -> [bool; 2] {
        let folder = std::env::temp_dir().join(format!("mnet-overwrite-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("labels.txt");
        let text = str::from_utf8(content).map(|text| {
            let text = text.replace("ANSWER", ANSWER).replace("FAILURE", FAILURE);
            text.replace("MORE", &ANSWER.replace("\"res\"", "\"truth\":\"tabby\",\"res\""))
        });
        fs::write(&path, text.map_or(content.to_vec(), String::into_bytes)).unwrap();
        let may = [false, true].map(|writes_paths| match check(&path, &ANSWERS, writes_paths) {
            Ok(()) => true,
            Err(error) => {
                assert!(error.to_string().contains("was not written by mnet"), "{error}");
                false
            }
        });
        fs::remove_dir_all(folder).unwrap();
        may
    }

    const ANSWER: &str = r#"{"path":"a","width":1,"height":1,"model":"m","res":224,"top":[],"ms":{}}"#;
    const FAILURE: &str = r#"{"path":"a","error":{"kind":"io","message":"no such file"}}"#;

    #[test]
    fn answers_of_every_format_may_be_replaced() {
        let answers: [&[u8]; 15] = [
            b"",
            b"ANSWER\n",
            b"FAILURE\nANSWER\n",
            b"ANSWER\n\0\0ANSWER\n{\"path\":\"b",
            b"\0\0\0ANSWER\n\0\0\0",
            "\u{feff}ANSWER\n".as_bytes(),
            b"path,rank,index,wnid,label,score,error,damaged\n",
            b"path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes\na,,,,,,,,m,224,\n",
            b"path,rank,index,wnid,label,score,error,damaged,model,res,path_bytes\na,,,,,,gone,,,,4Q==\n",
            b"path,rank,index,wnid,label,score,error\na,,,,,,gone\n",
            b"\xef\xbb\xbfpath,rank,index,wnid,label,score,error,damaged\r\n",
            b"PAR1\x15\x04mnet version 0.1.0\0\x08\0\0\0PAR1",
            b"photos/a.jpg\ttabby\t0.5000\tEgyptian cat\t0.2500\n",
            b"none\n-\ttabby\t1.0000\nnone.jpg\ta\t0.0000\tdamaged: it ends early\n",
            b"-\tdamaged: it ends early\n",
        ];
        for content in answers {
            assert_eq!(may_be_replaced("own", content), [true; 2], "{}", String::from_utf8_lossy(content));
        }
    }

    #[test]
    fn lists_of_pictures_may_be_replaced_by_such_lists_only() {
        for content in [&b"photos/a.jpg\nphotos/b.JPG\n"[..], b"photos/a.jpg\0b\n.png\0", b"Cargo.toml\n"] {
            assert_eq!(may_be_replaced("list", content), [false, true], "{content:?}");
        }
    }

    #[test]
    fn what_others_wrote_is_never_replaced() {
        let strangers: [&[u8]; 26] = [
            b"dear diary",
            b"\n",
            b"\xff\xd8\xff\xe0",
            b"{\"important\": 1}",
            b"[]\n",
            b"ANSWER",
            br#"{"path":"a.jpg","split":"train","label":3}"#,
            b"{\"path\":\"a.jpg\",\"split\":\"train\",\"label\":3}\n",
            b"{\"path\":\"a.jpg\"}\n",
            b"{\"path\":\"a.jpg\",\"error\":{}}\n",
            b"{\"path\":\"a.jpg\",\"error\":null,\"width\":1}\n",
            b"{\"path\":\"a.jpg\",\"width\":3,\"model\":\"x\",\"top\":\"n\"}\n",
            b"MORE\n",
            b"ANSWER\ndear diary\n",
            b"ANSWER\ndear diary",
            b"name,age\n",
            b"path,rank,index,wnid,label,score,error,damaged,truth\n",
            b"path,rank,index,wnid,label,score,error",
            b"path,rank,index,wnid,label,score,error\na,,,,,,gone\nmy notes\n",
            b"path,rank,index,wnid,label,score,error\nb.jpg,1,2,n1,a note of mine,high,\n",
            b"PAR1\x15\x04",
            b"PAR1\x15\x04parquet-rs version 60.1.0\0\x08\0\0\0PAR1",
            b"a\tb\tc\n",
            b"a.jpg\tcat\t1\n",
            b"a.jpg\tcat\t0.5\n",
            b"a.jpg\tcat\t0.5000\tdog\n",
        ];
        for content in strangers {
            assert_eq!(may_be_replaced("other", content), [false; 2], "{}", String::from_utf8_lossy(content));
        }
        // The first line is a file that exists, the second is not.
        assert_eq!(may_be_replaced("notes", b"Cargo.toml\nbuy milk\n"), [false; 2]);
    }

    #[test]
    fn what_the_run_reads_or_a_picture_is_never_replaced() {
        let read = [("is an input", "README.md".into()), ("is the list of inputs", "Cargo.toml".into())];
        let refused = check_is_not_read(Path::new("./Cargo.toml"), &read, Replacement::by(&ANSWERS))
            .unwrap_err()
            .to_string();
        assert!(refused.contains("is the list of inputs"), "{refused}");
        for name in ["no/such.JPG", "new.heic", "new.Cr2", "new.pfm", "new.apng"] {
            let refused = check(Path::new(name), &ANSWERS, false).unwrap_err().to_string();
            assert!(refused.contains("is named like a picture"), "{refused}");
        }
    }
}
