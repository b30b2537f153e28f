//! What the embeddings of a file are, as JSON: beside it, or in its metadata.

use serde::{Deserialize, Serialize};

use crate::record::{EmbeddingInfo, FeatureLayer, ModelInfo};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    model: String,
    res: usize,
    layer: String,
    normalised: bool,
    dimension: usize,
}

/// The text of the file for the embeddings of `model`.
pub(super) fn text(model: &ModelInfo) -> String {
    let EmbeddingInfo { layer, normalised, dimension } =
        model.embedding.unwrap_or_else(|| unreachable!("it embeds"));
    let (layer, res) = (layer.name().to_owned(), model.resolution);
    let fields = Fields { model: model.name.clone(), res, layer, normalised, dimension };
    serde_json::to_string(&fields).unwrap_or_else(|_| unreachable!("plain data")) + "\n"
}

/// The model that a file names. Or what is wrong with it.
pub(super) fn read(text: &str) -> Result<ModelInfo, String> {
    let fields: Fields = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Fields { model, res, layer, normalised, dimension } = fields;
    let layer = FeatureLayer::named(&layer).ok_or_else(|| format!("no layer is called {layer}"))?;
    let embedding = Some(EmbeddingInfo { layer, normalised, dimension });
    Ok(ModelInfo { name: model, resolution: res, temperature: None, precision: None, embedding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_comes_back() {
        let embedding = EmbeddingInfo { layer: FeatureLayer::Pooled, normalised: true, dimension: 960 };
        let embedding = Some(embedding);
        let model = ModelInfo {
            name: "owner/\"name\"".into(),
            resolution: 224,
            temperature: None,
            precision: None,
            embedding,
        };
        assert_eq!(read(&text(&model)), Ok(model));
        assert!(read("{}").is_err() && read("").is_err());
    }
}
