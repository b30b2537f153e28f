//! Inputs that fail.

use std::path::Path;

use super::data_file::{is_data, of_data};
use super::foreign_file::{self, not_as_tar};
use super::member;
use super::missing::missing;
use super::quote::{quoted, quoted_word};
use super::shards::glob;
use super::with_input::{pictures_beside, separated, with_dash, with_folder, with_input};
use crate::cli::command_line::CommandLine;
use crate::inputs::{file_and_name, is_address};
use crate::record::ItemHint;

/// What to try for the input at `path`.
pub(crate) fn input_hint(hint: ItemHint, path: &Path) -> String {
    hint_in(hint, path, &CommandLine::of_process())
}

/// What to try in place of the command `line`, if its input `path` does not exist.
pub(in crate::cli) fn instead_of_missing(path: &Path, line: &CommandLine) -> Option<String> {
    if path.exists() || path.as_os_str() == "-" {
        return None;
    }
    let hint = if is_address(path) { ItemHint::Download } else { ItemHint::FindFile };
    Some(hint_in(hint, path, line))
}

/// What to try for the input at `path` of the command `line`.
fn hint_in(hint: ItemHint, path: &Path, line: &CommandLine) -> String {
    let mut line = separated(line, "--tar");
    if path.as_os_str() == "-" {
        line = with_dash(&line);
    }
    let line = &line;
    if let Some(hint) = member::hint(hint, path, line) {
        return hint;
    }
    match hint {
        ItemHint::SearchDirectory if line.position("explain").is_some() => {
            let glob = glob(path).map(|glob| format!(" --glob {}", quoted_word(glob))).unwrap_or_default();
            format!("mnet explain -r {}{glob} -o sheet.html", quoted(path))
        }
        ItemHint::SearchDirectory => {
            let other = not_as_tar(path, line);
            with_folder(other.as_ref().unwrap_or(line), path, path)
        }
        ItemHint::Download => format!("curl -sL {} | {}", quoted(path), with_input(line, path, "-")),
        ItemHint::FindFile => whole_member(path, line).unwrap_or_else(|| missing(path, line)),
        ItemHint::Crop => "crop it first, or --resize 224x224, which distorts it".to_owned(),
        ItemHint::AllowPixels(pixels) => format!("--max-pixels {pixels}"),
        ItemHint::AllowMemory(bytes) => format!("--memory {}M", bytes.div_ceil(1 << 20)),
        ItemHint::AllowTime => "a longer --timeout, or none".to_owned(),
        ItemHint::AllowMorePixels => "a larger --max-pixels, which also allows more memory".to_owned(),
        ItemHint::Salvage => salvage(path, line),
        ItemHint::FindPictures | ItemHint::ListMembers => pictures_beside(path),
        _ if is_data(path, line) => of_data(hint, path)
            .unwrap_or_else(|| format!("a tar, zip or Parquet file in place of {}", quoted(path))),
        ItemHint::Convert
        | ItemHint::CopyAgain
        | ItemHint::FetchPicture
        | ItemHint::DrawPages
        | ItemHint::Draw
        | ItemHint::TakeFrame
        | ItemHint::Unpack(_)
        | ItemHint::Recompress
        | ItemHint::Rename(_)
        | ItemHint::PullLfs
        | ItemHint::ReadList => foreign_file::hint(hint, path, line),
    }
}

/// The command with the name of a member as an input, which it cannot be after --tar.
fn whole_member(path: &Path, line: &CommandLine) -> Option<String> {
    file_and_name(path)?;
    not_as_tar(path, line)?.shown()
}

