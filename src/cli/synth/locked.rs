//! `--locked`: a lock that would change is an error.

use crate::diagnostic::{Code, Diagnostic};
use crate::lock::{self, Lock};
use crate::source::Place;
use crate::workspace::OpenedCluster;

/// Refuses to write a cluster whose lock is not what the spec comes to.
pub(super) fn keep_locked(cluster: &mut OpenedCluster) {
    let Some(compiled) = cluster.compiled.as_ref().filter(|_| !cluster.failed()) else { return };
    if cluster.lock_text.as_deref() == Some(lock::write(&compiled.lock).as_str()) {
        return;
    }
    let (spec, name) = (cluster.spec.display(), cluster.lock_name());
    let message = match &cluster.lock_text {
        Some(_) => format!("the lock `{name}` would change"),
        None => format!("the lock `{name}` is missing"),
    };
    let place = if cluster.lock_text.is_some() { Place::file(&name) } else { Place::file(spec.to_string()) };
    let mut problem = Diagnostic::error(Code::LockStale, message).at(place);
    let before = cluster.lock_text.as_ref().map_or_else(|| Ok(Lock::default()), |_| cluster.locked());
    let changes = before.map(|before| lock::changes(&before, &compiled.lock)).unwrap_or_default();
    if changes.is_empty() {
        problem = problem.note("its content is the same, but its layout is not podnet's");
    }
    problem = changes.iter().fold(problem, |problem, change| problem.note(change.to_string()));
    cluster
        .diagnostics
        .push(problem.help(format!("run `podnet synth {spec}` without `--locked`, and commit the lock")));
}
