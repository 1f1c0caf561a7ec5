//! What is said of changes that would end something that runs.

use super::judgement::Judgement;
use crate::change::{Alike, Effect, EffectKind, alike};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};
use crate::workspace::OpenedCluster;

/// An error for everything that a change would end or cut off without an allowance, and for allowances that allow nothing.
pub(crate) fn refusals(judgement: &Judgement, cluster: &OpenedCluster) -> Vec<Diagnostic> {
    let refused = judgement.effects.iter().filter(|judged| judged.refused()).map(|judged| &judged.effect);
    let mut found: Vec<Diagnostic> = alike(refused).iter().map(|alike| refusal(alike, judgement, cluster)).collect();
    found.extend(judgement.idle.iter().map(|idle| {
        let at = Pointer::root().key("allowances").key(&idle.name);
        let message =
            format!("the lock allows that `{}` is {}, and that is not what this change does", idle.name, idle.effect);
        Diagnostic::error(Code::ChangeAllowance, message)
            .at(Place::in_file(cluster.lock_name(), at))
            .note(format!("what is deployed (`{}`) is not what the change was allowed for", judgement.before))
            .help(format!(
                "look at the change with `podnet diff {}{}`, and allow it anew if it is meant",
                judgement.spec, judgement.out
            ))
    }));
    if !judgement.lost.is_empty() {
        let number =
            if judgement.lost.len() == 1 { "a line".to_owned() } else { format!("{} lines", judgement.lost.len()) };
        let message = format!("the lock `{}` has lost {number} that `{}` has", cluster.lock_name(), judgement.before);
        let problem = Diagnostic::error(Code::LockLost, message).at(Place::file(cluster.lock_name()));
        let problem = judgement.lost.iter().fold(problem, |problem, line| problem.note(line.clone()));
        found.push(problem.help(format!(
            "a revert takes back what is deployed: restore the lock of `{}`, change the spec instead, and run `podnet synth {}`",
            judgement.before, judgement.spec
        )));
    }
    for problem in &mut found {
        problem.name_spec(&judgement.spec);
    }
    found
}

fn refusal(Alike { effect, names, touched }: &Alike<'_>, judgement: &Judgement, cluster: &OpenedCluster) -> Diagnostic {
    let listed = names.join("`, `");
    let touched = touched.sum().in_words();
    let problem = Diagnostic::error(code(effect.kind), format!("`{listed}` would be {}{touched}", words(effect.kind)));
    let problem = problem.at(place(effect, cluster));
    let problem = effect.causes.iter().fold(problem, |problem, cause| problem.note(cause.to_string()));
    let problem = problem.note(effect.consequence.clone());
    if effect.kind == EffectKind::Fails {
        return problem
            .help("take the change back; give what it is about another name if it is meant to be another one");
    }
    problem.help(safe_way(effect)).help(format!(
        "to allow this one change: podnet allow {} {}{}",
        judgement.spec,
        names.iter().map(|name| shell(name)).collect::<Vec<_>>().join(" "),
        judgement.out
    ))
}

/// A name as an argument: that of an object has a space in it.
fn shell(name: &str) -> String {
    if name.contains(' ') { format!("'{name}'") } else { name.to_owned() }
}

const fn code(kind: EffectKind) -> Code {
    match kind {
        EffectKind::Deleted => Code::ChangeDeleted,
        EffectKind::Replaced => Code::ChangeReplaced,
        EffectKind::CutOff => Code::ChangeCutOff,
        EffectKind::Fails => Code::ChangeFails,
        _ => Code::ChangeUndrained,
    }
}

const fn words(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Fails => "refused by AWS",
        EffectKind::Rolled => "rolled without a drain",
        kind => kind.as_str(),
    }
}

/// The way that needs no allowance.
const SUCCESSOR: &str = "write `update: {replace: successor}`, the default: a group with the change comes beside it, and it stays until \
                         its nodes are drained";

/// What makes the change safe before it is allowed.
fn safe_way(effect: &Effect) -> &'static str {
    match (effect.kind, effect.of_type.as_str()) {
        (EffectKind::Replaced, "AWS::EKS::Nodegroup")
        | (EffectKind::Replaced | EffectKind::Rolled, "AWS::AutoScaling::AutoScalingGroup") => SUCCESSOR,
        (_, "AWS::EKS::Nodegroup") => "cordon and drain its nodes first",
        (_, "AWS::AutoScaling::AutoScalingGroup") => "cordon and drain its nodes first: CloudFormation drains nothing",
        (_, "AWS::EC2::SecurityGroup" | "AWS::EC2::SecurityGroupIngress") => {
            "keep it until no node and no pod uses it: replace the nodes first"
        }
        (_, "AWS::EC2::Subnet") => "keep it until no node uses it: drain the nodes of its zone first",
        (_, "crd.k8s.amazonaws.com/v1alpha1") => "keep it until no node looks for it: drain those nodes first",
        (_, "apps/v1") => "label the running nodes first, as described in RUNBOOK.md",
        _ => "make sure first that nothing uses it",
    }
}

/// Where the spec says what the effect is about.
fn place(effect: &Effect, cluster: &OpenedCluster) -> Place {
    let plan = cluster.compiled.as_ref().and_then(|compiled| compiled.plan.as_ref());
    let groups = Pointer::from_text("/spec/nodeGroups");
    let of_group = plan.and_then(|plan| {
        let group = plan.node_groups.iter().find(|group| *group.logical_id.as_str() == effect.name)?;
        let spec = &cluster.document.as_ref()?.spec;
        spec.node_groups.iter().position(|there| there.name == group.group)
    });
    let pointer = match (effect.of_type.as_str(), of_group) {
        (_, Some(number)) => groups.index(number).key("name"),
        ("AWS::EKS::Nodegroup" | "AWS::AutoScaling::AutoScalingGroup" | "AWS::EC2::LaunchTemplate", None) => groups,
        ("AWS::EC2::SecurityGroup" | "AWS::EC2::SecurityGroupIngress", _) => {
            Pointer::from_text("/spec/podNetwork/securityGroups")
        }
        ("AWS::EC2::Subnet" | "crd.k8s.amazonaws.com/v1alpha1", _) => Pointer::from_text("/spec/zones"),
        ("apps/v1", _) => Pointer::from_text("/spec/cni"),
        _ => Pointer::from_text("/spec"),
    };
    Place::key(pointer)
}

/// Says that nothing is known of what is deployed of some clusters; nothing where there are none.
pub(crate) fn no_baseline(clusters: &[&OpenedCluster]) -> Option<Diagnostic> {
    let named: Vec<String> = clusters
        .iter()
        .filter_map(|cluster| cluster.document.as_ref())
        .map(|document| format!("`{}`", document.metadata.name))
        .collect();
    let first = clusters.first()?.spec.display().to_string();
    Some(
        Diagnostic::remark(Code::ChangeNoBaseline, format!("what changes for {} cannot be judged", named.join(", ")))
            .at(Place::file(first))
            .note("there is no output to compare with, which would also show what the lock has lost")
            .help("commit the output folder, or name one that has it: `podnet diff --before DIR` or `git:REVISION`"),
    )
}
