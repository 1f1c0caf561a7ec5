//! The output as the witness of a lock: what it shows and the lock has lost.

use std::path::Path;

use super::OpenedCluster;
use crate::diagnostic::{Code, Diagnostic};
use crate::files::{MANIFEST, Manifest, NODE_GROUPS, template_resources};
use crate::lock::{self, Lock};
use crate::output::{OutputError, write_text};
use crate::source::Place;

/// What the output of a cluster claims of its lock; nothing where there is no output, or none of a podnet that claimed anything.
pub(crate) fn claimed(cluster: &OpenedCluster, out: &Path) -> Option<Lock> {
    let template = fs_err::read_to_string(cluster.folder(out)?.join(NODE_GROUPS)).unwrap_or_default();
    Some(Lock { node_resources: template_resources(&template), ..shown(cluster, out)? })
}

/// The same without the resources, which are not claims but the output itself.
fn shown(cluster: &OpenedCluster, out: &Path) -> Option<Lock> {
    let manifest = manifest(cluster, out)?;
    lock::claimed(&manifest.lock, &manifest.cluster)
}

fn manifest(cluster: &OpenedCluster, out: &Path) -> Option<Manifest> {
    Manifest::read(&fs_err::read_to_string(cluster.folder(out)?.join(MANIFEST)).ok()?)
}

/// Makes the output of a cluster show the same subnets of others as a lock that is about to be written: those that it no longer has
/// are no loss.
///
/// # Errors
/// The file system says no.
pub(crate) fn show_existing(cluster: &OpenedCluster, out: &Path, lock: &Lock) -> Result<(), OutputError> {
    let (Some(mut manifest), Some(folder)) = (manifest(cluster, out), cluster.folder(out)) else { return Ok(()) };
    let Some(shown) = manifest.lock.as_object_mut() else { return Ok(()) };
    let before = shown.remove("existing");
    let after = lock::claims(lock).get("existing").cloned();
    shown.extend(after.clone().map(|existing| ("existing".to_owned(), existing)));
    if before == after {
        return Ok(());
    }
    write_text(&folder.join(MANIFEST), &manifest.write())
}

/// Compares a lock with the cluster's output. A lock that is gone, or a line of it, is an error: ranges would move, and what is
/// deployed would be left out.
pub(super) fn lost(cluster: &OpenedCluster, out: &Path) -> Option<Diagnostic> {
    let folder = cluster.folder(out)?.display().to_string();
    let (spec, name) = (cluster.spec.display().to_string(), cluster.lock_name());
    if cluster.lock_text.is_none() {
        manifest(cluster, out)?;
        return Some(
            Diagnostic::error(Code::LockMissing, format!("the lock `{name}` is missing"))
                .at(Place::file(spec))
                .note(format!("`{folder}` was rendered with one: without it, bound ids are lost and ranges may move"))
                .help(format!(
                    "restore it from git; if the spec was renamed, rename its lock too; to start over, delete `{folder}`"
                )),
        );
    }
    // What is wrong with a lock itself is told when it is compiled.
    let lock =
        lock::read(&name, cluster.lock_text.as_deref()?, cluster.document.as_ref()?.metadata.name.as_str()).lock?;
    let lines = lock::changes(&lock, &lock::restored(&lock, &shown(cluster, out)?));
    let number = match lines.as_slice() {
        [] => return None,
        [_] => "a line".to_owned(),
        lines => format!("{} lines", lines.len()),
    };
    let message = format!("the lock `{name}` has lost {number} that `{folder}/{MANIFEST}` shows");
    let problem = Diagnostic::error(Code::LockLost, message).at(Place::file(name));
    let problem = lines.iter().fold(problem, |problem, line| problem.note(line.to_string()));
    Some(problem.help(format!(
        "run `podnet lock repair {spec}`, which writes them back; to undo a synthesis, restore the lock and `{folder}` together"
    )))
}