/// By what there is of the picture. One on stdin was read already, so the command stays whole.
fn salvage(path: &Path, line: &CommandLine) -> String {
    // The data of `mnet eval` are a folder or a list.
    let is_named = line.index_of(path.as_os_str()).is_some() || line.position("eval").is_some();
    let command = line.with(&["--damaged"]).shown().filter(|_| is_named);
    command.unwrap_or_else(|| format!("mnet classify --damaged {}", quoted(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Archive;

    #[test]
    fn limits_name_the_flag_that_raises_them() {
        let hint = |hint| input_hint(hint, Path::new("photo.tif"));
        assert_eq!(hint(ItemHint::AllowPixels(84)), "--max-pixels 84");
        assert_eq!(hint(ItemHint::AllowMemory(900 << 20)), "--memory 900M");
        assert_eq!(hint(ItemHint::AllowMorePixels), "a larger --max-pixels, which also allows more memory");
    }

    #[test]
    fn a_directory_gets_the_command_that_searches_it() {
        assert_eq!(input_hint(ItemHint::SearchDirectory, Path::new("photos")), "mnet classify -r photos");
        assert_eq!(input_hint(ItemHint::SearchDirectory, Path::new("a b")), "mnet classify -r 'a b'");
    }

    #[test]
    fn the_flags_that_were_typed_stay() {
        let hint = |hint, path: &str, words: &str| {
            hint_in(hint, Path::new(path), &CommandLine::new(words.split(' ')))
        };
        let xz = ItemHint::Unpack(Archive::Compressed("xz"));
        let (folder, tar, zip) =
            (ItemHint::SearchDirectory, ItemHint::Unpack(Archive::Tar), ItemHint::Rename("zip"));
        for (kind, path, typed, expected) in [
            (xz, "x", "classify --tar=x -j 1", "xz -dc x | mnet classify --tar - -j 1"),
            (
                xz,
                "x.tar.xz",
                "embed --tar=x.tar.xz --shard 0/2",
                "xz -dc x.tar.xz | mnet embed --tar - --shard 0/2",
            ),
            (zip, "x", "classify -k 1 --tar=x", "mv x x.zip && mnet classify -k 1 x.zip"),
            (zip, "-", "classify --tar=- -k 1", "cat > pictures.zip && mnet classify pictures.zip -k 1"),
            (
                zip,
                "-",
                "classify --tar /dev/stdin -k 1",
                "cat > pictures.zip && mnet classify pictures.zip -k 1",
            ),
            (tar, "x", "embed x --tar=y -j 1", "mnet embed --tar x --tar y -j 1"),
            (folder, "src", "embed src -j 1", "mnet embed -r src -j 1"),
            (folder, "src", "classify --tar=src -k 1 --model src", "mnet classify -r src -k 1 --model src"),
            (folder, "src", "embed --files-from list", "mnet embed -r src"),
            (ItemHint::FindFile, "src/lib.rs/", "classify src/lib.rs/ -k 1", "mnet classify src/lib.rs -k 1"),
        ] {
            assert_eq!(hint(kind, path, typed), expected, "{typed}");
        }
    }

    #[test]
    fn an_address_is_one_word_of_the_command() {
        let path = Path::new("https://x/';rm -rf y;'.jpg");
        let hint = input_hint(ItemHint::Download, path);
        assert_eq!(hint, "curl -sL \"https://x/';rm -rf y;'.jpg\" | mnet classify -");
        let line = CommandLine::new(["classify", "https://a.b/c.jpg", "--model", "v2"]);
        let hint = hint_in(ItemHint::Download, Path::new("https://a.b/c.jpg"), &line);
        assert_eq!(hint, "curl -sL https://a.b/c.jpg | mnet classify - --model v2");
    }

    #[test]
    fn a_damaged_picture_keeps_the_flags_of_its_command() {
        let line = CommandLine::new(["classify", "half.jpg", "--model", "v2"]);
        let hint = |path| hint_in(ItemHint::Salvage, Path::new(path), &line);
        assert_eq!(hint("half.jpg"), "mnet classify half.jpg --model v2 --damaged");
        assert_eq!(hint("photos/half.jpg"), "mnet classify --damaged photos/half.jpg");
        let line = CommandLine::new(["eval", "photos", "--model", "v2"]);
        let hint = hint_in(ItemHint::Salvage, Path::new("photos/tabby/half.jpg"), &line);
        assert_eq!(hint, "mnet eval photos --model v2 --damaged");
    }
}
