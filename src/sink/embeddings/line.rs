//! A line of JSON Lines with an embedding or a failure, read back.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::record::{EmbeddingInfo, FeatureLayer, ModelInfo};
use crate::sink::kept::KeptNames;
use crate::sink::lines::Line;
use crate::sink::whole_lines::{Failure, Fault, parse};

/// All fields of a line.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Fields {
    path: String,
    path_bytes: Option<String>,
    model: Option<String>,
    res: Option<usize>,
    layer: Option<String>,
    normalised: Option<bool>,
    embedding: Option<Vec<f32>>,
    top: Option<IgnoredAny>,
    error: Option<Failure>,
    #[serde(default)]
    kept: KeptNames,
}

/// A whole line of ours.
pub(super) struct WholeLine {
    /// Its bytes.
    pub path: Vec<u8>,
    pub outcome: Outcome,
    /// The names of the columns that it keeps.
    pub kept: Vec<String>,
}

pub(super) enum Outcome {
    /// By this model.
    Embedding(ModelInfo, Vec<f32>),
    Failure(Failure),
}

/// What a line says; nothing if it is blank. Or why it is not one of ours.
pub(super) fn read(line: &Line) -> Result<Option<WholeLine>, Fault> {
    let Some(fields) = parse::<Fields>(line)? else { return Ok(None) };
    if fields.top.is_some() && fields.embedding.is_none() {
        return Err(Fault::OfAnotherCommand("it has labels, not an embedding".to_owned()));
    }
    let outcome = match (fields.model, fields.res, fields.layer, fields.normalised, fields.embedding) {
        (Some(name), Some(resolution), Some(layer), Some(normalised), Some(values))
            if fields.error.is_none() =>
        {
            let layer = FeatureLayer::named(&layer).ok_or_else(|| format!("no layer is called {layer}"))?;
            let embedding = Some(EmbeddingInfo { layer, normalised, dimension: values.len() });
            Outcome::Embedding(
                ModelInfo { name, resolution, temperature: None, precision: None, embedding },
                values,
            )
        }
        (None, None, None, None, None) => {
            let failure = fields.error.map(Outcome::Failure);
            failure.ok_or_else(|| "it has neither an embedding nor an error".to_owned())?
        }
        _ => return Err("it has neither a whole embedding nor an error".to_owned().into()),
    };
    let path = match fields.path_bytes {
        Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|error| error.to_string())?,
        None => fields.path.into_bytes(),
    };
    Ok(Some(WholeLine { path, outcome, kept: fields.kept.0 }))
}
