//! The effects of a change on one cluster, each with its verdict.

use std::path::Path;

use serde::Serialize;

use super::baseline::{self, Baseline};
use crate::change::{Effect, EffectKind, Operation, Output, Verdict, effects};
use crate::compile::Compiled;
use crate::files::{MANIFEST, Manifest};
use crate::lock::{self, Allowance, Lock};
use crate::workspace::{Failure, OpenedCluster, out_argument};

/// What a change does to one cluster.
#[derive(Debug, Serialize)]
pub(crate) struct Judgement {
    /// The cluster.
    pub(crate) cluster: String,
    /// The spec's path.
    pub(crate) spec: String,
    /// What it was compared with.
    pub(crate) before: String,
    /// The same, read.
    #[serde(skip)]
    pub(crate) deployed: Output,
    /// What becomes of its resources and objects, in the order of deployment.
    pub(crate) effects: Vec<JudgedEffect>,
    /// Lines that the lock had when that was made, and that it has lost.
    pub(crate) lost: Vec<String>,
    /// The argument that names the output folder in commands; empty for the default.
    #[serde(skip)]
    pub(crate) out: String,
    /// What the lock allows and the change does not do.
    #[serde(skip)]
    pub(crate) idle: Vec<IdleAllowance>,
}

/// An effect and what is to be thought of it.
#[derive(Debug, Serialize)]
pub(crate) struct JudgedEffect {
    pub(crate) verdict: Verdict,
    /// Whether the lock allows what is dangerous: by an allowance, or because it is about something that was given back.
    pub(crate) allowed: bool,
    /// The resource as it is deployed, and as it will be.
    #[serde(skip)]
    pub(crate) fingerprints: (Option<String>, Option<String>),
    #[serde(flatten)]
    pub(crate) effect: Effect,
}

/// An allowance that allows nothing: what is deployed is not what it was given for.
#[derive(Debug)]
pub(crate) struct IdleAllowance {
    pub(crate) name: String,
    pub(crate) effect: String,
}

impl JudgedEffect {
    /// Whether people can allow it: what AWS refuses, nobody can.
    pub(crate) fn can_be_allowed(&self) -> bool {
        self.verdict == Verdict::Dangerous && self.effect.kind != EffectKind::Fails
    }

    /// Whether it keeps the output from being written.
    pub(crate) fn refused(&self) -> bool {
        self.verdict == Verdict::Dangerous && !self.allowed
    }
}

/// Judges what deploying a cluster's new output does. Nothing where there is no output to compare it with, or something is wrong
/// with the cluster.
///
/// # Errors
/// What is deployed cannot be read.
pub(crate) fn judge(
    cluster: &OpenedCluster,
    out: &Path,
    before: Option<&Baseline>,
) -> Result<Option<Judgement>, Failure> {
    let (Some(compiled), Some(folder)) = (cluster.compiled.as_ref().filter(|_| !cluster.failed()), cluster.folder(out))
    else {
        return Ok(None);
    };
    let (whence, committed) = baseline::read(before, out, &folder)?;
    let Some(manifest) = committed.get(MANIFEST) else { return Ok(None) };
    let lost = lost(manifest.as_deref().unwrap_or_default(), &compiled.lock);
    let texts = committed.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)));
    let old = read(texts, &whence)?;
    let new = read(compiled.files.iter().map(|file| (file.path.as_str(), file.text.as_str())), "the new output")?;
    let judged = effects(&old, &new).into_iter().map(|effect| judged(effect, compiled, &old, &new));
    let effects: Vec<JudgedEffect> = judged.collect();
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let idle = idle(compiled, &old, &effects);
    let spec = cluster.spec.display().to_string();
    let out = out_argument(out);
    Ok(Some(Judgement { cluster: name, spec, before: whence, deployed: old, effects, lost, out, idle }))
}

/// What a manifest claims of a lock and the lock to come does not have: a revert takes back lock and output together, so that only
/// what is deployed shows it.
fn lost(manifest: &str, lock: &Lock) -> Vec<String> {
    let claimed = Manifest::read(manifest).and_then(|manifest| lock::claimed(&manifest.lock, &manifest.cluster));
    let lines = claimed.map(|claimed| lock::changes(lock, &lock::restored(lock, &claimed)));
    lines.into_iter().flatten().map(|line| line.to_string()).collect()
}

fn judged(effect: Effect, compiled: &Compiled, old: &Output, new: &Output) -> JudgedEffect {
    let print = |output: &Output| output.fingerprint(&effect.file, &effect.name);
    let fingerprints = (print(old), print(new));
    let allows = |allowance: &Allowance| {
        (allowance.effect.as_str(), allowance.file.as_str()) == (effect.kind.as_str(), effect.file.as_str())
            && (Some(&allowance.before), &allowance.after) == (fingerprints.0.as_ref(), &fingerprints.1)
    };
    let allowed = compiled.lock.allowances.get(&effect.name).is_some_and(allows)
        || (effect.operation == Operation::Delete
            && (compiled.lock.released_names.iter().any(|name| effect.name == *name || old.mentions(&effect, name))
                || old.is_needed_only_by(&effect.file, &effect.name, &compiled.lock.released_names)));
    JudgedEffect { verdict: effect.verdict(), allowed, fingerprints, effect }
}

/// Allowances that allow none of these effects. One whose change is deployed already has done its work, and stays until the next
/// change of its resource.
fn idle(compiled: &Compiled, old: &Output, effects: &[JudgedEffect]) -> Vec<IdleAllowance> {
    let at_work = |name: &String| effects.iter().any(|judged| judged.allowed && judged.effect.name == *name);
    let done = |name: &str, allowance: &Allowance| old.fingerprint(&allowance.file, name) == allowance.after;
    let idle = compiled.lock.allowances.iter().filter(|(name, allowance)| !at_work(name) && !done(name, allowance));
    idle.map(|(name, allowance)| IdleAllowance { name: name.clone(), effect: allowance.effect.clone() }).collect()
}

fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>, whose: &str) -> Result<Output, Failure> {
    Output::read(files).map_err(|problems| {
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::new(format!("{whose}: {}", all.join("; "))).help("compare with a revision whose files podnet wrote")
    })
}
