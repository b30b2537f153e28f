//! Files that are not pictures: the command that makes a picture of them, and labels it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::free_name::{first_free, free, renamed};
use super::quote::{quoted, quoted_word};
use super::stream::{in_place, is_descriptor, is_stream, with_copy};
use super::with_input::{command, is_stdin, pictures_beside, with_dash, with_folder, with_input};
use crate::cli::command_line::CommandLine;
use crate::inputs::{has_picture_ending, holds_tar, is_collection};
use crate::record::{Archive, ItemHint};

/// How much of a text is read to see whether it is a list, bytes.
const HEAD: u64 = 4096;

/// What to try for the file at `path`, which an input of `line` led to.
pub(super) fn hint(hint: ItemHint, path: &Path, line: &CommandLine) -> String {
    if is_stdin(path) {
        return on_stdin(hint, &with_dash(line));
    }
    if let Some(hint) = of_stream(hint, path, line) {
        return hint;
    }
    // What has to be unpacked is not a tar.
    let other = not_as_tar(path, line);
    let given = line;
    let line = other.as_ref().unwrap_or(line);
    let file = quoted(path);
    // Makes a picture beside the file, or a folder of pictures, and labels that.
    let picture = |make: &dyn Fn(&str) -> String| {
        let new = free(path, ".png");
        format!("{} && {}", make(&quoted(&new)), with_input(line, path, &new))
    };
    let folder = |make: &dyn Fn(&str) -> String| {
        let new = free(path, "");
        format!("{} && {}", make(&quoted(&new)), with_folder(line, path, &new))
    };
    match hint {
        ItemHint::FetchPicture => {
            "open the page in a browser and save the picture itself, or give curl the picture's own address: \
             curl -sL ADDRESS | mnet classify -"
                .to_owned()
        }
        ItemHint::CopyAgain => "copy it, or download it, again".to_owned(),
        ItemHint::DrawPages => folder(&|new| format!("mkdir {new} && pdftoppm -png {file} {new}/page")),
        ItemHint::TakeFrame => picture(&|new| format!("ffmpeg -i {file} -frames:v 1 {new}")),
        ItemHint::PullLfs => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let there = folder.map(|folder| format!(" -C {}", quoted(folder))).unwrap_or_default();
            format!("git{there} lfs pull && {}", with_input(line, path, path))
        }
        ItemHint::Unpack(archive) => match archive {
            // A tar needs no unpacking.
            Archive::Compressed(_) if other.is_none() && !is_collection(path) && holds_tar(path) => {
                as_tar(line, path, path)
            }
            Archive::Compressed(program) if is_tar(path) || other.is_some() => {
                format!("{program} -dc {file} | {}", as_tar(given, path, "-"))
            }
            Archive::Compressed(program) => {
                format!("{program} -dc {file} | {}", with_input(line, path, "-"))
            }
            Archive::Tar => as_tar(line, path, path),
            Archive::SevenZip => folder(&|new| format!("7z x {file} -o{new}")),
        },
        ItemHint::Rename(ending) => {
            let new = renamed(path, ending);
            format!("mv {file} {} && {}", quoted(&new), with_input(line, path, &new))
        }
        ItemHint::Recompress => {
            let (recompressed, new) = recompressed(path);
            format!("{recompressed} && {}", with_input(line, path, &new))
        }
        ItemHint::ReadList if is_list(path) => as_list(path, line),
        ItemHint::ReadList => pictures_beside(path),
        // ImageMagick knows nearly all other formats.
        _ => picture(&|new| format!("magick {file} {new}")),
    }
}

/// The command `line` with the file at `path` as an input like others; `None` if it is not the value of `--tar`.
pub(super) fn not_as_tar(path: &Path, line: &CommandLine) -> Option<CommandLine> {
    let at = line.words().windows(2).position(|pair| pair[0] == "--tar" && pair[1] == path.as_os_str())?;
    Some(line.spliced(at..at + 1, [""; 0]))
}

/// The command `line` with the tar `instead` as the input that was `path`, or a command with that input alone.
fn as_tar(line: &CommandLine, path: &Path, instead: impl AsRef<OsStr>) -> String {
    let instead = instead.as_ref();
    let line = not_as_tar(path, line).unwrap_or_else(|| line.clone());
    let words = ["--tar".as_ref(), instead];
    let mended = line.index_of(path.as_os_str()).map(|at| line.spliced(at..at + 1, words));
    let shown = mended.and_then(|line| line.shown());
    shown.unwrap_or_else(|| format!("mnet {} --tar {}", command(&line), quoted(instead)))
}

/// The rest of the pipe with `program` before mnet.
fn after(program: &str, line: &CommandLine) -> String {
    let shown = line.index_of("-".as_ref()).and_then(|_| line.shown());
    format!("{program} | {}", shown.unwrap_or_else(|| format!("mnet {} -", command(line))))
}

