//! The networks of a grid: every model at every alpha, as far as they exist.

use anyhow::Result;

use super::model::BenchModel;
use crate::cli::session::Session;
use crate::models::catalogue;
use crate::words::and_list;

/// A network to open.
type Choice = (Option<String>, Option<f64>);

/// Opens all of them before anything is measured: a mistake is told at once, and no download disturbs a measurement. Of
/// several, those that do not exist at an alpha are left out with a note.
///
/// # Errors
/// If one does not open, or none is left.
pub(super) fn open(
    models: &[String],
    alphas: &[f64],
    random_weights: bool,
    session: &Session,
) -> Result<Vec<BenchModel>> {
    let is_absent =
        |(model, alpha): &Choice| BenchModel::is_absent_at(*alpha, model.as_deref(), random_weights);
    let choices: Vec<_> = choices(models, alphas);
    let (absent, existing): (Vec<_>, Vec<_>) = choices.iter().cloned().partition(is_absent);
    // If all are absent, the first says so itself.
    let opened = if existing.is_empty() { &choices } else { &existing };
    let models = opened
        .iter()
        .map(|(model, alpha)| BenchModel::open(model.as_ref(), *alpha, random_weights, session))
        .collect::<Result<_>>()?;
    if let Some(note) = note(&absent, random_weights) {
        session.console().note(note);
    }
    Ok(models)
}

fn choices(models: &[String], alphas: &[f64]) -> Vec<Choice> {
    let alphas = or_default(alphas);
    let of_model = |model: Option<String>| alphas.iter().map(move |alpha| (model.clone(), *alpha)).collect();
    or_default(models).into_iter().flat_map(|model| -> Vec<_> { of_model(model) }).collect()
}

/// The values given, or `None` for the default.
pub(super) fn or_default<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    if values.is_empty() { vec![None] } else { values.iter().cloned().map(Some).collect() }
}

/// `left out, as they do not exist: v1 at alpha 0.35, v3 at alpha 0.25 and 0.35`
fn note(absent: &[Choice], random_weights: bool) -> Option<String> {
    let mut models: Vec<_> = absent.iter().map(|(model, _)| model.clone().unwrap_or_default()).collect();
    models.dedup();
    let clauses: Vec<_> = models
        .iter()
        .map(|model| {
            let of_model = absent.iter().filter(|(other, _)| other.as_deref().unwrap_or_default() == model);
            let alphas = and_list(of_model.filter_map(|(_, alpha)| Some(format!("{:?}", (*alpha)?))));
            let name = if model.is_empty() { String::new() } else { format!("{model} ") };
            format!("{name}at alpha {alphas}")
        })
        .collect();
    let exists = |(model, alpha): &Choice| {
        model.as_ref().is_some_and(|model| catalogue::architecture(model, *alpha).is_some())
    };
    let (what, remedy) = match (random_weights, absent.iter().any(exists)) {
        (true, _) => ("there is no such network", ""),
        (false, true) => ("there are no such weights", " (--random-weights measures V1 and V2 at any alpha)"),
        (false, false) => ("there are no such weights", ""),
    };
    (!clauses.is_empty()).then(|| format!("left out, as {what}: {}{remedy}", clauses.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(models: &[&str], alphas: &[f64], random_weights: bool) -> Option<String> {
        let models: Vec<_> = models.iter().map(|&model| model.to_owned()).collect();
        let is_absent =
            |(model, alpha): &Choice| BenchModel::is_absent_at(*alpha, model.as_deref(), random_weights);
        let absent: Vec<_> = choices(&models, alphas).into_iter().filter(is_absent).collect();
        note(&absent, random_weights)
    }

    #[test]
    fn what_does_not_exist_is_named() {
        assert_eq!(noted(&["v1", "v2"], &[0.33, 1.0], true), None);
        assert_eq!(
            noted(&["v1", "v3", "lite0"], &[0.35, 0.75, 0.5], true).as_deref(),
            Some(
                "left out, as there is no such network: v3 at alpha 0.35; lite0 at alpha 0.35, 0.75 and 0.5"
            )
        );
        assert_eq!(
            noted(&["v1", "v2"], &[0.35, 1.0], false).as_deref(),
            Some(
                "left out, as there are no such weights: v1 at alpha 0.35 (--random-weights measures V1 and V2 at any \
                 alpha)"
            )
        );
        // A name that no network has is an error of its own, not a gap in the grid.
        assert_eq!(noted(&["v9", "owner/name"], &[], true), None);
        assert_eq!(noted(&["v9"], &[0.5], false), None);
    }

    #[test]
    fn models_run_over_alphas() {
        let choices = choices(&["v1".into(), "v2".into()], &[0.5, 1.0]);
        let shown: Vec<_> = choices
            .iter()
            .map(|(model, alpha)| format!("{} {:?}", model.as_ref().unwrap(), alpha.unwrap()))
            .collect();
        assert_eq!(shown, ["v1 0.5", "v1 1.0", "v2 0.5", "v2 1.0"]);
        assert_eq!(super::choices(&[], &[]), [(None, None)]);
    }
}
