//! Which dictionary of tensors is the network.

use std::collections::BTreeSet;

use super::path::{Key, Path, name, subscripts};
use super::search::{Dictionary, Found, Unread};
use super::value::{Id, PickledTensor, Value};
use crate::terminal_text::printable;
use crate::weights::average::{Candidate, is_average_name, prefer_average};
use crate::weights::error::{Fault, Remedy};
use crate::words::and_list;

/// How many dictionaries a message names.
const SHOWN: usize = 4;

/// The tensors of a network.
pub(in crate::weights) struct Network<'a> {
    pub(in crate::weights) tensors: Vec<(&'a str, PickledTensor<'a>)>,
    /// Which dictionary was taken, if there was a choice.
    pub(in crate::weights) choice: Option<String>,
}

/// Takes the one dictionary that is a network: that has the weight of a convolution. If no dictionary has one, any
/// dictionary of tensors will do; what it lacks is said when the network is built.
pub(super) fn choose<'a>(
    values: &[Value<'a>],
    result: Id,
    found: &Found<'_, 'a>,
) -> Result<Network<'a>, Fault> {
    let (networks, others): (Vec<_>, Vec<_>) =
        if found.dictionaries.iter().any(|dictionary| dictionary.has_filters) {
            found.dictionaries.iter().partition(|dictionary| dictionary.has_filters)
        } else {
            (found.dictionaries.iter().collect(), vec![])
        };
    let (network, choice) = match networks.as_slice() {
        [] => return Err(nothing(values, result, found)),
        [network] => (*network, None),
        _ => {
            let (network, reason) = prefer(&networks)?;
            let names = and_list(names(&networks));
            let choice = format!("of its dictionaries {names}, {} is used ({reason})", name(&network.path));
            (network, Some(choice))
        }
    };
    let clauses: Vec<_> = choice.into_iter().chain(unused(&others, found)).collect();
    let choice = (!clauses.is_empty()).then(|| clauses.join("; "));
    Ok(Network { tensors: tensors(values, network)?, choice })
}

/// Of several networks, the moving average, else the one that timm would take.
fn prefer<'f, 'v, 'a>(
    networks: &[&'f Dictionary<'v, 'a>],
) -> Result<(&'f Dictionary<'v, 'a>, &'static str), Fault> {
    let (mut averages, trained): (Vec<&'f Dictionary<'v, 'a>>, Vec<&'f Dictionary<'v, 'a>>) =
        networks.iter().copied().partition(|dictionary| is_average(&dictionary.path));
    // `load_state_dict` in timm/models/_helpers.py.
    let called = |of: &[&'f Dictionary<'v, 'a>], name| {
        of.iter().copied().find(|dictionary| dictionary.path == [Key::Entry(name)])
    };
    if let Some(average) = called(&averages, "state_dict_ema").or_else(|| called(&averages, "model_ema")) {
        averages = vec![average];
    }
    if averages.is_empty() {
        let by_timm = called(&trained, "state_dict").or_else(|| called(&trained, "model"));
        return by_timm.map(|network| (network, "as timm does")).ok_or_else(|| ambiguous(networks));
    }
    let candidate = |network: &&'f Dictionary<'v, 'a>| Candidate {
        network: *network,
        is_average: is_average(&network.path),
        tensors: network.tensors,
    };
    let candidates: Vec<_> = averages.iter().chain(&trained).map(candidate).collect();
    prefer_average(&candidates).ok_or_else(|| ambiguous(networks))
}

/// Whether a part of the path says so.
fn is_average(path: &Path<'_>) -> bool {
    path.iter().any(|key| matches!(key, Key::Entry(name) if is_average_name(name)))
}

fn ambiguous(networks: &[&Dictionary<'_, '_>]) -> Fault {
    let inner = networks.iter().find(|dictionary| !dictionary.path.is_empty());
    let subscripts = inner.map(|dictionary| subscripts(&dictionary.path)).unwrap_or_default();
    let reason =
        format!("it has several networks, {}, and nothing says which to use", and_list(names(networks)));
    Fault::Unsupported { reason, remedy: Some(Remedy::Entry { subscripts }) }
}

