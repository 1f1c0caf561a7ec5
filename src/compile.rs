//! One cluster, from the texts of its spec, lock and base manifest to the texts of its files. Pure.

mod aws_node;
mod named;
mod node_groups;

pub use named::Named;

use std::collections::BTreeSet;

use crate::aws_node::AwsNodeManifest;
use crate::blueprint::{self, Inputs, gate};
use crate::change::Output;
use crate::diagnostic::{Diagnostic, any_error};
use crate::files::File;
use crate::lock::{self, Lock};
use crate::plan::{self, Plan, PlanInputs, PodSubnet};
use crate::spec::{Document, silence};

/// What came of compiling one cluster.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The plan, where nothing is wrong.
    pub plan: Option<Plan>,
    /// The lock as it has to stand beside the spec.
    pub lock: Lock,
    /// The pod subnets with their proofs, as far as they could be planned where something is wrong.
    pub pod_subnets: Vec<PodSubnet>,
    /// The files, by path; none where something is wrong.
    pub files: Vec<File>,
    /// Everything that is wrong, and everything worth knowing. Places without a file name are in the spec.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a spec that was read: lock and base manifest to plan, plan through the blueprints, output through the gate.
/// What the spec silences is not among the diagnostics.
pub fn compile(document: &Document, lock: Option<Named<'_>>, base: Option<Named<'_>>) -> Compiled {
    let mut compiled = loud(document, lock, base);
    compiled.diagnostics = silence(&document.spec, compiled.diagnostics);
    if any_error(&compiled.diagnostics) {
        compiled.plan = None;
        compiled.files.clear();
    }
    compiled
}

fn loud(document: &Document, lock: Option<Named<'_>>, base: Option<Named<'_>>) -> Compiled {
    let (locked, mut diagnostics) = locked(document, lock);
    let base = aws_node::base(document.spec.cni.delivery, base).unwrap_or_else(|problems| {
        diagnostics.extend(problems);
        None
    });
    if any_error(&diagnostics) {
        return Compiled::failed(locked.unwrap_or_default(), Vec::new(), diagnostics);
    }
    let name = lock.map_or("", |lock| lock.name);
    let (mut compiled, locked) = settled(document, locked.map(|locked| (name, locked)), base.as_deref());
    // What is no longer allowed is denied by the stack's policy again.
    if let Some(fewer) = locked.and_then(|locked| with_fewer_allowances(locked, &compiled.files)) {
        compiled = rendered(document, Some((name, &fewer)), base.as_deref());
    }
    compiled.diagnostics.splice(0..0, diagnostics);
    compiled
}

/// Renders until no group of nodes is replaced where it could have a successor. Returns the lock that was rendered with, too.
fn settled(
    document: &Document,
    lock: Option<(&str, Lock)>,
    base: Option<&AwsNodeManifest>,
) -> (Compiled, Option<Lock>) {
    let Some((name, mut lock)) = lock else { return (rendered(document, None, base), None) };
    let mut tried = BTreeSet::new();
    loop {
        let compiled = rendered(document, Some((name, &lock)), base);
        let rendered = compiled.plan.as_ref().map(|plan| (plan, &compiled.lock.node_resources));
        match rendered.and_then(|rendered| node_groups::with_successors(document, &lock, rendered, &mut tried)) {
            Some(next) => lock = next,
            None => return (compiled, Some(lock)),
        }
    }
}

fn rendered(document: &Document, lock: Option<(&str, &Lock)>, base: Option<&AwsNodeManifest>) -> Compiled {
    let planned = plan::plan(PlanInputs { document, lock, base });
    let mut diagnostics = planned.diagnostics;
    let Some(mut plan) = planned.plan else {
        return Compiled::failed(planned.lock, planned.pod_subnets, diagnostics);
    };
    let (manifest, notes) = aws_node::manifest(&plan, base);
    let (mut files, mut problems) = render(&plan, manifest.as_deref());
    let mut written = node_groups::resources(&files);
    plan.kept_resources = lock.map(|(_, lock)| node_groups::kept(lock, &written)).unwrap_or_default();
    if !plan.kept_resources.is_empty() {
        (files, problems) = render(&plan, manifest.as_deref());
        written = node_groups::resources(&files);
    }
    diagnostics.extend(problems);
    diagnostics.extend(notes);
    diagnostics.extend(gate::check(&files));
    diagnostics.extend(gate::remarks(&files));
    if any_error(&diagnostics) {
        return Compiled::failed(planned.lock, planned.pod_subnets, diagnostics);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let lock = plan::with_node_groups(planned.lock, &plan, written);
    Compiled { plan: Some(plan), lock, pod_subnets: planned.pod_subnets, files, diagnostics }
}

impl Compiled {
    fn failed(lock: Lock, pod_subnets: Vec<PodSubnet>, diagnostics: Vec<Diagnostic>) -> Self {
        Self { plan: None, lock, pod_subnets, files: Vec::new(), diagnostics }
    }
}

/// A lock without the allowances of resources that are no longer as they were allowed; nothing where all of them are.
fn with_fewer_allowances(mut lock: Lock, files: &[File]) -> Option<Lock> {
    let number = lock.allowances.len();
    if number == 0 || files.is_empty() {
        return None;
    }
    let output = Output::read(files.iter().map(|file| (file.path.as_str(), file.text.as_str()))).ok()?;
    lock.allowances.retain(|name, allowance| output.fingerprint(&allowance.file, name) == allowance.after);
    (lock.allowances.len() < number).then_some(lock)
}

/// Reads the lock, and what is wrong with it. None before the first synthesis, and where it cannot be read.
fn locked(document: &Document, lock: Option<Named<'_>>) -> (Option<Lock>, Vec<Diagnostic>) {
    let Some(lock) = lock else { return (None, Vec::new()) };
    let read = lock::read(lock.name, lock.text, document.metadata.name.as_str());
    let lost = read.lock.iter().flat_map(|read| lock::lost_allocations(lock.name, read));
    let of_nodes = read.lock.iter().flat_map(|read| lock::of_nodes(lock.name, read, &document.spec));
    let diagnostics = read.diagnostics.into_iter().chain(lost).chain(of_nodes).collect();
    (read.lock, diagnostics)
}

/// Renders the built-in packs.
fn render(plan: &Plan, aws_node_manifest: Option<&str>) -> (Vec<File>, Vec<Diagnostic>) {
    let packs = blueprint::built_in_compiled();
    match packs.and_then(|packs| blueprint::render(packs, Inputs { plan, aws_node_manifest })) {
        Ok(files) => (files, Vec::new()),
        Err(problems) => (Vec::new(), problems),
    }
}
