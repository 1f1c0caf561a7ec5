//! What ordinary edits of a running cluster do to what runs, in both directions: a table that is read, not accepted.
//!
//! An edit is a change of the production example's text. One way, the example is deployed and the edit is to come; the way back,
//! the edited spec is deployed and the example is to come.

mod edits;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use podnet::change::{Alike, Effect, EffectKind, Output, Verdict, alike, effects};
use podnet::compile::Compiled;
use podnet::ids::LogicalId;
use podnet::lock;

use edits::{EDITS, Edit};

use crate::harness::{Example, in_place};

/// What becomes of everything where the first spec is deployed and the second is to come.
fn between(before: &Example, after: &Example) -> Result<Vec<Effect>, String> {
    let (lock, old) = deployed(before)?;
    let (_, new) = deployed(&Example { lock: Some(lock), ..after.clone() })?;
    Ok(effects(&old, &new))
}

/// The lock and the output of a spec, with an id for everything that podnet's own stack makes.
///
/// # Errors
/// What podnet says of a spec that it refuses.
fn deployed(example: &Example) -> Result<(String, Output), String> {
    let mut compiled = example.compile();
    if let Some(problem) = compiled.diagnostics.iter().find(|found| found.is_error()) {
        return Err(problem.message.clone());
    }
    let needed = needed(&compiled);
    let mut lock = compiled.lock.clone();
    for name in needed {
        let kind = if name.as_str().starts_with("PodSubnet") { "subnet" } else { "sg" };
        let id = name
            .as_str()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        lock.bindings.insert(name.to_string(), format!("{kind}-0{id:016x}"));
    }
    let bound = Example { lock: Some(lock::write(&lock)), ..example.clone() };
    compiled = bound.compiled().compiled;
    let plan = compiled.plan.as_ref().unwrap();
    assert!(plan.pending.is_empty(), "{:?}", plan.pending);
    Ok((lock::write(&compiled.lock), Output::planned(plan, &compiled.files).unwrap()))
}

/// The outputs of podnet's stack that the plan waits for.
fn needed(compiled: &Compiled) -> BTreeSet<LogicalId> {
    let plan = compiled.plan.as_ref().unwrap();
    let configs = plan.eni_configs.iter().flat_map(|config| &config.needs);
    let groups = plan.node_groups.iter().flat_map(|group| &group.needs);
    configs.chain(groups).cloned().collect()
}

/// A line for each kind of effect and what it happens to; the causes of what something running notices below.
fn shown(effects: &Result<Vec<Effect>, String>) -> String {
    let effects = match effects {
        Ok(effects) => effects,
        Err(refused) => return format!("x refused: {refused}\n"),
    };
    let mut lines = String::new();
    for Alike { effect, names, touched } in alike(effects) {
        let mark = match effect.verdict() {
            Verdict::Harmless => ' ',
            Verdict::Notable => '~',
            Verdict::Dangerous => '!',
        };
        let names = names.join(" ");
        let _ = writeln!(
            lines,
            "{mark} {} {names} ({} nodes, {} pods)",
            effect.kind.as_str(),
            touched.sum().nodes,
            touched.sum().pods
        );
        for cause in &effect.causes {
            let _ = writeln!(lines, "      {cause}");
        }
    }
    if lines.is_empty() { "  nothing changes\n".to_owned() } else { lines }
}

/// What every edit does, both ways. `of` makes the specs of the edited texts.
fn table(of: fn(&str) -> String) -> String {
    let production = Example::read("production");
    let mut table = String::new();
    for Edit { name, replacements } in EDITS {
        let edited = replacements.iter().fold(production.spec.clone(), |text, (from, to)| {
            assert!(text.contains(from), "{name}: the example has no {from}");
            text.replace(from, to)
        });
        let edited = Example { spec: of(&edited), ..production.clone() };
        let production = Example { spec: of(&production.spec), ..production.clone() };
        for (way, before, after) in [("", &production, &edited), (", and back", &edited, &production)] {
            let _ = writeln!(table, "{name}{way}\n{}", shown(&between(before, after)));
        }
    }
    table
}

#[test]
fn what_ordinary_edits_do() {
    let table = table(ToOwned::to_owned);
    // What ends nodes of a group comes beside it, or is refused; it is never done.
    for line in table.lines().filter(|line| line.starts_with('!')) {
        assert!(["! cut off ", "! fails "].iter().any(|refused| line.starts_with(refused)), "{line}");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_ordinary_edits_do_in_place() {
    insta::assert_snapshot!(table(in_place));
}

/// What podnet has no facts about, it has to say; of what it writes itself, it has them.
#[test]
fn every_property_in_every_example_is_known() {
    for example in Example::all() {
        let output = example.compiled();
        for path in
            output.paths().into_iter().filter(|path| path.starts_with("cloudformation/") && !path.contains(".policy."))
        {
            let template = output.document(path);
            for (name, resource) in template["Resources"].as_object().unwrap() {
                let properties = resource["Properties"].as_object().unwrap();
                for property in properties.keys() {
                    let mut without = template.clone();
                    without["Resources"][name]["Properties"].as_object_mut().unwrap().remove(property);
                    let read = |template: &serde_json::Value| {
                        let text = serde_json::to_string(template).unwrap();
                        Output::read([(path, text.as_str())]).unwrap()
                    };
                    let effects = effects(&read(&template), &read(&without));
                    let effect = effects.iter().find(|effect| effect.name == *name);
                    let effect = effect.unwrap_or_else(|| panic!("{}: {name}.{property}", example.stem));
                    assert_ne!(effect.kind, EffectKind::Unknown, "{}: {name}.{property}", example.stem);
                }
            }
        }
    }
}
