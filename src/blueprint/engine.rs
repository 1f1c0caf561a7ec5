//! Rendering a pack over a plan.

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use super::formatter::{self, Mode, Raw};
use super::{Pack, PackFile, built_in, functions};
use crate::diagnostic::{Code, Diagnostic};
use crate::files::{File, FileKind};
use crate::plan::Plan;
use crate::source::Place;

/// Steps that one template may take: plenty for hundreds of node groups, and an end for a loop without one.
const FUEL: u64 = 50_000_000;

/// A pack whose templates are compiled.
#[derive(Debug)]
pub struct CompiledPack<'a> {
    pack: &'a Pack,
    environment: Environment<'a>,
}

/// What templates see.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The plan, whose fields are the templates' variables.
    pub plan: &'a Plan,
    /// The full aws-node, `awsNodeManifest`, with the delivery that has one. It is printed as it is.
    pub aws_node_manifest: Option<&'a str>,
}

/// Compiles the templates of packs.
///
/// # Errors
/// Every template that is not one, with its file and line.
pub fn compile(packs: &[Pack]) -> Result<Vec<CompiledPack<'_>>, Vec<Diagnostic>> {
    let mut compiled = Vec::new();
    let mut problems = Vec::new();
    for pack in packs {
        match environment(pack) {
            Ok(environment) => compiled.push(CompiledPack { pack, environment }),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(compiled) } else { Err(problems) }
}

/// Gives the built-in packs, compiled. That is done once a process.
///
/// # Errors
/// Never for a podnet that passed its tests.
pub fn built_in_compiled() -> Result<&'static [CompiledPack<'static>], Vec<Diagnostic>> {
    static COMPILED: OnceLock<Result<Vec<CompiledPack<'static>>, Vec<Diagnostic>>> = OnceLock::new();
    let compiled = || built_in().map_err(|problem| vec![problem]).and_then(compile);
    COMPILED.get_or_init(compiled).as_deref().map_err(Clone::clone)
}

/// Renders every file of the packs whose condition holds, in order.
///
/// # Errors
/// Every template that fails, with its file and line.
pub fn render(packs: &[CompiledPack<'_>], inputs: Inputs<'_>) -> Result<Vec<File>, Vec<Diagnostic>> {
    // The file's own end is the template's.
    let manifest = inputs.aws_node_manifest.map(|text| Value::from_object(Raw(text.trim_end_matches('\n').to_owned())));
    let value = context! { awsNodeManifest => manifest, ..Value::from(Serde(inputs.plan)) };
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for pack in packs {
        for file in &pack.pack.files {
            match one(pack, file, &value) {
                Ok(rendered) => files.extend(rendered),
                Err(problem) => problems.push(*problem),
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

fn one(compiled: &CompiledPack<'_>, file: &PackFile, plan: &Value) -> Result<Option<File>, Box<Diagnostic>> {
    let CompiledPack { pack, environment } = compiled;
    let wrong = |error: minijinja::Error| failed(pack, &file.template, &error);
    let when = environment.compile_expression(&file.when).map_err(wrong)?.eval(plan).map_err(wrong)?;
    if !when.is_true() {
        return Ok(None);
    }
    let text = environment.get_template(&file.template).map_err(wrong)?.render(plan).map_err(wrong)?;
    let text = match file.kind {
        // JSON has no comments.
        FileKind::Markdown | FileKind::Json => text,
        FileKind::Cloudformation | FileKind::Kubernetes => format!("{HEADER}{text}"),
    };
    Ok(Some(File { path: file.output.clone(), kind: file.kind, text }))
}

/// What stands over every file that a machine reads.
const HEADER: &str = "# Made by podnet from the cluster's spec. Change the spec, not this file.\n";

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

    fn rendered(template: &str) -> Result<String, String> {
        let templates = BTreeMap::from([("x.yaml.j2".to_owned(), template.to_owned())]);
        let contents = "name: p\nfiles: [{template: x.yaml.j2, output: x.yaml, kind: kubernetes, when: 'true'}]\n";
        let pack = Pack::new("p", contents, templates).unwrap();
        let packs = compile(std::slice::from_ref(&pack)).unwrap();
        let plan = context! { kind => "new" };
        one(&packs[0], &pack.files[0], &plan).map(|file| file.unwrap().text).map_err(|problem| problem.message)
    }

    #[test]
    fn a_word_that_a_template_does_not_know_stops_it() {
        for template in [
            "{% if {\"old\": true}[kind] %}\na: 1\n{% endif %}\n",
            "{% for x in [1] if {\"old\": true}[kind] %}\na: 1\n{% endfor %}\n",
            "{% set old = {\"old\": true}[kind] %}\n{% if not old %}\na: 1\n{% endif %}\n",
            "{% if true and {\"old\": true}[kind] %}\na: 1\n{% endif %}\n",
            "a: {{ {\"old\": 1}[kind] }}\n",
            "{% include \"x-\" ~ kind ~ \".yaml.j2\" %}\n",
            "{% include [\"x-\" ~ kind ~ \".yaml.j2\", \"y-\" ~ kind ~ \".yaml.j2\"] %}\n",
        ] {
            assert!(rendered(template).is_err(), "{template}: {:?}", rendered(template));
        }
        assert!(rendered("{% if {\"new\": true}[kind] %}\na: 1\n{% endif %}\n").unwrap().ends_with("a: 1\n"));
    }

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
            one(&CompiledPack { pack, environment }, &pack.files[0], &Value::UNDEFINED)
        };
        assert_eq!(render(&short).unwrap().unwrap().text, ".........");
        let problem = render(&long).unwrap_err();
        assert_eq!(problem.code, Code::BlueprintTemplate);
        assert_eq!(problem.message, "the template `own/a.md.j2`, line 1: engine ran out of fuel (in a.md.j2:1)");
    }
}
