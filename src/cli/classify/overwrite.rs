//! Refuses an output file that would take the place of something else: `mnet classify -o *.jpg` names a photo.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::console::Failure;
use crate::inputs::has_picture_ending;
use crate::sink::FORMATS;

/// How much of a file is read to tell what it is: enough for a line with all logits.
const BEGINNING: u64 = 1 << 16;

/// Refuses `output` if it is one of `inputs`, is named like a picture, or is a file that holds anything but answers.
pub(super) fn check(output: &Path, inputs: &[PathBuf]) -> Result<()> {
    let refuse = |reason: &str, hint: &str| {
        let message = format!("{}: {reason}; answers would replace it", output.display());
        Err(Failure::error(message, Some(hint.to_owned())))
    };
    let same =
        |input: &PathBuf| input.canonicalize().is_ok_and(|input| output.canonicalize().ok() == Some(input));
    if inputs.iter().any(same) {
        return refuse("is an input", "-o labels.jsonl");
    }
    if has_picture_ending(output) {
        return refuse("is named like a picture", "-o labels.jsonl");
    }
    if fs::metadata(output).is_ok_and(|metadata| metadata.is_file()) && !holds_answers(output) {
        return refuse("was not written by mnet", "another name, or remove that file first");
    }
    Ok(())
}

/// Whether the file is empty or begins with answers in any format.
fn holds_answers(path: &Path) -> bool {
    let mut start = Vec::new();
    if File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut start)).is_err() {
        // Whether it can be replaced shows when it is.
        return true;
    }
    start.is_empty()
        || FORMATS.iter().any(|format| (format.is_beginning)(&start))
        || is_list_of_pictures(&start)
}

/// Whether it may be the output of `--paths-only` or `--print0`.
fn is_list_of_pictures(start: &[u8]) -> bool {
    let first = start.split(|byte| matches!(byte, b'\n' | 0)).next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    has_picture_ending(Path::new(&*first)) || Path::new(&*first).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_every_format_may_be_replaced() {
        let folder = std::env::temp_dir().join(format!("mnet-overwrite-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("labels.txt");
        let refused = |content: &[u8]| {
            fs::write(&path, content).unwrap();
            check(&path, &[]).err().map(|error| error.to_string())
        };
        let answers: [&[u8]; 7] = [
            b"",
            b"{\"path\":\"a\",\"width\":1}\n",
            b"path,rank,index,wnid,label,score,error\n",
            b"PAR1\x15\x04",
            b"photos/a.jpg\ttabby\t0.5\tEgyptian cat\t0.25\n",
            b"photos/a.jpg\nphotos/b.jpg\n",
            b"photos/a.jpg\0photos/b.jpg\0",
        ];
        for content in answers {
            assert_eq!(refused(content), None, "{}", String::from_utf8_lossy(content));
        }
        for content in
            [&b"dear diary"[..], b"\xff\xd8\xff\xe0", b"{\"important\": 1}", b"name,age\n", b"a\tb\tc\n"]
        {
            assert!(refused(content).unwrap().contains("was not written by mnet"), "{content:?}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_input_or_a_picture_is_never_replaced() {
        let refused = |output: &str, inputs: &[&str]| {
            let inputs: Vec<_> = inputs.iter().map(PathBuf::from).collect();
            check(Path::new(output), &inputs).unwrap_err().to_string()
        };
        assert!(refused("./Cargo.toml", &["README.md", "Cargo.toml"]).contains("is an input"));
        assert!(refused("no/such.JPG", &[]).contains("is named like a picture"));
    }
}