/// A clause about what stands beside the network and may be a part of it, such as a classifier of its own, or another
/// network.
fn unused(others: &[&Dictionary<'_, '_>], found: &Found<'_, '_>) -> Option<String> {
    let tensors = others.iter().filter(|other| other.has_matrix).map(|other| ("the tensors", &other.path));
    let modules = unread(&found.modules).map(|(path, _)| ("the whole module", path));
    let arrays = unread(&found.tensors).map(|(path, (_, value))| {
        (if value.is_array() { "the numpy arrays" } else { "the tensors of a kind that is not read" }, path)
    });
    let nameless = unread(&found.nameless).map(|(path, ())| ("the tensors without names", path));
    let clauses: Vec<_> = tensors
        .chain(modules)
        .chain(arrays)
        .chain(nameless)
        .map(|(what, path)| {
            let average = if is_average(path) { " (a moving average, by its name)" } else { "" };
            format!("{what} in {}{average}", name(path))
        })
        .collect();
    let more = (clauses.len() > SHOWN).then(|| "others".to_owned());
    let verb = if matches!(clauses.as_slice(), [one] if one.starts_with("the whole")) { "is" } else { "are" };
    (!clauses.is_empty())
        .then(|| format!("{} {verb} not used", and_list(clauses.into_iter().take(SHOWN).chain(more))))
}

fn unread<'f, 'a, T>(of: &'f [Unread<'a, T>]) -> impl Iterator<Item = (&'f Path<'a>, &'f T)> {
    of.iter().filter(|unread| unread.may_be_network).map(|unread| (&unread.path, &unread.what))
}

fn names(dictionaries: &[&Dictionary<'_, '_>]) -> Vec<String> {
    let more = (dictionaries.len() > SHOWN).then(|| "others".to_owned());
    dictionaries.iter().take(SHOWN).map(|dictionary| name(&dictionary.path)).chain(more).collect()
}

/// The tensors of a dictionary. Counters and other notes among them are stepped over, but nothing that stands
/// under the name of a tensor.
fn tensors<'a>(
    values: &[Value<'a>],
    dictionary: &Dictionary<'_, '_>,
) -> Result<Vec<(&'a str, PickledTensor<'a>)>, Fault> {
    let (mut tensors, mut others) = (vec![], vec![]);
    for &[key, value] in dictionary.entries {
        match (&values[key], &values[value]) {
            (Value::Text(name), Value::Tensor(tensor)) => tensors.push((*name, tensor.clone())),
            (Value::Text(name), other) => others.push((*name, other)),
            _ => {}
        }
    }
    let last_parts: BTreeSet<&str> = tensors.iter().filter_map(|(name, _)| last_part(name)).collect();
    let wrong = others.iter().find(|(name, value)| {
        last_part(name).is_some_and(|part| value.is_unread_tensor() || last_parts.contains(part))
    });
    match wrong {
        None => Ok(tensors),
        Some((name, value)) => Err(no_tensor(name, value)),
    }
}

fn no_tensor(name: &str, value: &Value<'_>) -> Fault {
    let reason = format!("entry `{}`: expected a tensor, found {}", printable(name), value.kind());
    Fault::Unsupported { reason, remedy: None }
}

/// `weight` of `features.0.weight`.
fn last_part(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, last)| last)
}

/// The error for a pickle without a dictionary of tensors.
fn nothing(values: &[Value<'_>], result: Id, found: &Found<'_, '_>) -> Fault {
    let (found, remedy) = if let Some((path, module)) = first(&found.modules) {
        let place = if path.is_empty() { String::new() } else { format!(" in {}", name(path)) };
        (format!("a whole module ({}){place}", module.maker), Remedy::Module { subscripts: subscripts(path) })
    } else if let Some((path, (name, value))) = first(&found.tensors) {
        if !value.is_array() {
            return no_tensor(name, value);
        }
        ("numpy arrays in place of tensors".to_owned(), Remedy::Arrays { subscripts: subscripts(path) })
    } else if found.optimizer {
        ("the state of an optimizer alone".to_owned(), Remedy::SaveStateDict)
    } else if let Some((path, ())) = first(&found.nameless) {
        (format!("tensors without the names of layers in {}", name(path)), Remedy::SaveStateDict)
    } else if matches!(&values[result], Value::Dict(entries) if entries.is_empty()) {
        return Fault::NoTensors;
    } else {
        let holds = if matches!(values[result], Value::Dict(_) | Value::List(_) | Value::Tuple(_)) {
            " that holds none"
        } else {
            ""
        };
        (format!("{}{holds}", values[result].kind()), Remedy::SaveStateDict)
    };
    Fault::Foreign { expected: "a dictionary of tensors".to_owned(), found, remedy }
}

/// The one to speak of: the moving average of a network, else a network, else any.
fn first<'f, 'a, T>(of: &'f [Unread<'a, T>]) -> Option<(&'f Path<'a>, &'f T)> {
    let average = unread(of).find(|(path, _)| is_average(path));
    let any = || of.first().map(|unread| (&unread.path, &unread.what));
    average.or_else(|| unread(of).next()).or_else(any)
}
