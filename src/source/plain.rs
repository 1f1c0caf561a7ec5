//! What an unquoted word means: to kubectl, and to YAML 1.2.
//!
//! A base manifest is written for kubectl, which reads YAML 1.1 by the rules of Go's `yaml.v2` (through
//! `sigs.k8s.io/yaml`, as Argo CD does). podnet and newer tools read YAML 1.2. `on` is `true` to one and text to the
//! other, `0644` is 420 or 644. A word is taken only where both agree; elsewhere the user is asked to say what is
//! meant. What both take alike is kept even where the wording differs: `1e3` is the number 1000 and comes out as
//! `1000.0`, `1.10` as `1.1`, `2010-09-09` and `1:20` are text and come out in quotes.

use std::fmt;

use serde_json::{Number, Value};

/// What a reader makes of an unquoted word.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A number that JSON, and so the Kubernetes API, does not have: infinite, not a number, over 64 bits.
    Beyond,
    Text,
}

impl Reading {
    fn float(number: f64) -> Self {
        if number.is_finite() { Self::Float(number) } else { Self::Beyond }
    }

    fn value(self, text: &str) -> Option<Value> {
        match self {
            Self::Null => Some(Value::Null),
            Self::Bool(value) => Some(Value::Bool(value)),
            Self::Int(value) => Some(Value::from(value)),
            Self::Float(value) => Number::from_f64(value).map(Value::Number),
            Self::Beyond => None,
            Self::Text => Some(Value::from(text)),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Int(value) => write!(formatter, "{value}"),
            Self::Float(value) => write!(formatter, "{value:?}"),
            Self::Beyond => formatter.write_str("a number that no Kubernetes field can hold"),
            Self::Text => formatter.write_str("text"),
        }
    }
}

/// An unquoted word that cannot be taken: what is wrong with it, why, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ambiguity {
    /// One sentence, lower case.
    pub(crate) message: String,
    /// Both readings.
    pub(crate) note: String,
    /// The change to make.
    pub(crate) help: String,
}

/// Reads an unquoted value.
///
/// `true` is a boolean, `25m` a text, `0.025` a number. `on`, `012` and `1_000` are refused.
pub(crate) fn value(text: &str) -> Result<Value, Ambiguity> {
    let (kubectl, core) = (kubectl(text), core(text));
    if kubectl == core
        && let Some(value) = core.value(text)
    {
        return Ok(value);
    }
    let quoted = Value::from(text);
    let help = match kubectl {
        Reading::Beyond | Reading::Text => format!("write `{quoted}` for the text"),
        meant => format!("write `{meant}` for what kubectl reads, or `{quoted}` for the text"),
    };
    Err(Ambiguity {
        message: format!("`{text}` without quotes does not say what it is"),
        note: format!("kubectl reads {kubectl}, YAML 1.2 reads {core}"),
        help,
    })
}

/// Checks an unquoted key: the text that both readers use for it must be what is written.
///
/// kubectl turns the key `on` into `true`, `0x10` into `16` and merges the value of `<<` into the map around it, all
/// without a word. `8080` and `true` stay as they are.
pub(crate) fn key(text: &str) -> Result<(), Ambiguity> {
    let same = match (kubectl(text), core(text)) {
        (Reading::Text, Reading::Text) => text != "<<",
        (Reading::Int(one), Reading::Int(other)) => one == other && one.to_string() == text,
        (Reading::Bool(one), Reading::Bool(other)) => one == other && one.to_string() == text,
        _ => false,
    };
    if same {
        return Ok(());
    }
    Err(Ambiguity {
        message: format!("the key `{text}` needs quotes"),
        note: "without them kubectl does not keep it as it is written".to_owned(),
        help: format!("write `{}`", Value::from(text)),
    })
}

/// Tells whether YAML 1.2 reads an unquoted word as a text: `on` and `us-west-2a` are, `1.30`, `true` and `~` are not.
pub(crate) fn is_text(text: &str) -> bool {
    core(text) == Reading::Text
}

