//! What names and ids have in common: a newtype over `String` that only holds texts of its form, and the error that says
//! what would have it.

/// Why a text does not have the form that its field wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormatError {
    /// What is wrong, in one sentence.
    pub message: String,
    /// What would be right.
    pub help: String,
    /// The text that was meant, where that can be told.
    pub meant: Option<String>,
}

/// Makes a text type: a newtype over `String` that only holds texts of its form, with its JSON Schema.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $format:literal, $title:literal, $kind:expr, $pattern:literal, $form:literal, $example:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String", title = $title, extend("format" = $format, "pattern" = $pattern, "examples" = [$example]))]
        pub struct $name(String);

        impl $name {
            /// Gives the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::FormatError;

            fn from_str(text: &str) -> Result<Self, $crate::ids::FormatError> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    return Ok(Self(text.to_owned()));
                }
                let form = $crate::ids::text_type::Form { title: $title, kind: $kind, words: $form, example: $example };
                Err($crate::ids::text_type::refusal(text, &form, check))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::ids::FormatError;

            fn try_from(text: String) -> Result<Self, $crate::ids::FormatError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(super) use text_type;

/// What a text type's values look like, for messages.
pub(super) struct Form {
    /// What they are, without an article: `VPC id`.
    pub(super) title: &'static str,
    pub(super) kind: TextKind,
    /// What would have the form.
    pub(super) words: &'static str,
    /// A text that has it.
    pub(super) example: &'static str,
}

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    /// Something by a name, which may look like an id.
    Name,
    /// A thing in AWS by its id; none for one whose ids do not tell what they are of, as those of zones.
    Id(Option<IdKind>),
}

/// Things in AWS whose ids begin with what they are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdKind {
    Ami,
    NetworkInterface,
    InternetGateway,
    NatGateway,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
}

impl IdKind {
    const ALL: [Self; 8] = [
        Self::Ami,
        Self::NetworkInterface,
        Self::InternetGateway,
        Self::NatGateway,
        Self::RouteTable,
        Self::SecurityGroup,
        Self::Subnet,
        Self::Vpc,
    ];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Ami => "ami",
            Self::NetworkInterface => "eni",
            Self::InternetGateway => "igw",
            Self::NatGateway => "nat",
            Self::RouteTable => "rtb",
            Self::SecurityGroup => "sg",
            Self::Subnet => "subnet",
            Self::Vpc => "vpc",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Ami => "AMI",
            Self::NetworkInterface => "network interface",
            Self::InternetGateway => "internet gateway",
            Self::NatGateway => "NAT gateway",
            Self::RouteTable => "route table",
            Self::SecurityGroup => "security group",
            Self::Subnet => "subnet",
            Self::Vpc => "VPC",
        }
    }

    /// Tells what an id is of, by its beginning.
    fn of(text: &str) -> Option<Self> {
        let (prefix, digits) = text.split_once('-')?;
        let hexadecimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        Self::ALL.into_iter().find(|known| known.prefix() == prefix && hexadecimal)
    }
}

/// Says what a text is not, what it is where its beginning tells, and what to write: the text itself with its slip
/// mended where that gives the form, or the form in words.
pub(super) fn refusal(text: &str, form: &Form, check: fn(&str) -> bool) -> FormatError {
    let Form { title, kind, words, example } = form;
    // The ids of two things are easily swapped; a name that happens to look like an id is just no such name.
    let other = match kind {
        TextKind::Name => None,
        TextKind::Id(own) => IdKind::of(text).filter(|is| Some(*is) != *own),
    };
    let message = match other {
        Some(is) => format!("`{text}` is {} id, not {}", article(is.words()), article(title)),
        None => format!("`{text}` is not {}", article(title)),
    };
    let lower = text.trim().to_lowercase();
    let mended = [text.trim(), &lower, &lower.replace(['_', ' ', '.'], "-")]
        .into_iter()
        .find(|text| check(text))
        .map(ToOwned::to_owned);
    let help = match &mended {
        Some(mended) => format!("write `{mended}`; the form is {words}"),
        None => format!("write {words}, such as `{example}`"),
    };
    FormatError { message, help, meant: mended }
}

fn article(title: &str) -> String {
    // As it is read aloud: an SSM parameter.
    let vowel = title.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']) || title.starts_with("SSM");
    format!("{} {title}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Name, SsmParameter, VpcId};

    #[test]
    fn the_error_says_what_would_be_right() {
        let refused = |error: FormatError| (error.message, error.help);
        let form = "`vpc-` and 8 to 17 digits of 0-9 and a-f";
        for (text, message, help) in [
            ("vpc-xyz", "`vpc-xyz` is not a VPC id", format!("write {form}, such as `vpc-0a1b2c3d4e5f67890`")),
            (
                "sg-0a1b2c3d",
                "`sg-0a1b2c3d` is a security group id, not a VPC id",
                format!("write {form}, such as `vpc-0a1b2c3d4e5f67890`"),
            ),
            ("vpc-0A1B2C3D", "`vpc-0A1B2C3D` is not a VPC id", format!("write `vpc-0a1b2c3d`; the form is {form}")),
        ] {
            assert_eq!(refused(text.parse::<VpcId>().unwrap_err()), (message.to_owned(), help));
        }
        let (message, help) = refused("arn:x".parse::<SsmParameter>().unwrap_err());
        assert_eq!(message, "`arn:x` is not an SSM parameter name");
        assert!(help.starts_with("write a name that begins with `/`"));
        assert!(refused("web_shop".parse::<Name>().unwrap_err()).1.starts_with("write `web-shop`; "));
    }
}
