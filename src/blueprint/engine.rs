//! Rendering a pack over a plan.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};

use super::formatter::{self, Mode};
use super::{File, FileKind, Pack, functions};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::Plan;

/// Steps that one template may take: plenty for hundreds of node groups, and an end for a loop without one.
const FUEL: u64 = 50_000_000;

/// Renders every file of the packs whose condition holds, in order.
///
/// # Errors
/// A template that fails, with its file and line; none for the built-in packs.
pub fn render(packs: &[Pack], plan: &Plan) -> Result<Vec<File>, Vec<Diagnostic>> {
    let value = Value::from(Serde(plan));
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for pack in packs {
        match environment(pack) {
            Err(problem) => problems.push(*problem),
            Ok(environment) => {
                for file in &pack.files {
                    match one(&environment, pack, file, &value) {
                        Ok(rendered) => files.extend(rendered),
                        Err(problem) => problems.push(*problem),
                    }
                }
            }
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn environment(pack: &Pack) -> Result<Environment<'_>, Box<Diagnostic>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(|error| failed(pack, "pack.yaml", &error))?);
    environment.set_auto_escape_callback(|name| Mode::of(name).auto_escape());
    environment.set_formatter(formatter::format);
    functions::register(&mut environment);
    for (name, text) in &pack.templates {
        environment.add_template(name, text).map_err(|error| failed(pack, name, &error))?;
    }
    Ok(environment)
}

fn one(
    environment: &Environment<'_>,
    pack: &Pack,
    file: &super::PackFile,
    plan: &Value,
) -> Result<Option<File>, Box<Diagnostic>> {
    let wrong = |error: minijinja::Error| failed(pack, &file.template, &error);
    let when = environment.compile_expression(&file.when).map_err(wrong)?.eval(plan).map_err(wrong)?;
    if !when.is_true() {
        return Ok(None);
    }
    let text = environment.get_template(&file.template).map_err(wrong)?.render(plan).map_err(wrong)?;
    let text = match file.kind {
        FileKind::Markdown => text,
        FileKind::Cloudformation | FileKind::Kubernetes => format!("{HEADER}{text}"),
    };
    Ok(Some(File { path: file.output.clone(), kind: file.kind, text }))
}

/// What stands over every file that a machine reads.
pub(crate) const HEADER: &str = "# Made by podnet from the cluster's spec. Change the spec, not this file.\n";

fn failed(pack: &Pack, template: &str, error: &minijinja::Error) -> Box<Diagnostic> {
    let name = error.name().unwrap_or(template);
    let line = error.line().map_or_else(String::new, |line| format!(", line {line}"));
    let message = format!("the template `{}/{name}`{line}: {error}", pack.name);
    Box::new(Diagnostic::error(Code::BlueprintTemplate, message).at(Place::file(format!("{}/{name}", pack.name))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn pack(template: &str) -> Pack {
        let contents = "{name: own, files: [{template: a.md.j2, output: a.md, kind: markdown, when: 'true'}]}";
        Pack::new("own", contents, BTreeMap::from([("a.md.j2".to_owned(), template.to_owned())])).unwrap()
    }

    #[test]
    fn a_template_that_goes_on_for_too_long_is_stopped() {
        let (short, long) =
            (pack("{% for a in range(9) %}.{% endfor %}"), pack("{% for a in range(90000) %}{% endfor %}"));
        let render = |pack: &Pack| {
            let mut environment = environment(pack).unwrap();
            assert_eq!(environment.fuel(), Some(FUEL));
            // All of it takes seconds.
            environment.set_fuel(environment.fuel().map(|fuel| fuel / 1_000));
            one(&environment, pack, &pack.files[0], &Value::UNDEFINED)
        };
        assert_eq!(render(&short).unwrap().unwrap().text, ".........");
        let problem = render(&long).unwrap_err();
        assert_eq!(problem.code, Code::BlueprintTemplate);
        assert_eq!(problem.message, "the template `own/a.md.j2`, line 1: engine ran out of fuel (in a.md.j2:1)");
    }
}
