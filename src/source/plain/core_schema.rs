//! YAML 1.2: its core schema, which podnet and newer tools read by.

use super::digits::{integer, is_decimal, is_digits};
use super::reading::Reading;

/// Reads by the core schema of YAML 1.2.2, section 10.3.2.
pub(super) fn core(text: &str) -> Reading {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Reading::Null,
        "true" | "True" | "TRUE" => return Reading::Bool(true),
        "false" | "False" | "FALSE" => return Reading::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Reading::Beyond,
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        Reading::Beyond
    } else if is_digits(unsigned, 10) {
        integer(text, 10)
    } else if let Some(digits) = text.strip_prefix("0o").filter(|digits| is_digits(digits, 8)) {
        integer(digits, 8)
    } else if let Some(digits) = text.strip_prefix("0x").filter(|digits| is_digits(digits, 16)) {
        integer(digits, 16)
    } else if is_decimal(text) {
        text.parse().map_or(Reading::Text, Reading::float)
    } else {
        Reading::Text
    }
}
