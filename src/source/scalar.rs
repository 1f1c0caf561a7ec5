//! One string as one YAML scalar that every reader takes for that string.
//!
//! Plain where YAML 1.1 and 1.2 both read it as a string, double-quoted otherwise. Quoted text uses only escapes that JSON
//! and YAML share, so that the same text serves in flow lists and maps.

use std::fmt::Write as _;

/// Words that some YAML reader takes for a boolean, a null or a number.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// Writes a string as a scalar: `us-west-2a` as it is, `on`, `1.30` and `10.20.0.0/16` in quotes.
pub(crate) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Tells whether a string may stand without quotes, in block and in flow context: it starts with a letter, has only
/// letters, digits and `_ . / -`, or `:` inside, and is no word that means something else.
pub(crate) fn is_plain(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-' | b':');
    text.len() <= 1024
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.bytes().all(inner)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Writes a string in single quotes, which leave the double quotes of JSON as they are; in double quotes where single ones could
/// not hold it exactly.
pub(crate) fn single_quoted(text: &str) -> String {
    let printable = |character: char| matches!(character, ' '..='~') || character.is_alphanumeric();
    if text.chars().all(printable) { format!("'{}'", text.replace('\'', "''")) } else { quoted(text) }
}

/// Writes a string in double quotes on one line. Everything that is not printable in YAML is escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => push_escape(&mut out, character),
            _ if character.is_control() => push_escape(&mut out, character),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

fn push_escape(out: &mut String, character: char) {
    // Writing to a string does not fail.
    let _ = write!(out, "\\u{:04x}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_quotes_hold_json() {
        assert_eq!(single_quoted(r#"{"a": "it's"}"#), r#"'{"a": "it''s"}'"#);
        for text in ["a\u{85}b", "a\u{2028}b", "a\nb", r#"{"a": "\n"}"#, "é 100%"] {
            let read: String = serde_yaml::from_str(&single_quoted(text)).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn only_what_no_reader_misreads_is_plain() {
        for text in ["us-west-2a", "AWS::EC2::Subnet", "subnet-017b472c", "a/b", "v1.21.1", "podnet.dev/pool"] {
            assert_eq!(scalar(text), text);
        }
        for text in [
            "on",
            "No",
            "Y",
            "1.30",
            "0o17",
            "2010-09-09",
            "1e3",
            "10.0.0.0/16",
            "",
            "a: b",
            "a #b",
            "- a",
            "~",
            "a:",
            "{{ x }}",
            ".5",
        ] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
        assert_eq!(scalar("a\nb\u{85}\u{7f}\"\\\u{2028}é😀"), "\"a\\nb\\u0085\\u007f\\\"\\\\\\u2028é😀\"");
    }
}
