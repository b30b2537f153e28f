//! Access tokens: never shown, and read from their file only when a request needs one.
//!
//! Own code, because `hf-hub` reads the file but none of the variables, and hands out a plain `String` that
//! logs may show.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::error::HubError;
use crate::regular_file;

/// Limit for the file of a token, in bytes. Tokens have about 40.
const LARGEST_TOKEN_FILE: u64 = 64 << 10;

/// An access token of the hub. `Debug` does not show it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token in `text`, without surrounding white space and line ends; `None` if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let token = text.replace(['\r', '\n'], "");
        let token = token.trim();
        (!token.is_empty()).then(|| Self(token.to_owned()))
    }

    /// The value of the `Authorization` header.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// Whether the token is valid in a header: visible ASCII only.
    fn is_well_formed(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Where the token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// Requests are anonymous.
    None,
    /// The token itself, from `HF_TOKEN`.
    Given(Token),
    /// A file that holds the token; if it does not exist, requests are anonymous.
    File(PathBuf),
}

impl TokenSource {
    /// Whether there is a token.
    ///
    /// # Errors
    /// If its file exists but cannot be read, or the token is not valid in an HTTP header.
    pub fn is_set(&self) -> Result<bool, HubError> {
        Ok(self.resolve()?.is_some())
    }

    /// The token, if there is one.
    ///
    /// # Errors
    /// As [`is_set`](Self::is_set).
    pub(super) fn resolve(&self) -> Result<Option<Token>, HubError> {
        let (token, origin) = match self {
            Self::None => return Ok(None),
            Self::Given(token) => (Some(token.clone()), "HF_TOKEN".to_owned()),
            Self::File(path) => match regular_file::read_text(path, LARGEST_TOKEN_FILE) {
                Ok(text) => (Token::new(&text), path.display().to_string()),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                Err(source) => return Err(HubError::Read { path: path.clone(), source }),
            },
        };
        match token {
            Some(token) if !token.is_well_formed() => Err(HubError::InvalidToken { origin }),
            token => Ok(token),
        }
    }
}
