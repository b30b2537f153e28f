//! Numbers and strings as the opcodes of a pickle spell them.

use super::value::Value;

/// The number in a line of protocol 0: `7`, `7L`, or `00` and `01` for the booleans.
pub(super) fn int_line(line: &str) -> Value<'static> {
    match line {
        "00" | "01" => Value::Bool(line == "01"),
        _ => line.strip_suffix('L').unwrap_or(line).parse().map_or(Value::Other("an integer"), Value::Int),
    }
}

/// A signed integer of any length, little-endian. No size or count has more than eight bytes.
pub(super) fn long(bytes: &[u8]) -> Value<'static> {
    if bytes.len() > 8 {
        return Value::Other("an integer");
    }
    let sign = if bytes.last().is_some_and(|byte| byte >> 7 == 1) { -1 } else { 0 };
    Value::Int(bytes.iter().rev().fold(sign, |int, &byte| int << 8 | i64::from(byte)))
}

/// A string of Python 2, whose text was bytes.
pub(super) fn byte_string(bytes: &[u8]) -> Value<'_> {
    str::from_utf8(bytes).map_or(Value::Other("bytes"), Value::Text)
}

/// The text of a line of protocol 0. Escapes are not decoded: no name of a tensor has any.
pub(super) fn text_line(line: &str) -> Value<'_> {
    if line.contains('\\') { Value::Other("a string with escapes") } else { Value::Text(line) }
}

/// The same in quotes, as Python 2 wrote it.
pub(super) fn quoted_line(line: &str) -> Value<'_> {
    let unquoted = ['\'', '"'].iter().find_map(|quote| line.strip_prefix(*quote)?.strip_suffix(*quote));
    unquoted.map_or(Value::Other("a string"), text_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_each_spelling() {
        let int = |value: Value<'_>| match value {
            Value::Int(int) => Some(int),
            _ => None,
        };
        assert_eq!(int(int_line("-12")), Some(-12));
        assert_eq!(int(int_line("12L")), Some(12));
        assert_eq!(int(int_line("119547037146038801333356L")), None);
        assert!(matches!(int_line("01"), Value::Bool(true)));
        assert_eq!(int(long(&[])), Some(0));
        assert_eq!(int(long(&[0xff])), Some(-1));
        assert_eq!(int(long(&[0xff, 0])), Some(255));
        assert_eq!(int(long(&[1; 9])), None);
    }

    #[test]
    fn strings_lose_their_quotes() {
        let text = |value| if let Value::Text(text) = value { Some(text) } else { None };
        assert_eq!(text(quoted_line("'features.0.weight'")), Some("features.0.weight"));
        assert_eq!(text(quoted_line("\"a\"")), Some("a"));
        assert_eq!(text(quoted_line("'a\\n'")), None);
        assert_eq!(text(quoted_line("a")), None);
        assert_eq!(text(byte_string(b"cpu")), Some("cpu"));
        assert_eq!(text(byte_string(b"\xff")), None);
    }
}
