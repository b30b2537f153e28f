//! The files of a configuration as JSON.

use serde_json::{Map, Value};

use super::error::ConfigError;
use super::fields::Fields;

/// The files that are read, in the order of [`Parsed`]'s fields. All are optional.
pub(in crate::predict) const FILES: [&str; 3] =
    ["config.json", "preprocessor_config.json", "processor_config.json"];

/// The object in each file; null for a missing file.
pub(super) struct Parsed {
    pub(super) config: Value,
    preprocessor: Value,
    processor: Value,
}

impl Parsed {
    /// Parses the contents of [`FILES`].
    ///
    /// # Errors
    /// If one of them is not a JSON object.
    pub(super) fn new(texts: [Option<&[u8]>; 3]) -> Result<Self, ConfigError> {
        let [config, preprocessor, processor] = [0, 1, 2].map(|index| object(FILES[index], texts[index]));
        Ok(Self { config: config?, preprocessor: preprocessor?, processor: processor? })
    }

    /// The image processor: `image_processor` in `processor_config.json`, else `preprocessor_config.json`, as
    /// `get_image_processor_dict` of transformers 5.23 chooses, if there is one.
    ///
    /// # Errors
    /// If it is not an object.
    pub(super) fn image_processor(&self) -> Result<Option<Fields<'_>>, ConfigError> {
        let [_, preprocessor, processor] = FILES;
        match self.processor.get("image_processor") {
            None | Some(Value::Null) if self.preprocessor.is_null() => Ok(None),
            None | Some(Value::Null) => Ok(Some(Fields::new(preprocessor, &self.preprocessor))),
            Some(nested) if nested.is_object() => Ok(Some(Fields::new(processor, nested))),
            Some(found) => {
                let expected = "an object with the settings of an image processor";
                Err(Fields::none(processor).refused("image_processor", found, expected))
            }
        }
    }
}

/// The object in a file, or null. A byte order mark, which some editors write, is skipped.
fn object(file: &'static str, text: Option<&[u8]>) -> Result<Value, ConfigError> {
    let Some(text) = text else { return Ok(Value::Null) };
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let object: Map<_, _> =
        serde_json::from_slice(text).map_err(|source| ConfigError::Json { file, source })?;
    Ok(Value::Object(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_not_objects_are_named() {
        let error = |index: usize, text: &str| {
            let mut texts = [None; 3];
            texts[index] = Some(text.as_bytes());
            match Parsed::new(texts) {
                Ok(parsed) => parsed.image_processor().err().map(|error| error.to_string()),
                Err(error) => Some(error.to_string()),
            }
        };
        for (index, file) in FILES.iter().enumerate() {
            for text in ["", "[]", "null", "\"a\"", "{\"a\": NaN}", "{\"a\": -Infinity}", "{\"a\": 1"] {
                let error = error(index, text).unwrap();
                assert!(error.starts_with(&format!("{file}: ")), "{error}");
            }
            assert_eq!(error(index, "\u{feff}{}"), None);
        }
        assert!(error(2, r#"{"image_processor": "ViT"}"#).unwrap().contains("`image_processor` is \"ViT\""));
    }

    #[test]
    fn an_image_processor_in_processor_config_comes_first() {
        let file = |processor: Option<&str>, preprocessor: Option<&str>| {
            let parsed =
                Parsed::new([None, preprocessor.map(str::as_bytes), processor.map(str::as_bytes)]).unwrap();
            parsed.image_processor().unwrap().map(|fields| fields.file)
        };
        let nested = Some(r#"{"image_processor": {}}"#);
        assert_eq!(file(nested, Some("{}")), Some("processor_config.json"));
        assert_eq!(file(nested, None), Some("processor_config.json"));
        assert_eq!(file(Some(r#"{"processor_class": "A"}"#), Some("{}")), Some("preprocessor_config.json"));
        assert_eq!(file(Some(r#"{"image_processor": null}"#), None), None);
        assert_eq!(file(None, None), None);
    }
}
