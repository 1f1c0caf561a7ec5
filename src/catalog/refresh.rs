//! Makes the instance type table from the output of `aws ec2 describe-instance-types`.
//!
//! A pure function over texts: the caller reads the files, says what day it is and writes the result. The same input
//! gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::instance_types::COLUMNS;
use super::tables::table;
use super::{Architecture, Hypervisor};

const TITLE: &str = "# EC2 instance types that can be EKS nodes, and the limits that max pods is computed from";
const NOTES: &str = "\
# licence: moto is Apache-2.0; the numbers are facts that Amazon EC2 publishes
# interfaces: of the default network card, not the sum over all cards; addresses: IPv4, an interface
# refresh: aws ec2 describe-instance-types --output json > types.json && podnet catalog refresh types.json
";
const HEADER: &str = "type\tinterfaces\taddresses\tvcpus\thypervisor\tbareMetal\tarchitecture\tcards\n";

/// One output of `aws ec2 describe-instance-types`: JSON with an `InstanceTypes` list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DescribeOutput<'a> {
    /// The name that errors call it by, usually its path.
    pub file: &'a str,
    /// The JSON.
    pub text: &'a str,
}

/// What a refresh writes above the rows, and what it does with the rows of before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefreshOptions<'a> {
    /// The date of the data, `YYYY-MM-DD`.
    pub edition: &'a str,
    /// Where the data comes from, on one line: `EC2 DescribeInstanceTypes in us-west-2`.
    pub source: &'a str,
    /// Whether types of the present table that no output has are dropped. Regions offer different types, so a refresh
    /// from one region should keep them.
    pub replace: bool,
}

/// Why a table could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RefreshError {
    /// The edition is not a date.
    #[error("edition `{edition}` is not a date: write it as `YYYY-MM-DD`")]
    Edition {
        /// What was given.
        edition: String,
    },
    /// The source does not fit on one comment line.
    #[error("source {source_text:?} has more than one line: a table's comment holds one")]
    Source {
        /// What was given.
        source_text: String,
    },
    /// A file is not JSON.
    #[error("`{file}` is not JSON: give it the output of `aws ec2 describe-instance-types --output json`")]
    NotJson {
        /// The file.
        file: String,
        /// Where and why the parser gave up.
        source: serde_json::Error,
    },
    /// A file is JSON of another kind.
    #[error("`{file}` has no `InstanceTypes` list: give it the output of `aws ec2 describe-instance-types`")]
    NoInstanceTypes {
        /// The file.
        file: String,
    },
    /// An entry has no name.
    #[error("`{file}`: entry {position} of `InstanceTypes` has no `InstanceType`")]
    NoName {
        /// The file.
        file: String,
        /// Which entry, from 1.
        position: usize,
    },
    /// An entry lacks a field, or has something of another kind there.
    #[error("`{file}`: `{instance_type}` has no `{field}`; do not narrow the output with `--query`")]
    MissingField {
        /// The file.
        file: String,
        /// The entry.
        instance_type: String,
        /// The field's path, such as `NetworkInfo.Ipv4AddressesPerInterface`.
        field: String,
    },
    /// A field has a value that this version does not know.
    #[error("`{file}`: `{instance_type}` has `{field}` = `{value}`, which is none of {known}")]
    UnknownValue {
        /// The file.
        file: String,
        /// The entry.
        instance_type: String,
        /// The field's path.
        field: &'static str,
        /// What it has.
        value: String,
        /// What is understood there.
        known: &'static str,
    },
    /// The present table has a row that is not one.
    #[error("the present table has the row `{row}`, which has not {COLUMNS} columns: restore it, or replace it whole")]
    PresentRow {
        /// The row.
        row: String,
    },
    /// Nothing would be left in the table.
    #[error("no output has an instance type that can be an EKS node")]
    NoTypes,
}

/// Returns the text of the instance type table with the types of all `outputs` in it, sorted by name.
///
/// Without `replace`, rows of `present` that no output has are kept as they are, and so are the sources it names. A
/// type in several outputs is taken from the last. Mac types are left out: EKS has no Mac nodes.
///
/// # Errors
///
/// See [`RefreshError`]; nothing is guessed for a field that is missing.
pub(crate) fn refresh(
    present: &str,
    outputs: &[DescribeOutput<'_>],
    options: &RefreshOptions<'_>,
) -> Result<String, RefreshError> {
    if !is_date(options.edition) {
        return Err(RefreshError::Edition { edition: options.edition.to_owned() });
    }
    if options.source.contains(['\n', '\r']) {
        return Err(RefreshError::Source { source_text: options.source.to_owned() });
    }
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    let mut sources = Vec::new();
    if !options.replace {
        for row in table::lines(present) {
            let (name, rest) = row.split_once('\t').unwrap_or((row, ""));
            if rest.split('\t').count() + 1 != COLUMNS {
                return Err(RefreshError::PresentRow { row: row.to_owned() });
            }
            rows.insert(name.to_owned(), rest.to_owned());
        }
        sources.extend(table::comments(present, "source"));
    }
    if !sources.contains(&options.source) {
        sources.push(options.source);
    }
    for output in outputs {
        rows.extend(read(output)?);
    }
    if rows.is_empty() {
        return Err(RefreshError::NoTypes);
    }
    Ok(render(options.edition, &sources, &rows))
}

fn render(edition: &str, sources: &[&str], rows: &BTreeMap<String, String>) -> String {
    let mut text = format!("{TITLE}\n# edition: {edition}\n");
    for source in sources {
        let _ = writeln!(text, "# source: {source}");
    }
    text.push_str(NOTES);
    text.push_str(HEADER);
    for (name, rest) in rows {
        let _ = writeln!(text, "{name}\t{rest}");
    }
    text
}

/// Returns the name and the other cells of every usable entry of one output.
fn read(output: &DescribeOutput<'_>) -> Result<Vec<(String, String)>, RefreshError> {
    let file = output.file;
    let json: Value =
        serde_json::from_str(output.text).map_err(|source| RefreshError::NotJson { file: file.to_owned(), source })?;
    let Some(entries) = json.get("InstanceTypes").and_then(Value::as_array) else {
        return Err(RefreshError::NoInstanceTypes { file: file.to_owned() });
    };
    let mut rows = Vec::new();
    for (index, json) in entries.iter().enumerate() {
        let Some(name) = json.get("InstanceType").and_then(Value::as_str) else {
            return Err(RefreshError::NoName { file: file.to_owned(), position: index + 1 });
        };
        let entry = DescribedType { file, name, json };
        rows.extend(entry.cells()?.map(|cells| (name.to_owned(), cells)));
    }
    Ok(rows)
}

/// One entry of an output, with what its errors call it by.
struct DescribedType<'a> {
    file: &'a str,
    name: &'a str,
    json: &'a Value,
}

