//! Text in lines that fit a terminal.

use unicode_width::UnicodeWidthStr;

/// `text` in lines of at most `columns`, broken at spaces. A word that does not fit on a line of its own is broken
/// where it has to be, as Chinese and Japanese are, which have no spaces.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    fill(text, columns, true)
}

/// The same, but a word stays whole even if it is too long: a path or a command, to be copied.
pub(crate) fn wrap_between_words(text: &str, columns: usize) -> Vec<String> {
    fill(text, columns, false)
}

/// `text` in lines of at most `columns`, broken between words, where those after the first begin with `indent` spaces.
pub(crate) fn hang(text: &str, columns: usize, indent: usize) -> String {
    let mut text = text.split(' ');
    let mut hung = text.next().unwrap_or_default().to_owned();
    let mut width = hung.width();
    for word in text {
        if width + 1 + word.width() <= columns {
            hung.push(' ');
            width += 1;
        } else {
            hung.extend(["\n", &" ".repeat(indent)]);
            width = indent;
        }
        hung.push_str(word);
        width += word.width();
    }
    hung
}

fn fill(text: &str, columns: usize, breaks_words: bool) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut rest = word;
        if let Some(line) = lines.last_mut().filter(|line| !line.is_empty()) {
            if line.width() + 1 + word.width() <= columns {
                line.push(' ');
                line.push_str(word);
                continue;
            }
            lines.push(String::new());
        }
        while breaks_words && rest.width() > columns {
            let (piece, after) = rest.split_at(fitting(rest, columns));
            lines.last_mut().into_iter().for_each(|line| line.push_str(piece));
            lines.push(String::new());
            rest = after;
        }
        lines.last_mut().into_iter().for_each(|line| line.push_str(rest));
    }
    lines
}

/// Bytes of the longest beginning of `word` that fits, at least one character. What combines with a character before it
/// takes no column, and so stays with it.
fn fitting(word: &str, columns: usize) -> usize {
    let ends = word.char_indices().map(|(start, c)| start + c.len_utf8());
    let first = word.chars().next().map_or(0, char::len_utf8);
    ends.take_while(|end| *end == first || word[..*end].width() <= columns).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("ruffed grouse, partridge", 14), ["ruffed grouse,", "partridge"]);
        assert_eq!(wrap("ruffed grouse, partridge", 13), ["ruffed", "grouse,", "partridge"]);
        assert_eq!(wrap("ruffed grouse", 80), ["ruffed grouse"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn a_long_word_breaks_where_it_has_to() {
        assert_eq!(wrap("a Donaudampfschiff b", 6), ["a", "Donaud", "ampfsc", "hiff b"]);
        assert_eq!(wrap("abc", 0), ["a", "b", "c", ""]);
    }

    #[test]
    fn a_long_word_may_stay_whole() {
        assert_eq!(wrap_between_words("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap_between_words("/a/very/long/path of", 7), ["/a/very/long/path", "of"]);
        assert_eq!(wrap_between_words("", 7), [""]);
    }

    #[test]
    fn lines_after_the_first_hang() {
        assert_eq!(hang("one two three", 13, 2), "one two three");
        assert_eq!(hang("one two three four", 12, 2), "one two\n  three four");
        assert_eq!(hang("one two three four", 11, 2), "one two\n  three\n  four");
        assert_eq!(hang("one  two", 1, 2), "one\n  \n  two");
        assert_eq!(hang("猫 猫", 4, 0), "猫\n猫");
    }

    #[test]
    fn columns_are_counted_not_characters() {
        assert_eq!(wrap("猫猫猫 犬", 4), ["猫猫", "猫", "犬"]);
        assert_eq!(wrap("猫猫猫", 5), ["猫猫", "猫"]);
        // Each with an accent of its own.
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(wrap(&family.repeat(2), 2), [family, family]);
    }

    #[test]
    fn no_line_is_too_long_and_nothing_is_lost() {
        let text = "Staffordshire bullterrier, スタッフォードシャー e\u{301}\u{327}tude 👍🏽 x";
        for columns in 2..40 {
            let lines = wrap(text, columns);
            assert!(lines.iter().all(|line| line.width() <= columns), "{columns}: {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
