//! Allocations that are gone from the lock though their subnets are bound.

use std::collections::BTreeSet;

use super::Lock;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::{LogicalId, is_pod_subnet};
use crate::source::{Place, Pointer};

/// Finds bindings of pod subnets whose allocation is gone from the lock: somebody deleted its line. A new range would be
/// carved for a subnet that exists. `lock_name` is the lock's path.
pub(crate) fn lost_allocations(lock_name: &str, lock: &Lock) -> Vec<Diagnostic> {
    let known: BTreeSet<LogicalId> = lock.allocations.keys().map(LogicalId::pod_subnet).collect();
    let bound = lock.bindings.iter().filter(|(output, _)| is_pod_subnet(output));
    bound
        .filter(|(output, _)| !known.contains(output.as_str()))
        .map(|(output, id)| {
            Diagnostic::error(Code::LockEdited, format!("the allocation of `{output}` is missing from the lock"))
                .at(Place::in_file(lock_name, Pointer::root().key("bindings").key(output)))
                .note(format!("`{id}` was deployed with its range; without the line, podnet would allocate another one"))
                .help("restore the line under `allocations` from git, or from the committed output with `podnet lock repair`; to release a range, use `podnet release`, which also removes the binding")
        })
        .collect()
}
