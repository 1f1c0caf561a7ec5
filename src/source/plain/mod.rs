//! What an unquoted word means: to kubectl, and to YAML 1.2.
//!
//! A base manifest is written for kubectl, which reads YAML 1.1 by the rules of Go's `yaml.v2` (through
//! `sigs.k8s.io/yaml`, as Argo CD does). podnet and newer tools read YAML 1.2. `on` is `true` to one and text to the
//! other, `0644` is 420 or 644. A word is taken only where both agree; elsewhere the user is asked to say what is
//! meant. What both take alike is kept even where the wording differs: `1e3` is the number 1000 and comes out as
//! `1000.0`, `1.10` as `1.1`, `2010-09-09` and `1:20` are text and come out in quotes.

mod core_schema;
mod digits;
mod kubectl;
mod reading;

use serde_json::Value;

use self::core_schema::core;
use self::kubectl::kubectl;
use self::reading::Reading;

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
        Reading::Beyond | Reading::Text => format!("write `{quoted}` for the string"),
        meant => format!("write `{meant}` for what kubectl reads, or `{quoted}` for the string"),
    };
    Err(Ambiguity {
        message: format!("`{text}` is ambiguous without quotes"),
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
        note: "without them, kubectl does not keep it as written".to_owned(),
        help: format!("write `{}`", Value::from(text)),
    })
}

/// Tells whether YAML 1.2 reads an unquoted word as a text: `on` and `us-west-2a` are, `1.30`, `true` and `~` are not.
pub(crate) fn is_text(text: &str) -> bool {
    core(text) == Reading::Text
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
            ("y", "kubectl reads true, YAML 1.2 reads a string"),
            ("N", "kubectl reads false, YAML 1.2 reads a string"),
            ("on", "kubectl reads true, YAML 1.2 reads a string"),
            ("Off", "kubectl reads false, YAML 1.2 reads a string"),
            ("yes", "kubectl reads true, YAML 1.2 reads a string"),
            ("012", "kubectl reads 10, YAML 1.2 reads 12"),
            ("0644", "kubectl reads 420, YAML 1.2 reads 644"),
            ("09", "kubectl reads 9.0, YAML 1.2 reads 9"),
            ("-012", "kubectl reads -10, YAML 1.2 reads -12"),
            ("-0o7", "kubectl reads -7, YAML 1.2 reads a string"),
            ("0b11", "kubectl reads 3, YAML 1.2 reads a string"),
            ("0b-11", "kubectl reads -3, YAML 1.2 reads a string"),
            ("1_000", "kubectl reads 1000, YAML 1.2 reads a string"),
            ("1_0.5", "kubectl reads 10.5, YAML 1.2 reads a string"),
            ("+0x1f", "kubectl reads 31, YAML 1.2 reads a string"),
            ("0X1F", "kubectl reads 31, YAML 1.2 reads a string"),
        ] {
            assert_eq!(value(text).unwrap_err().note, note, "{text}");
        }
        for text in [".inf", "-.Inf", "+.INF", ".nan", "9223372036854775808", "1e999"] {
            assert!(value(text).unwrap_err().note.contains("no Kubernetes field"), "{text}");
        }
        assert_eq!(value("0644").unwrap_err().help, "write `420` for what kubectl reads, or `\"0644\"` for the string");
        assert_eq!(value(".nan").unwrap_err().help, "write `\".nan\"` for the string");
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
