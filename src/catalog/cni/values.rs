//! How aws-node reads the values of its variables.

/// What a variable's value may be. With another one, aws-node exits at startup, or logs an error and takes the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueForm {
    /// Whatever the CNI makes of it.
    Any,
    /// A boolean, as [`go_bool`] reads it.
    Boolean,
    /// A whole number, from the first to the second.
    Number(u64, u64),
    /// One of these words, separated by `|`.
    Words(&'static str),
    /// The first letters of an interface's name: at most 4 characters, and none that the host uses itself.
    InterfacePrefix,
    /// A path, or `stderr`: what the plugin writes to `stdout` is its answer to the kubelet.
    NotStandardOutput,
}

/// Words that an interface's name must not begin with, as the CNI has them.
const TAKEN_PREFIXES: [&str; 3] = ["eth", "vlan", "lo"];

impl ValueForm {
    /// Reads a form as the table has it: `any`, `bool`, `veth`, `!stdout`, `576..9001`, `strict|standard`.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        Some(match text {
            "any" => Self::Any,
            "bool" => Self::Boolean,
            "veth" => Self::InterfacePrefix,
            "!stdout" => Self::NotStandardOutput,
            range if range.contains("..") => {
                let (least, most) = range.split_once("..")?;
                Self::Number(least.parse().ok()?, most.parse().ok()?)
            }
            words => Self::Words(words.contains('|').then_some(words)?),
        })
    }

    /// Tells whether aws-node takes the value.
    pub(crate) fn takes(self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Boolean => go_bool(value).is_some(),
            Self::Number(least, most) => {
                let digits = value.strip_prefix('+').unwrap_or(value);
                digits.bytes().all(|byte| byte.is_ascii_digit())
                    && digits.parse().is_ok_and(|number: u64| (least..=most).contains(&number))
            }
            Self::Words(words) => words.split('|').any(|word| word == value),
            Self::InterfacePrefix => value.chars().count() <= 4 && !TAKEN_PREFIXES.contains(&value),
            Self::NotStandardOutput => value != "stdout",
        }
    }

    /// Says what aws-node takes, to go behind "write": `` `true` or `false` ``.
    pub(crate) fn described(self) -> String {
        match self {
            Self::Any => "a value".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Number(0, _) => "a whole number, 0 or more".to_owned(),
            Self::Number(least, most) => format!("a whole number from {least} to {most}"),
            Self::Words(words) => {
                let words: Vec<String> = words.split('|').map(|word| format!("`{word}`")).collect();
                words.join(" or ")
            }
            Self::InterfacePrefix => "at most 4 characters, and not `eth`, `vlan` or `lo`".to_owned(),
            Self::NotStandardOutput => "a path or `stderr`".to_owned(),
        }
    }

    /// Tells whether two values mean the same to aws-node.
    pub(crate) fn same(self, one: &str, two: &str) -> bool {
        let number = |text: &str| text.parse::<i64>().ok();
        match self {
            Self::Boolean => go_bool(one).is_some() && go_bool(one) == go_bool(two),
            Self::Any | Self::Number(..) => one == two || (number(one).is_some() && number(one) == number(two)),
            Self::Words(_) | Self::InterfacePrefix | Self::NotStandardOutput => one == two,
        }
    }
}

/// Reads a boolean as Go's `strconv.ParseBool` does; nothing for what it refuses, such as `yes` and `on`.
pub(crate) fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &'static str) -> ValueForm {
        ValueForm::parse(text).unwrap()
    }

    #[test]
    fn booleans_are_gos() {
        for yes in ["1", "t", "T", "TRUE", "true", "True"] {
            assert_eq!(go_bool(yes), Some(true), "{yes}");
        }
        for no in ["0", "f", "F", "FALSE", "false", "False"] {
            assert_eq!(go_bool(no), Some(false), "{no}");
        }
        for neither in ["", "yes", "on", "tRUE", " true", "2"] {
            assert_eq!(go_bool(neither), None, "{neither}");
        }
    }

    #[test]
    fn what_aws_node_starts_with() {
        for (of, good, bad) in [
            ("bool", vec!["1", "False"], vec!["yes", ""]),
            ("576..9001", vec!["576", "9001", "+1500"], vec!["575", "9002", "1.5k", "-1", ""]),
            ("0..2147483647", vec!["0", "30"], vec!["30s", "-1"]),
            ("standard|strict|none", vec!["strict", "none"], vec!["Strict", "off", ""]),
            ("veth", vec!["eni", "veth", ""], vec!["eth", "vlan", "lo", "verylong"]),
            ("!stdout", vec!["stderr", "/var/log/p.log"], vec!["stdout"]),
            ("any", vec!["", "x"], vec![]),
        ] {
            for value in good {
                assert!(form(of).takes(value), "{of} {value}");
            }
            for value in bad {
                assert!(!form(of).takes(value), "{of} {value}");
            }
        }
        assert_eq!(ValueForm::parse("something"), None);
    }

    #[test]
    fn values_of_one_meaning() {
        assert!(form("bool").same("1", "true") && !form("bool").same("1", "0") && !form("bool").same("x", "x"));
        assert!(form("any").same("05", "5") && form("any").same("a", "a") && !form("any").same("a", "b"));
    }
}
