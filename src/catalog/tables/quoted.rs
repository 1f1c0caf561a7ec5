//! Versions in YAML: `1.30` without quotes is the number 1.3 to every reader that goes by YAML's types.
//!
//! A reader that hands over the scalar's own text loses nothing, so that the text is taken; one that has made a number
//! of it has lost the zero already, so that a number is refused.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};

/// Deserializes a string by its `FromStr`.
///
/// # Errors
///
/// The parse error of the string, or, for a number, that `expecting` was expected: it should say "in quotes".
pub(in crate::catalog) fn deserialize<'de, D, T>(deserializer: D, expecting: &'static str) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    deserializer.deserialize_str(Quoted { expecting, target: PhantomData })
}

struct Quoted<T> {
    expecting: &'static str,
    target: PhantomData<T>,
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Quoted<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<u8, String> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        deserialize(&mut deserializer, "a small number in quotes").map_err(|error| error.to_string())
    }

    #[test]
    fn a_string_is_parsed() {
        assert_eq!(parse("\"7\""), Ok(7));
        assert!(parse("\"x\"").unwrap_err().starts_with("invalid digit found in string"));
    }

    #[test]
    fn a_number_is_told_to_be_quoted() {
        assert!(
            parse("1.30")
                .unwrap_err()
                .starts_with("invalid type: floating point `1.3`, expected a small number in quotes")
        );
    }
}
