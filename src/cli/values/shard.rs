//! `I/N`: a share of the inputs.

use super::bad_value::BadValue;
use crate::inputs::Shard;

/// The share that an error suggests if the word has no two numbers.
const EXAMPLE: &str = "0/4";

/// A share of the inputs. An error suggests what was meant by `3of7`, `3:7` and shares that are counted from 1.
pub(in crate::cli) fn shard(word: &str) -> Result<Shard, BadValue> {
    if let Some(shard) = word.split_once('/').and_then(|(index, count)| exact(index, count)) {
        return Ok(shard);
    }
    if word.starts_with('/') || word.ends_with('/') {
        let expected = "I/N, such as 0/4; here I or N is missing, so a variable may not be set";
        return Err(BadValue::new(expected, EXAMPLE));
    }
    let numbers: Vec<_> =
        word.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect();
    let meant = match numbers[..] {
        [index, count] => exact(index, count).map(|_| format!("{index}/{count}")),
        _ => None,
    };
    let most = match numbers[..] {
        [_, count] => count.parse::<u64>().ok().and_then(|count| count.checked_sub(1)),
        _ => None,
    };
    Err(match (meant, most) {
        (Some(meant), _) => BadValue::new("I/N, such as 0/4", meant),
        // Processes that are counted from 1 take the shares from 1 to N - 1, so the one that is missing is 0.
        (None, Some(most)) => BadValue::new(
            format!(
                "I/N with I from 0 to {most}; shares are counted from 0, for Slurm with --array=0-{most}"
            ),
            format_args!("0/{}", most + 1),
        ),
        (None, None) => BadValue::new("I/N with N above 0 and I from 0 to N - 1, such as 0/4", EXAMPLE),
    })
}

/// The share with these numbers, if both consist of digits.
fn exact(index: &str, count: &str) -> Option<Shard> {
    let number = |word: &str| word.parse().ok().filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()));
    Shard::new(number(index)?, number(count)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::bad_value::instead;

    #[test]
    fn shares_are_counted_from_0() {
        for (word, index, count) in [("0/1", 0, 1), ("3/7", 3, 7), ("6/7", 6, 7), ("03/10", 3, 10)] {
            assert_eq!(Some(shard(word).unwrap()), Shard::new(index, count));
        }
        let refused = shard("7/7").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "expected I/N with I from 0 to 6; shares are counted from 0, for Slurm with --array=0-6"
        );
        assert_eq!(instead(shard, &["7/7", "8/7", "1/1"]), ["0/7", "0/7", "0/1"]);
    }

    #[test]
    fn what_was_meant_is_suggested() {
        let words = ["1of7", "1 of 7", "-1/7", "+1/7", "1:7", "1-7", "1,7", " 1/7", "1/ 7"];
        assert_eq!(instead(shard, &words), ["1/7"; 9]);
        let words =
            ["0/0", "3", "", "x", "1/2/3", "1.5/7", "99999999999999999999/7", "0/99999999999999999999"];
        let expected = ["0/4", "0/4", "0/4", "0/4", "0/4", "0/4", "0/7", "0/4"];
        assert_eq!(instead(shard, &words), expected);
    }

    #[test]
    fn a_variable_that_is_not_set_is_told() {
        for word in ["/7", "3/", "/"] {
            assert!(shard(word).unwrap_err().to_string().contains("a variable may not be set"), "{word}");
        }
    }
}
