//! Several pictures in one run of the network.

use super::errors::caught;
use crate::record::ItemError;

/// One answer per picture: `run` on all of them at once or, if that fails or panics, on one after the other. There may not
/// have been enough memory for all; and what fails on one picture is no fault of the others.
pub(super) fn together<P, A>(
    pictures: &mut [P],
    run: &impl Fn(&mut [P]) -> Result<Vec<Result<A, ItemError>>, ItemError>,
) -> Vec<Result<A, ItemError>> {
    match caught(|| run(pictures)) {
        Ok(answers) => answers,
        Err(error) if pictures.len() == 1 => vec![Err(error)],
        Err(_) => pictures.chunks_mut(1).flat_map(|picture| together(picture, run)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pictures: &mut [u32]) -> Result<Vec<Result<u32, ItemError>>, ItemError> {
        assert!(!pictures.contains(&3), "three");
        if pictures.len() > 4 {
            return Err(ItemError::io("too many"));
        }
        Ok(pictures.iter().map(|picture| Ok(10 * picture)).collect())
    }

    #[test]
    fn a_panic_over_one_picture_leaves_the_others_their_answers() {
        let answers = together(&mut [1, 2, 3, 4], &run);
        let texts: Vec<_> = answers.into_iter().map(|answer| answer.map_err(|error| error.message)).collect();
        let fault = Err("mnet failed on this picture: three".to_owned());
        assert_eq!(texts, [Ok(10), Ok(20), fault, Ok(40)]);
    }

    #[test]
    fn what_is_too_much_at_once_goes_one_by_one() {
        assert_eq!(together(&mut [1, 2, 4, 5, 6], &run), [10, 20, 40, 50, 60].map(Ok));
        let error = together(&mut [3], &run).remove(0).unwrap_err();
        assert_eq!(error.kind, "internal");
    }
}
