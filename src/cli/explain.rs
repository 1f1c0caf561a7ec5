//! `podnet explain`: what a code means, why, and how it is made right.

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::terminal::{ExitStatus, Outcome, report};
use crate::diagnostic::{Code, ExampleChange, Explanation, ExplanationError, Remedy, near, one_of};
use crate::workspace::Failure;

/// Explains a diagnostic code: what it means, why, and an example with its fix
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The code, as shown in brackets in a message. Without it, all codes are listed.
    #[arg(value_name = "CODE", conflicts_with = "search")]
    code: Option<String>,
    /// List the codes whose explanations contain all of these words.
    #[arg(long, value_name = "WORDS", num_args = 1..)]
    search: Vec<String>,
}

/// What the codes of each area are about.
const AREAS: &[(&str, &str)] = &[
    ("spec", "the syntax, fields and names of a spec"),
    ("address", "CIDR blocks and ranges, and whether AWS and other networks allow them"),
    ("capacity", "whether pod subnets and node subnets have enough addresses"),
    ("cni", "the VPC CNI's release, settings and ENIConfigs"),
    ("nodes", "node groups: their instance types, AMIs, sizes and zones"),
    ("lock", "allocated ranges and bound ids"),
    ("bind", "what the AWS CLI shows of a cluster"),
    ("change", "what a change does to what runs"),
    ("blueprint", "templates, and what they render"),
    ("output", "the rendered files"),
];

const HEADING: Style = Style::new().bold();

pub(super) fn run(arguments: &ExplainArguments) -> Outcome {
    let text = match &arguments.code {
        Some(written) => {
            let code = find(written)?;
            explained(code, &Explanation::of(code)?)
        }
        None => listed(&arguments.search)?,
    };
    report::data(&text);
    Ok(ExitStatus::Done)
}

impl From<ExplanationError> for Failure {
    fn from(error: ExplanationError) -> Self {
        Self::new(error.to_string())
    }
}

fn find(written: &str) -> Result<Code, Failure> {
    let same = |code: &&Code| code.as_str().eq_ignore_ascii_case(written);
    Code::ALL.iter().find(same).copied().ok_or_else(|| {
        let failure = Failure::new(format!("unknown code `{written}`"));
        match meant(written).as_slice() {
            [] => failure.help("`podnet explain` lists all codes, `podnet explain --search WORDS` searches them"),
            close => failure.help(format!("did you mean {}?", one_of(close))),
        }
    })
}

/// Codes that are near: all of an area, those of the area that was written, or any by the name alone: `overlp` may be
/// `address/overlap`.
fn meant(written: &str) -> Vec<&'static str> {
    let codes: Vec<(&str, &str)> = Code::ALL.iter().filter_map(|code| code.as_str().split_once('/')).collect();
    let (area, name) = written.split_once('/').unwrap_or(("", written));
    let known = codes.iter().any(|(known, _)| *known == area);
    let candidates: Vec<&(&str, &str)> = codes.iter().filter(|(of, _)| !known || *of == area).collect();
    let names = near(name, candidates.iter().map(|(_, name)| *name));
    let chosen = |found: (&str, &str)| found.0 == written || candidates.contains(&&found) && names.contains(&found.1);
    let codes = Code::ALL.iter().map(|code| code.as_str());
    codes.filter(|code| code.split_once('/').is_some_and(chosen)).collect()
}

/// Lists the codes that have all the words, by area.
fn listed(words: &[String]) -> Result<String, Failure> {
    let words: Vec<&str> = words.iter().flat_map(|words| words.split_whitespace()).collect();
    let mut rows = Vec::new();
    for code in Code::ALL {
        let explanation = Explanation::of(*code)?;
        if words.iter().all(|word| explanation.has(word) || code.as_str().contains(&word.to_lowercase())) {
            rows.push((code.as_str(), explanation.title));
        }
    }
    if rows.is_empty() {
        let help = "try fewer words, or parts of words; `podnet explain` lists the codes";
        return Err(Failure::new(format!("no explanation contains all of `{}`", words.join(" "))).help(help));
    }
    let width = rows.iter().map(|(code, _)| code.len()).max().unwrap_or_default();
    let sections = AREAS.iter().filter_map(|(area, about)| {
        let of_area = rows.iter().filter(|(code, _)| code.split('/').next() == Some(area));
        let lines: Vec<String> = of_area.map(|(code, title)| format!("  {code:width$}  {title}\n")).collect();
        (!lines.is_empty()).then(|| format!("{HEADING}{area}{HEADING:#}: {about}\n{}", lines.concat()))
    });
    Ok(sections.collect::<Vec<_>>().join("\n"))
}

fn explained(code: Code, explanation: &Explanation) -> String {
    let Explanation { title, meaning, why, source, remedy } = explanation;
    let mut sections = vec![format!("{HEADING}{code}: {title}{HEADING:#}\n\n{meaning}"), section("Why", why)];
    sections.extend(match remedy {
        Remedy::Change(change) => files(change),
        Remedy::Instead(text) => vec![section("Causes, and what to do", text)],
    });
    sections.push(format!("{HEADING}Source:{HEADING:#} {source}\n"));
    sections.join("\n")
}

fn section(heading: &str, text: &str) -> String {
    format!("{HEADING}{heading}{HEADING:#}\n\n{text}")
}

/// The files of an example: wrong and right where they differ, once where they do not.
fn files(change: &ExampleChange) -> Vec<String> {
    let ExampleChange { bad, good } = change;
    let all = [
        ("prod.yaml", Some(&bad.spec), Some(&good.spec)),
        ("prod.lock.yaml", bad.lock.as_ref(), good.lock.as_ref()),
        ("aws-node.yaml", bad.base.as_ref(), good.base.as_ref()),
    ];
    let pairs: Vec<(&str, &String, &String)> =
        all.into_iter().filter_map(|(name, bad, good)| Some((name, bad?, good?))).collect();
    let heading = |word: &str, name: &str| if pairs.len() > 1 { format!("{word}: {name}") } else { word.to_owned() };
    let sections = |(name, bad, good): &(&str, &String, &String)| {
        if bad == good {
            return vec![section(&format!("With: {name}"), bad)];
        }
        let (bad, good) = marked(bad, good);
        vec![section(&heading("Wrong", name), &bad), section(&heading("Right", name), &good)]
    };
    pairs.iter().flat_map(sections).collect()
}

/// Colours the lines in which two texts differ. The texts stay as they are, so that they can be pasted.
fn marked(bad: &str, good: &str) -> (String, String) {
    let (red, green) = (AnsiColor::Red.on_default(), AnsiColor::Green.on_default());
    let styled = |style: Style, line: &str| format!("{style}{}{style:#}\n", line.trim_end_matches('\n'));
    let (mut wrong, mut right) = (String::new(), String::new());
    for change in TextDiff::from_lines(bad, good).iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => wrong.push_str(&styled(red, change.value())),
            ChangeTag::Insert => right.push_str(&styled(green, change.value())),
            ChangeTag::Equal => {
                wrong.push_str(change.value());
                right.push_str(change.value());
            }
        }
    }
    (wrong, right)
}
