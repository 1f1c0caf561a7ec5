//! `podnet spec`: a spec with everything filled in, and where each default came from.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::terminal::arguments::compile_one;
use super::terminal::report::{self, Reporter};
use super::terminal::{ExitStatus, Outcome};
use crate::lock;
use crate::source::scalar::scalar;
use crate::source::{Place, Pointer, Target};
use crate::spec::{KnownAccess, defaulted};

/// Prints a spec with all defaults filled in, and where each one comes from
#[derive(Debug, Args)]
pub(super) struct SpecArguments {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
}

pub(super) fn run(arguments: &SpecArguments, report: Reporter) -> Outcome {
    let workspace = compile_one(&arguments.spec, None, report)?;
    report.diagnostics_beside_data(&workspace.diagnostics(), &workspace.texts);
    let Some((cluster, document)) =
        workspace.clusters.first().and_then(|cluster| Some((cluster, cluster.document.as_ref()?)))
    else {
        return Ok(ExitStatus::Found);
    };
    let lock = cluster.lock_text.as_ref().and_then(|text| lock::read("", text, document.metadata.name.as_str()).lock);
    let access = lock.as_ref().and_then(|lock| lock.cluster_access.as_ref().map(KnownAccess::from));
    let running = lock.as_ref().and_then(|lock| lock.select_by.as_ref());
    let filled = defaulted(document, access.as_ref(), running);
    let name = cluster.spec.display().to_string();
    let origin = |at: &Pointer| {
        let place = Place { file: name.clone(), pointer: at.clone(), target: Target::Value };
        match filled.origins.get(at) {
            Some(why) => Some(why.clone()),
            None if workspace.texts.has(&place) => None,
            None => Some("default".to_owned()),
        }
    };
    let mut out = String::new();
    map(&filled.value, &Pointer::root(), 0, &origin, &mut out);
    report::data(&out);
    Ok(if cluster.failed() { ExitStatus::Found } else { ExitStatus::Done })
}

/// Says where a place that the spec does not have came from.
type OriginOf<'a> = &'a dyn Fn(&Pointer) -> Option<String>;

/// Writes the entries of a map as YAML, each default with its origin behind it.
fn map(value: &Value, at: &Pointer, depth: usize, origin: OriginOf<'_>, out: &mut String) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let at = at.key(key);
        out.push_str(&"  ".repeat(depth));
        out.push_str(&scalar(key));
        out.push(':');
        item(value, &at, depth, origin(&at).as_deref(), origin, out);
    }
}

fn item(value: &Value, at: &Pointer, depth: usize, why: Option<&str>, origin: OriginOf<'_>, out: &mut String) {
    let comment = why.map_or_else(String::new, |why| format!("  # {why}"));
    // What is inside a default is one too; it says so once.
    let inside = |at: &Pointer| if why.is_some() { None } else { origin(at) };
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            out.push_str(&comment);
            out.push('\n');
            map(value, at, depth + 1, &inside, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push_str(&comment);
            out.push('\n');
            for (number, one) in items.iter().enumerate() {
                let at = at.index(number);
                let mut text = String::new();
                if one.is_object() {
                    map(one, &at, depth + 2, &inside, &mut text);
                } else {
                    item(one, &at, depth + 2, None, &inside, &mut text);
                }
                out.push_str(&"  ".repeat(depth + 1));
                out.push_str("- ");
                out.push_str(text.trim_start());
            }
        }
        _ => {
            let text = match value {
                Value::String(text) => scalar(text),
                other => other.to_string(),
            };
            let _ = writeln!(out, " {text}{comment}");
        }
    }
}
