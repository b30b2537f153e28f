//! The files beside a picture in a tar or zip, paired as `WebDataset` pairs them: `0001.cls` and `0001.json` belong to `0001.jpg`.

use std::path::Path;

use serde_json::Value;

use super::reading::MemberOptions;
use crate::record::ItemError;

/// The most bytes of a file beside a picture.
pub(super) const MOST_BYTES: u64 = 1 << 20;

/// The endings of texts, which are strings even if they look like numbers.
const TEXTS: [&str; 3] = ["txt", "text", "transcript"];

/// Any name without a file of its own may be a field of this one.
const JSON: &str = "json";

/// What members of one picture have in common, and the rest of the name: `a/0001` and `seg.png` of `a/0001.seg.png`. The ending is in
/// lower case. A dot at the beginning of a name ends no key.
pub(in crate::inputs) fn key_and_ending(name: &Path) -> (Vec<u8>, String) {
    let whole = name.as_os_str().as_encoded_bytes();
    let last = name.file_name().unwrap_or_default().as_encoded_bytes();
    let Some(dot) = last.iter().skip(1).position(|byte| *byte == b'.') else {
        return (whole.to_vec(), String::new());
    };
    let (key, ending) = whole.split_at(whole.len() - last.len() + dot + 1);
    (key.to_vec(), String::from_utf8_lossy(&ending[1..]).to_lowercase())
}

/// The files beside a picture that the kept columns need.
#[derive(Debug, Default)]
pub(super) struct Beside(Vec<File>);

#[derive(Debug)]
struct File {
    ending: String,
    /// Its bytes, or the reason why they were not read.
    content: Result<Vec<u8>, String>,
}

impl Beside {
    /// Whether a file with this ending, in lower case, may hold one of the `columns`.
    pub(super) fn wants(ending: &str, columns: &[String]) -> bool {
        !columns.is_empty()
            && (ending == JSON || columns.iter().any(|column| column.to_lowercase() == ending))
    }

    /// Adds a file of `size` bytes, which `read` reads unless they are too many. Of two with the same ending, the last one counts.
    ///
    /// # Errors
    /// The errors of `read`.
    pub(super) fn add<E>(
        &mut self,
        ending: String,
        size: u64,
        read: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        let content = if size > MOST_BYTES {
            Err(format!("has {size} bytes; the limit is {MOST_BYTES}"))
        } else {
            Ok(read()?)
        };
        self.0.retain(|file| file.ending != ending);
        self.0.push(File { ending, content });
        Ok(())
    }

    /// The values of the `columns`: each the content of the file with that ending, or the field of this name in the JSON; null if
    /// neither exists.
    ///
    /// # Errors
    /// If a file that has the value cannot be read as a value, unless the columns may be missing.
    pub(super) fn values(&self, options: &MemberOptions) -> Result<Vec<Value>, ItemError> {
        let json = self.file(JSON).map(File::value);
        let value = |column: &String| match (self.file(&column.to_lowercase()), &json) {
            (Some(file), _) if file.ending != JSON => file.value(),
            (_, Some(Ok(json))) if column.eq_ignore_ascii_case(JSON) => Ok(json.clone()),
            (_, Some(Ok(json))) => Ok(json.get(column).cloned().unwrap_or_default()),
            (_, Some(Err(error))) => Err(error.clone()),
            (_, None) => Ok(Value::Null),
        };
        let or_null = |found: Result<Value, _>| {
            found.or_else(|error| if options.allows_missing { Ok(Value::Null) } else { Err(error) })
        };
        options.keep.iter().map(value).map(or_null).collect()
    }

    fn file(&self, ending: &str) -> Option<&File> {
        self.0.iter().find(|file| file.ending == ending)
    }
}

impl File {
    /// Parsed JSON, a string for a text file, and for any other file a number if its content is a plain integer, or else a string.
    fn value(&self) -> Result<Value, ItemError> {
        let failed =
            |reason: &str| Err(ItemError::io(format!("the .{} file beside it {reason}", self.ending)));
        let bytes = match &self.content {
            Ok(bytes) => bytes,
            Err(reason) => return failed(reason),
        };
        if self.ending == JSON {
            return serde_json::from_slice(bytes).or_else(|error| failed(&format!("is not JSON: {error}")));
        }
        let Ok(text) = str::from_utf8(bytes) else { return failed("is not UTF-8 text") };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let number = if TEXTS.contains(&self.ending.as_str()) { None } else { integer(line.trim()) };
        Ok(number.unwrap_or_else(|| line.into()))
    }
}