impl DescribedType<'_> {
    /// Returns the cells after the name, or none for a type that cannot be a node.
    fn cells(&self) -> Result<Option<String>, RefreshError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        if !self.name.chars().all(plain) {
            return Err(self.unknown("InstanceType", self.name, "lower-case letters, digits, `.` and `-`"));
        }
        let Some(architecture) = self.architecture()? else {
            return Ok(None);
        };
        let bare_metal = self.at("/BareMetal").and_then(Value::as_bool).ok_or_else(|| self.missing("BareMetal"))?;
        let hypervisor = self.hypervisor(bare_metal)?;
        let interfaces = self.default_card_interfaces()?;
        let addresses = self.number("/NetworkInfo/Ipv4AddressesPerInterface")?;
        let vcpus = self.number("/VCpuInfo/DefaultVCpus")?;
        let cards = self.network_cards()?.len();
        Ok(Some(format!("{interfaces}\t{addresses}\t{vcpus}\t{hypervisor}\t{bare_metal}\t{architecture}\t{cards}")))
    }

    fn architecture(&self) -> Result<Option<Architecture>, RefreshError> {
        const FIELD: &str = "ProcessorInfo.SupportedArchitectures";
        let listed = self
            .at("/ProcessorInfo/SupportedArchitectures")
            .and_then(Value::as_array)
            .ok_or_else(|| self.missing(FIELD))?;
        let names: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
        if let Some(architecture) = names.iter().find_map(|name| Architecture::named(name)) {
            return Ok(Some(architecture));
        }
        if !names.is_empty() && names.iter().all(|name| name.ends_with("_mac")) {
            return Ok(None);
        }
        Err(self.unknown(FIELD, &names.join(", "), "`x86_64`, `arm64`, `x86_64_mac`, `arm64_mac`"))
    }

    /// EC2 leaves the hypervisor out for bare metal, and only there.
    fn hypervisor(&self, bare_metal: bool) -> Result<Hypervisor, RefreshError> {
        match self.at("/Hypervisor").and_then(Value::as_str) {
            None if bare_metal => Ok(Hypervisor::None),
            None => Err(self.missing("Hypervisor")),
            Some(name) => Hypervisor::named(name).ok_or_else(|| self.unknown("Hypervisor", name, "`nitro`, `xen`")),
        }
    }

    fn network_cards(&self) -> Result<&[Value], RefreshError> {
        let cards = self.at("/NetworkInfo/NetworkCards").and_then(Value::as_array);
        cards.map(Vec::as_slice).ok_or_else(|| self.missing("NetworkInfo.NetworkCards"))
    }

    fn default_card_interfaces(&self) -> Result<u32, RefreshError> {
        let default = self.number("/NetworkInfo/DefaultNetworkCardIndex")?;
        self.network_cards()?
            .iter()
            .find(|card| number(card.get("NetworkCardIndex")) == Some(default))
            .and_then(|card| number(card.get("MaximumNetworkInterfaces")))
            .ok_or_else(|| self.missing(&format!("NetworkInfo.NetworkCards[{default}].MaximumNetworkInterfaces")))
    }

    fn at(&self, pointer: &str) -> Option<&Value> {
        self.json.pointer(pointer)
    }

    fn number(&self, pointer: &str) -> Result<u32, RefreshError> {
        number(self.at(pointer)).ok_or_else(|| self.missing(&pointer.trim_start_matches('/').replace('/', ".")))
    }

    fn missing(&self, field: &str) -> RefreshError {
        RefreshError::MissingField {
            file: self.file.to_owned(),
            instance_type: self.name.to_owned(),
            field: field.to_owned(),
        }
    }

    fn unknown(&self, field: &'static str, value: &str, known: &'static str) -> RefreshError {
        RefreshError::UnknownValue {
            file: self.file.to_owned(),
            instance_type: self.name.to_owned(),
            field,
            value: value.to_owned(),
            known,
        }
    }
}

fn number(value: Option<&Value>) -> Option<u32> {
    value?.as_u64()?.try_into().ok()
}

/// Whether the text is four digits, two digits and two digits with hyphens between, the month and day in range.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let within = |part: &str, most: u8| part.parse().is_ok_and(|number: u8| (1..=most).contains(&number));
    digits(year, 4) && digits(month, 2) && digits(day, 2) && within(month, 12) && within(day, 31)
}

#[cfg(test)]
mod tests;
