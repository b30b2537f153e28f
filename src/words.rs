//! Lists in sentences.

/// `1, 2 and 4`
pub fn and_list(items: impl IntoIterator<Item = impl ToString>) -> String {
    list("and", items)
}

/// `1, 2 or 4`, with the `conjunction` before the last item.
pub fn list(conjunction: &str, items: impl IntoIterator<Item = impl ToString>) -> String {
    let words: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_item_follows_the_conjunction() {
        assert_eq!(and_list([0; 0]), "");
        assert_eq!(and_list([1]), "1");
        assert_eq!(and_list([1, 2]), "1 and 2");
        assert_eq!(and_list(["a", "b", "c"]), "a, b and c");
        assert_eq!(list("or", ["a", "b", "c"]), "a, b or c");
    }
}