/// `text` as a number, if that is written the same way: not `007`, `+7` or `-0`.
fn integer(text: &str) -> Option<Value> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then(|| number.into())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use serde_json::json;

    use super::*;

    fn beside(files: &[(&str, &[u8])]) -> Beside {
        let mut beside = Beside::default();
        for (ending, content) in files {
            let read = || Ok::<_, Infallible>(content.to_vec());
            beside.add((*ending).to_owned(), content.len() as u64, read).unwrap();
        }
        beside
    }

    fn values(files: &[(&str, &[u8])], columns: &[&str]) -> Result<Vec<Value>, String> {
        let columns: Vec<_> = columns.iter().map(|&column| column.to_owned()).collect();
        let options = MemberOptions { keep: columns, ..MemberOptions::default() };
        beside(files).values(&options).map_err(|error| error.message)
    }

    #[test]
    fn columns_that_may_be_missing_are_null_where_their_file_cannot_be_read() {
        let keep = ["label", "cls"].map(str::to_owned).to_vec();
        let options = MemberOptions { keep, allows_missing: true, ..MemberOptions::default() };
        let found = beside(&[("json", b"{"), ("cls", b"3")]).values(&options).unwrap();
        assert_eq!(found, [json!(null), json!(3)]);
    }

    #[test]
    fn the_key_ends_at_the_first_dot_of_the_last_part() {
        for (name, key, ending) in [
            ("a.b/0001.seg.PNG", "a.b/0001", "seg.png"),
            ("0001.jpg", "0001", "jpg"),
            ("a.b/0001", "a.b/0001", ""),
            (".0001.jpg", ".0001", "jpg"),
            ("0001.", "0001", ""),
            ("", "", ""),
        ] {
            assert_eq!(key_and_ending(Path::new(name)), (key.into(), ending.to_owned()), "{name}");
        }
    }

    #[test]
    fn endings_come_before_fields_and_what_is_missing_is_null() {
        let files: [(&str, &[u8]); 3] = [
            ("cls", b"281\n"),
            ("txt", b"42\r\n"),
            ("json", br#"{"cls": 1, "label": "tabby", "size": [2, 3], "none": null}"#),
        ];
        let found = values(&files, &["cls", "txt", "label", "size", "none", "other", "CLS"]).unwrap();
        assert_eq!(
            found,
            [json!(281), json!("42"), json!("tabby"), json!([2, 3]), json!(null), json!(null), json!(281)]
        );
        assert_eq!(values(&files[2..], &["cls"]).unwrap(), [json!(1)]);
        assert_eq!(values(&files[2..], &["json"]).unwrap()[0]["label"], "tabby");
        assert_eq!(values(&[("json", b"[1]")], &["label", "JSON"]).unwrap(), [json!(null), json!([1])]);
        assert_eq!(values(&[], &["cls", "json"]).unwrap(), [json!(null), json!(null)]);
    }

    #[test]
    fn only_plain_integers_are_numbers() {
        for (text, expected) in [
            ("-3", json!(-3)),
            (" 7 \n", json!(7)),
            ("007", json!("007")),
            ("+7", json!("+7")),
            ("1.5", json!("1.5")),
            ("99999999999999999999", json!("99999999999999999999")),
            ("", json!("")),
            ("a\nb\n", json!("a\nb")),
            ("\u{feff}5", json!(5)),
        ] {
            assert_eq!(values(&[("id", text.as_bytes())], &["id"]).unwrap(), [expected], "{text}");
        }
    }

    #[test]
    fn files_that_have_no_value_are_errors() {
        let error = |ending, content: &[u8], column| values(&[(ending, content)], &[column]).unwrap_err();
        assert_eq!(error("npy", b"\x93NUMPY", "npy"), "the .npy file beside it is not UTF-8 text");
        assert!(error("json", b"{", "label").starts_with("the .json file beside it is not JSON: "));
        // It is not needed.
        assert_eq!(values(&[("json", b"{"), ("cls", b"3")], &["cls"]).unwrap(), [json!(3)]);
    }

    #[test]
    fn a_large_file_is_not_read() {
        let mut beside = Beside::default();
        beside.add("txt".to_owned(), 10 << 30, || Err("it was read")).unwrap();
        let options = MemberOptions { keep: vec!["txt".to_owned()], ..MemberOptions::default() };
        let error = beside.values(&options).unwrap_err();
        assert_eq!(error.message, "the .txt file beside it has 10737418240 bytes; the limit is 1048576");
    }

    #[test]
    fn only_files_that_may_hold_a_column_are_read() {
        let columns = ["CLS".to_owned(), "seg.txt".to_owned()];
        let wanted = ["cls", "seg.txt", "json", "txt", "jpg"].map(|ending| Beside::wants(ending, &columns));
        assert_eq!(wanted, [true, true, true, false, false]);
        assert!(!Beside::wants("json", &[]));
    }
}