/// Reads by the core schema of YAML 1.2.2, section 10.3.2.
fn core(text: &str) -> Reading {
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

/// Reads as Go's `yaml.v2` does (its resolve.go): word lists of YAML 1.1, then Go's own number syntax with the
/// underscores taken out. It has no sexagesimal numbers, and hands dates on as they are written.
fn kubectl(text: &str) -> Reading {
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

fn integer(text: &str, radix: u32) -> Reading {
    i64::from_str_radix(text, radix).map_or(Reading::Beyond, Reading::Int)
}

fn is_digits(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_digit(radix))
}

/// Tells whether the text is a decimal number with an optional sign, fraction and exponent:
/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, which both readers have.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits =
        exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent), 10));
    let mantissa_fits = match mantissa.split_once('.') {
        None => is_digits(mantissa, 10),
        Some(("", fraction)) => is_digits(fraction, 10),
        Some((whole, fraction)) => is_digits(whole, 10) && (fraction.is_empty() || is_digits(fraction, 10)),
    };
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_both_readers_take_alike_is_taken() {
        for (text, expected) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("Null", json!(null)),
            ("true", json!(true)),
            ("FALSE", json!(false)),
            ("0", json!(0)),
            ("-0", json!(0)),
            ("+12", json!(12)),
            ("-7", json!(-7)),
            ("9223372036854775807", json!(9_223_372_036_854_775_807_i64)),
            ("0o17", json!(15)),
            ("0x1F", json!(31)),
            ("07", json!(7)),
            ("0.025", json!(0.025)),
            ("1.10", json!(1.1)),
            ("1e3", json!(1000.0)),
            ("-1.5E-3", json!(-0.0015)),
            ("1.", json!(1.0)),
            (".5", json!(0.5)),
            ("01.5", json!(1.5)),
            ("25m", json!("25m")),
            ("10%", json!("10%")),
            ("v1.21.1", json!("v1.21.1")),
            ("1.21.1", json!("1.21.1")),
            ("1:20", json!("1:20")),
            ("190:20:30.15", json!("190:20:30.15")),
            ("2010-09-09", json!("2010-09-09")),
            ("2001-12-14t21:59:43.10-05:00", json!("2001-12-14t21:59:43.10-05:00")),
            ("0o8", json!("0o8")),
            ("0xfg", json!("0xfg")),
            ("1e", json!("1e")),
            ("yEs", json!("yEs")),
            ("=", json!("=")),
            (".", json!(".")),
            ("-", json!("-")),
            ("<<", json!("<<")),
            ("nan", json!("nan")),
            ("-addr=:50051", json!("-addr=:50051")),
            ("--log-level=debug", json!("--log-level=debug")),
            ("linux", json!("linux")),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_they_take_differently_is_refused_with_both_readings() {
        for (text, note) in [
            ("y", "kubectl reads true, YAML 1.2 reads text"),
            ("N", "kubectl reads false, YAML 1.2 reads text"),
            ("on", "kubectl reads true, YAML 1.2 reads text"),
            ("Off", "kubectl reads false, YAML 1.2 reads text"),
            ("yes", "kubectl reads true, YAML 1.2 reads text"),
            ("012", "kubectl reads 10, YAML 1.2 reads 12"),
            ("0644", "kubectl reads 420, YAML 1.2 reads 644"),
            ("09", "kubectl reads 9.0, YAML 1.2 reads 9"),
            ("-012", "kubectl reads -10, YAML 1.2 reads -12"),
            ("-0o7", "kubectl reads -7, YAML 1.2 reads text"),
            ("0b11", "kubectl reads 3, YAML 1.2 reads text"),
            ("0b-11", "kubectl reads -3, YAML 1.2 reads text"),
            ("1_000", "kubectl reads 1000, YAML 1.2 reads text"),
            ("1_0.5", "kubectl reads 10.5, YAML 1.2 reads text"),
            ("+0x1f", "kubectl reads 31, YAML 1.2 reads text"),
            ("0X1F", "kubectl reads 31, YAML 1.2 reads text"),
        ] {
            assert_eq!(value(text).unwrap_err().note, note, "{text}");
        }
        for text in [".inf", "-.Inf", "+.INF", ".nan", "9223372036854775808", "1e999"] {
            assert!(value(text).unwrap_err().note.contains("no Kubernetes field"), "{text}");
        }
        assert_eq!(value("0644").unwrap_err().help, "write `420` for what kubectl reads, or `\"0644\"` for the text");
        assert_eq!(value(".nan").unwrap_err().help, "write `\".nan\"` for the text");
    }

    #[test]
    fn keys_are_taken_when_kubectl_keeps_them() {
        for text in ["k8s-app", "8080", "true", "-1", "2010-09-09", "enable-windows-ipam"] {
            assert_eq!(key(text), Ok(()), "{text}");
        }
        for text in ["on", "y", "True", "0x10", "+1", "1.0", "null", "", "<<", "012", "1_0"] {
            assert!(key(text).is_err(), "{text}");
        }
    }
}
