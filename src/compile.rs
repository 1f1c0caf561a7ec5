//! One cluster, from the texts of its spec, lock and base manifest to the texts of its files. Pure.

use std::collections::BTreeSet;

use crate::aws_node::{AwsNodeManifest, Overrides};
use crate::blueprint::{self, gate};
use crate::catalog::cni::Container;
use crate::catalog::regions;
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::files::{File, FileKind};
use crate::lock::{self, Lock};
use crate::plan::{self, Plan, PlanInputs, PodSubnet};
use crate::spec::{Delivery, Document, silence};

/// A text with the name that the user knows it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The file's path.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a str,
}

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
    silence(&document.spec, &mut compiled.diagnostics);
    if any_error(&compiled.diagnostics) {
        compiled.plan = None;
        compiled.files.clear();
    }
    compiled
}

fn loud(document: &Document, lock: Option<Named<'_>>, base: Option<Named<'_>>) -> Compiled {
    let mut diagnostics = Vec::new();
    let locked = lock.and_then(|lock| {
        let read = lock::read(lock.name, lock.text, document.metadata.name.as_str());
        diagnostics.extend(read.diagnostics);
        diagnostics.extend(read.lock.iter().flat_map(|read| lock::lost_allocations(lock.name, read)));
        read.lock
    });
    let manifest = match document.spec.cni.delivery {
        Delivery::Patch => None,
        Delivery::Manifest => {
            let base = base.unwrap_or(Named { name: AwsNodeManifest::BUILTIN_FILE, text: AwsNodeManifest::builtin() });
            AwsNodeManifest::read(base.name, base.text).map_err(|problems| diagnostics.extend(problems)).ok()
        }
    };
    let nothing =
        |diagnostics, lock, pod_subnets| Compiled { plan: None, lock, pod_subnets, files: Vec::new(), diagnostics };
    if any_error(&diagnostics) {
        return nothing(diagnostics, locked.unwrap_or_default(), Vec::new());
    }
    let with_name = locked.as_ref().map(|locked| (lock.map_or("", |lock| lock.name), locked));
    let planned = plan::plan(PlanInputs { document, lock: with_name, base: manifest.as_ref() });
    diagnostics.extend(planned.diagnostics);
    let pod_subnets = planned.pod_subnets;
    let Some(plan) = planned.plan else { return nothing(diagnostics, planned.lock, pod_subnets) };
    let mut files =
        match blueprint::built_in().map_err(|problem| vec![problem]).and_then(|packs| blueprint::render(&packs, &plan))
        {
            Ok(files) => files,
            Err(problems) => {
                diagnostics.extend(problems);
                Vec::new()
            }
        };
    if let (Some(manifest), true) = (&manifest, plan.render.aws_node) {
        let (patched, notes) = manifest.patched(&overrides(&plan));
        diagnostics.extend(notes);
        match patched.to_yaml() {
            Ok(text) => files.push(File {
                path: "kubernetes/aws-node.yaml".to_owned(),
                kind: FileKind::Kubernetes,
                text: format!("{}{text}", blueprint::HEADER),
            }),
            Err(problems) => diagnostics.extend(problems),
        }
    }
    diagnostics.extend(gate::check(&files));
    diagnostics.extend(files.iter().filter_map(too_long_to_send));
    if any_error(&diagnostics) {
        return nothing(diagnostics, planned.lock, pod_subnets);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Compiled { plan: Some(plan), lock: planned.lock, pod_subnets, files, diagnostics }
}

/// Templates over this many bytes go to CloudFormation by way of S3.
const INLINE_TEMPLATE_BYTES: usize = 51_200;

fn too_long_to_send(file: &File) -> Option<Diagnostic> {
    let bytes = file.text.len();
    (file.kind == FileKind::Cloudformation && bytes > INLINE_TEMPLATE_BYTES).then(|| {
        Diagnostic::remark(Code::OutputTemplateSize, format!("`{}` has {bytes} bytes", file.path))
            .note(format!("CloudFormation takes {INLINE_TEMPLATE_BYTES} bytes in a call, and up to 1 MB from S3"))
            .help("give `aws cloudformation deploy` an `--s3-bucket`")
    })
}

/// What must differ from the base manifest.
fn overrides(plan: &Plan) -> Overrides {
    let node = &plan.aws_node;
    let known_hosts: BTreeSet<String> = regions::registries().map(|registry| registry.host()).collect();
    Overrides {
        environment: [(Container::AwsNode, node.environment.clone()), (Container::Init, node.init_environment.clone())]
            .into_iter()
            .filter(|(_, variables)| !variables.is_empty())
            .collect(),
        removed: node.removed_environment.iter().cloned().collect(),
        registry_host: node.registry_host.clone().unwrap_or_default(),
        known_hosts,
    }
}