/// For bytes that a pipe has brought, and that are gone.
fn on_stdin(kind: ItemHint, line: &CommandLine) -> String {
    let stdin = Path::new("-");
    let other = not_as_tar(stdin, line);
    // After these programs, mnet reads a picture and not a tar.
    let no_tar = other.as_ref().unwrap_or(line);
    let hint = match kind {
        ItemHint::Unpack(Archive::Tar) => return as_tar(line, stdin, "-"),
        ItemHint::Unpack(Archive::Compressed(program)) => return after(&format!("{program} -dc"), line),
        ItemHint::DrawPages => return after("pdftoppm -png -singlefile -", no_tar),
        ItemHint::Rename(ending) => {
            return with_copy(stdin, Some(ending), |new| with_input(no_tar, stdin, new));
        }
        ItemHint::Unpack(Archive::SevenZip) => {
            return with_copy(stdin, Some("7z"), |new| hint(kind, new, &replaced(no_tar, stdin, new)));
        }
        ItemHint::PullLfs => "git lfs pull, in the folder that the file comes from",
        ItemHint::FetchPicture => {
            "give curl the address of the picture itself, not of the page that shows it"
        }
        ItemHint::CopyAgain if line.has(&["--tar"]) => {
            "the command before the pipe alone: it has to write a whole tar"
        }
        ItemHint::CopyAgain => "the command before the pipe alone: it has to write a whole picture",
        ItemHint::ReadList => "mnet classify --files-from -, if these are paths",
        _ => return after("magick - png:-", no_tar),
    };
    hint.to_owned()
}

/// The command `line` with `new` as the input that was `path`.
fn replaced(line: &CommandLine, path: &Path, new: &Path) -> CommandLine {
    let at = line.index_of(path.as_os_str());
    at.map_or_else(|| line.clone(), |at| line.spliced(at..at + 1, [new]))
}

/// For a pipe or an open file other than stdin; `None` if the hint for a regular file is right for it, too.
fn of_stream(kind: ItemHint, path: &Path, line: &CommandLine) -> Option<String> {
    let is_open = is_descriptor(path);
    if !is_open && !is_stream(path) {
        return None;
    }
    let other = not_as_tar(path, line);
    let line = match kind {
        ItemHint::Rename(_) | ItemHint::ReadList => other.as_ref().unwrap_or(line),
        _ => line,
    };
    let instead = |new: &Path| replaced(line, path, new);
    // These programs write to a folder with the name of the file, without its ending.
    let ending = match kind {
        ItemHint::DrawPages => ".pdf",
        ItemHint::Unpack(Archive::SevenZip) => ".7z",
        _ => "",
    };
    let new = first_free(|suffix| format!("picture{suffix}{ending}").into());
    Some(match kind {
        // This advice does not open the file again, and a tar may be a stream.
        ItemHint::CopyAgain | ItemHint::FetchPicture => return None,
        ItemHint::Unpack(Archive::Tar) if !is_open => return None,
        ItemHint::Rename(ending) => with_copy(path, Some(ending), |new| with_input(line, path, new)),
        ItemHint::ReadList if is_open => in_place(path, &as_list(&new, &instead(&new))),
        ItemHint::ReadList => format!("{}, if these are paths", as_list(path, line)),
        _ if is_open => in_place(path, &hint(kind, &new, &instead(&new))),
        // These programs need a file in which they can seek.
        ItemHint::DrawPages => with_copy(path, Some("pdf"), |copy| hint(kind, copy, &instead(copy))),
        ItemHint::Unpack(Archive::SevenZip) => {
            with_copy(path, Some("7z"), |copy| hint(kind, copy, &instead(copy)))
        }
        _ => return None,
    })
}

/// The command that compresses the pages of a Parquet file by Zstandard, and the name of the file that it writes.
pub(super) fn recompressed(path: &Path) -> (String, PathBuf) {
    let new = free(path, ".parquet");
    let literal = |path: &Path| path.display().to_string().replace('\'', "''");
    let copy = format!("COPY '{}' TO '{}' (COMPRESSION zstd)", literal(path), literal(&new));
    (format!("duckdb -c {}", quoted_word(copy)), new)
}

/// The command `line` with the file as its list.
fn as_list(path: &Path, line: &CommandLine) -> String {
    let at = line.index_of(path.as_os_str());
    let mended = at.map(|at| line.spliced(at..at, ["--files-from"]));
    let command = mended.filter(|_| !line.has(&["--files-from"])).and_then(|line| line.shown());
    command.unwrap_or_else(|| format!("mnet classify --files-from {}", quoted(path)))
}

/// Whether the first line of a text is a path: of a file that exists, or with the ending of a picture.
fn is_list(path: &Path) -> bool {
    // A pipe has been read, and would be waited for without end.
    let Some(file) = path.is_file().then(|| File::open(path).ok()).flatten() else { return false };
    let lines = BufReader::new(file.take(HEAD)).lines().map_while(Result::ok);
    let first = lines.map(|line| line.trim().to_owned()).find(|line| !line.is_empty());
    first.is_some_and(|line| has_picture_ending(Path::new(&line)) || Path::new(&line).is_file())
}

