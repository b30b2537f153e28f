//! A row as [`csv::Writer`] and spreadsheets write it. csv's own reader takes anything for a row: after a stray quote, all that
//! follows.

use std::mem::take;

/// Splits a row into fields, one line after the other: in quotes, a field may have several.
#[derive(Debug, Default)]
pub(super) struct RowParser {
    fields: Vec<Vec<u8>>,
    field: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    FieldStart,
    Plain,
    Quoted,
    /// After a quote in quotes: either they end, or another quote follows.
    Quote,
    /// After a carriage return, which a spreadsheet has put before the newline.
    Return,
}

/// What is known after a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// These fields.
    Whole(Vec<Vec<u8>>),
    /// It goes on in the next line.
    Open,
    /// It is not a row.
    Malformed,
}

impl RowParser {
    /// Reads the next line of the row.
    pub(super) fn line(&mut self, text: &[u8]) -> Row {
        if self.state == State::Quoted {
            self.field.push(b'\n');
        }
        for byte in text {
            let Some(state) = self.next(*byte) else { return Row::Malformed };
            self.state = state;
        }
        if self.state == State::Quoted {
            return Row::Open;
        }
        self.fields.push(take(&mut self.field));
        Row::Whole(take(&mut self.fields))
    }

    /// The state after `byte`; `None` where no row has such a byte.
    fn next(&mut self, byte: u8) -> Option<State> {
        let next = match (self.state, byte) {
            // No path and no text has one: a disk that lost power leaves them.
            (_, 0) | (State::Return, _) | (State::Plain, b'"') => return None,
            (State::Quoted, b'"') => return Some(State::Quote),
            (State::FieldStart, b'"') => return Some(State::Quoted),
            (State::Quoted, _) | (State::Quote, b'"') => State::Quoted,
            (_, b',') => {
                self.fields.push(take(&mut self.field));
                return Some(State::FieldStart);
            }
            (_, b'\r') => return Some(State::Return),
            (State::Quote, _) => return None,
            (State::FieldStart | State::Plain, _) => State::Plain,
        };
        self.field.push(byte);
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(fields: &[&str]) -> Row {
        Row::Whole(fields.iter().map(|field| field.as_bytes().to_vec()).collect())
    }

    #[test]
    fn rows_are_split_as_they_were_written() {
        let row = |text: &str| RowParser::default().line(text.as_bytes());
        assert_eq!(row(""), whole(&[""]));
        assert_eq!(row("a,,b\r"), whole(&["a", "", "b"]));
        assert_eq!(row("\"a, \"\"b\"\"\",\"\"\r"), whole(&["a, \"b\"", ""]));
        for malformed in ["a\"b", "\"a\"b", "a\rb", "\"a\"\r,", "a\0", "\"a\0"] {
            assert_eq!(row(malformed), Row::Malformed, "{malformed:?}");
        }
    }

    #[test]
    fn fields_in_quotes_have_several_lines() {
        let mut row = RowParser::default();
        assert_eq!(
            (row.line(b"1,\"a\r"), row.line(b""), row.line(b"b\",2")),
            (Row::Open, Row::Open, whole(&["1", "a\r\n\nb", "2"]))
        );
        let mut row = RowParser::default();
        assert_eq!(
            (row.line(b"\"torn"), row.line(b"a.jpg,1,\"Saluki, hound\"")),
            (Row::Open, Row::Malformed)
        );
    }
}
