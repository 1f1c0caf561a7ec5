//! YAML 1.1 as Go's `yaml.v2` has it, which kubectl and Argo CD read by.

use super::core_schema::core;
use super::digits::{integer, is_decimal, is_digits};
use super::reading::Reading;

/// Reads as Go's `yaml.v2` does (its resolve.go): word lists of YAML 1.1, then Go's own number syntax with the
/// underscores taken out. It has no sexagesimal numbers, and hands dates on as they are written.
pub(super) fn kubectl(text: &str) -> Reading {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Reading::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Reading::Bool(false),
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-')) {
        // Nothing else in Go's lists differs from the core schema, and a number that starts with a dot is read
        // without taking underscores out.
        return core(text);
    }
    if matches!(core(text), Reading::Beyond) && text.ends_with(['f', 'F']) {
        return Reading::Beyond;
    }
    let plain = text.replace('_', "");
    if let Some(reading) = go_integer(&plain) {
        return reading;
    }
    if is_decimal(&plain) {
        // Go refuses what overflows, and then it is text.
        return match plain.parse() {
            Ok(number) if f64::is_finite(number) => Reading::Float(number),
            _ => Reading::Text,
        };
    }
    Reading::Text
}

/// Reads as `strconv.ParseInt(text, 0, 64)`, where a leading zero means octal, and as yaml.v2's own binary numbers,
/// which may have their sign behind the prefix. `None` where Go finds no integer of 64 bits.
fn go_integer(text: &str) -> Option<Reading> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = unsigned.to_ascii_lowercase();
    let (digits, radix) = match (lower.get(..2), lower.get(2..)) {
        (Some("0x"), Some(digits)) => (digits, 16),
        (Some("0o"), Some(digits)) => (digits, 8),
        (Some("0b"), Some(digits)) => (digits.strip_prefix(['+', '-']).unwrap_or(digits), 2),
        _ if lower.len() > 1 && lower.starts_with('0') => (lower.as_str(), 8),
        _ => (lower.as_str(), 10),
    };
    if !is_digits(digits, radix) {
        return None;
    }
    let behind = lower.starts_with("0b-");
    let sign = if negative == behind { "" } else { "-" };
    match integer(&format!("{sign}{digits}"), radix) {
        Reading::Int(number) => Some(Reading::Int(number)),
        // Above 64 bits Go goes on to floats, which have only the decimal form.
        _ if radix == 10 => Some(Reading::Beyond),
        _ => None,
    }
}
