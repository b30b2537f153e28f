//! A network and its moving average in one file: which of them is used.

/// Whether a name says so: `state_dict_ema`, `modelEMA`, `averaged_model`, `avg_model`, `swa`, `ema.shadow`.
pub fn is_average_name(name: &str) -> bool {
    let is_word = |word: &String| {
        matches!(word.as_str(), "avg" | "ema" | "polyak" | "shadow" | "swa") || word.starts_with("averag")
    };
    words(name).iter().any(is_word)
}

/// The words of a name, in lower case; a capital starts one: `emaModel`, `EMAModel`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let is =
            |at: Option<usize>, has: fn(&char) -> bool| at.and_then(|at| letters.get(at)).is_some_and(has);
        let before = index.checked_sub(1);
        let follows_small = is(before, char::is_ascii_lowercase);
        let ends_capitals =
            is(before, char::is_ascii_uppercase) && is(Some(index + 1), char::is_ascii_lowercase);
        let starts_word = letter.is_ascii_uppercase() && (follows_small || ends_capitals);
        if starts_word || !letter.is_ascii_alphabetic() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_ascii_alphabetic()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words
}

/// One of several networks in a file.
#[derive(Clone, Copy)]
pub struct Candidate<T> {
    /// Which it is.
    pub network: T,
    /// Whether its name says that it is a moving average.
    pub is_average: bool,
    /// How many tensors it has: some averages are of the parameters alone, without the statistics of batch norms.
    pub tensors: usize,
}

/// The one that is used, and why; `None` if nothing says which.
pub fn prefer_average<T: Copy>(networks: &[Candidate<T>]) -> Option<(T, &'static str)> {
    let (averages, trained): (Vec<&Candidate<T>>, Vec<&Candidate<T>>) =
        networks.iter().partition(|network| network.is_average);
    let [average] = averages.as_slice() else { return None };
    match trained.as_slice() {
        trained if trained.iter().all(|other| average.tensors >= other.tensors) => {
            Some((average.network, "the moving average"))
        }
        [trained] => Some((trained.network, "the moving average has fewer tensors")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_averages() {
        let averages = [
            "state_dict_ema",
            "model_ema",
            "ema",
            "modelEMA",
            "emaModel",
            "EMAModel",
            "ema_0.999",
            "averaged_model",
            "avg_model",
            "model_avg",
            "swa_model",
            "polyak",
            "shadow",
            "ema_model.",
            "model_ema.module.",
        ];
        for name in averages {
            assert!(is_average_name(name), "{name}");
        }
        for name in ["model", "avgpool", "schema", "cinema", "Schema", "state_dict", "", "teacher", "remap"] {
            assert!(!is_average_name(name), "{name}");
        }
    }

    #[test]
    fn an_average_is_used_if_it_is_complete_and_the_only_one() {
        let candidate = |network, is_average, tensors| Candidate { network, is_average, tensors };
        let [trained, other] = [candidate('t', false, 5), candidate('o', false, 5)];
        let [average, half] = [candidate('a', true, 5), candidate('h', true, 2)];
        let chosen = |networks: &[Candidate<char>]| prefer_average(networks).map(|(network, _)| network);
        assert_eq!(chosen(&[trained, average]), Some('a'));
        assert_eq!(chosen(&[trained, other, average]), Some('a'));
        assert_eq!(chosen(&[trained, half]), Some('t'));
        assert_eq!(chosen(&[trained, other, half]), None);
        assert_eq!(chosen(&[trained, average, average]), None);
        assert_eq!(chosen(&[trained, other]), None);
    }
}