/// Whether it is named like a compressed tar.
pub(super) fn is_tar(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.contains(".tar.") || [".tgz", ".tbz", ".tbz2", ".txz", ".tzst"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_file_becomes_a_picture_in_one_command() {
        let hint = |kind, path: &str| {
            let line = CommandLine::new(["classify", path, "-k", "1"]);
            hint(kind, Path::new(path), &line)
        };
        let unpack = ItemHint::Unpack;
        for (kind, path, expected) in [
            (
                ItemHint::DrawPages,
                "my doc.pdf",
                "mkdir 'my doc' && pdftoppm -png 'my doc.pdf' 'my doc'/page && mnet classify -r 'my doc' -k 1",
            ),
            (ItemHint::Convert, "a/x.heic", "magick a/x.heic x.png && mnet classify x.png -k 1"),
            (
                ItemHint::TakeFrame,
                "-x.mp4",
                "ffmpeg -i ./-x.mp4 -frames:v 1 ./-x.png && mnet classify ./-x.png -k 1",
            ),
            (ItemHint::PullLfs, "x.jpg", "git lfs pull && mnet classify x.jpg -k 1"),
            (
                ItemHint::Rename("zip"),
                "my x.bin",
                "mv 'my x.bin' 'my x.bin.zip' && mnet classify 'my x.bin.zip' -k 1",
            ),
            (ItemHint::Rename("parquet"), "-x", "mv ./-x ./-x.parquet && mnet classify ./-x.parquet -k 1"),
            (unpack(Archive::SevenZip), "x.7z", "7z x x.7z -ox && mnet classify -r x -k 1"),
            (unpack(Archive::Compressed("gzip")), "x.jpg.gz", "gzip -dc x.jpg.gz | mnet classify - -k 1"),
            (unpack(Archive::Compressed("xz")), "x.tar.xz", "xz -dc x.tar.xz | mnet classify --tar - -k 1"),
            (
                ItemHint::Recompress,
                "a/x's.parquet",
                "duckdb -c \"COPY 'a/x''s.parquet' TO 'x''s.parquet' (COMPRESSION zstd)\" && \
                 mnet classify \"x's.parquet\" -k 1",
            ),
            (unpack(Archive::Tar), "x.bin", "mnet classify --tar x.bin -k 1"),
        ] {
            assert_eq!(hint(kind, path), expected);
        }
    }

    #[test]
    fn what_is_given_as_a_tar_stays_one() {
        let hint =
            |kind, path: &str, words: &str| hint(kind, Path::new(path), &CommandLine::new(words.split(' ')));
        let xz = ItemHint::Unpack(Archive::Compressed("xz"));
        let expected = "xz -dc x | mnet embed --tar - -j 1";
        assert_eq!(hint(xz, "x", "embed --tar x -j 1"), expected);
        let zip = ItemHint::Rename("zip");
        assert_eq!(
            hint(zip, "x.bin", "classify --tar x.bin -k 1"),
            "mv x.bin x.bin.zip && mnet classify x.bin.zip -k 1"
        );
        for line in ["embed --tar - -j 1", "embed - -j 1"] {
            assert_eq!(hint(zip, "-", line), "cat > pictures.zip && mnet embed pictures.zip -j 1");
        }
        let tar = ItemHint::Unpack(Archive::Tar);
        assert_eq!(hint(tar, "-", "classify -k 1 -"), "mnet classify -k 1 --tar -");
        assert_eq!(hint(tar, "a/x", "classify -r a"), "mnet classify --tar a/x");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn no_later_command_opens_a_descriptor() {
        let path = "/dev/fd/63";
        let tried = |kind, words: &str| hint(kind, Path::new(path), &CommandLine::new(words.split(' ')));
        let gzip = ItemHint::Unpack(Archive::Compressed("gzip"));
        for (kind, words, expected) in [
            (ItemHint::Rename("zip"), "embed /dev/fd/63 -j 1", "mnet embed pictures.zip -j 1"),
            (ItemHint::Rename("zip"), "classify --tar /dev/fd/63", "mnet classify pictures.zip"),
            (gzip, "classify /dev/fd/63 -k 1", "gzip -dc picture | mnet classify - -k 1"),
            (gzip, "classify -k 1 --tar /dev/fd/63", "gzip -dc picture | mnet classify -k 1 --tar -"),
            (ItemHint::Unpack(Archive::Tar), "classify /dev/fd/63", "mnet classify --tar picture"),
            (ItemHint::ReadList, "classify /dev/fd/63 -k 1", "mnet classify --files-from picture -k 1"),
            (
                ItemHint::Convert,
                "classify /dev/fd/63",
                "magick picture picture.png && mnet classify picture.png",
            ),
        ] {
            assert_eq!(tried(kind, words), format!("a file in place of {path}, as in {expected}"));
        }
        assert_eq!(tried(ItemHint::CopyAgain, "classify /dev/fd/63"), "copy it, or download it, again");
        // The names of stdin are one.
        for name in ["-", "/dev/stdin", "/dev/fd/0"] {
            let line = CommandLine::new(["classify", name, "-k", "1"]);
            let found = hint(ItemHint::Rename("zip"), Path::new(name), &line);
            assert_eq!(found, "cat > pictures.zip && mnet classify pictures.zip -k 1", "{name}");
        }
    }
}
