//! Giving back what is retired and has a name: node groups, security groups and ENIConfigs. Pure.

use crate::diagnostic::{Code, Diagnostic, near, one_of};
use crate::lock::{Lock, NotReleased, State, config_name};
use crate::source::{Place, Pointer};

/// A lock with what it belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeldNames<'a> {
    /// The spec's path.
    pub spec: &'a str,
    /// The lock's path.
    pub lock_name: &'a str,
    /// The lock.
    pub lock: &'a Lock,
}

/// Something in a lock that has a name.
struct HeldName<'a> {
    held: &'a HeldNames<'a>,
    name: String,
    state: State,
    at: Pointer,
}

fn all<'a>(held: &'a [HeldNames<'a>]) -> Vec<HeldName<'a>> {
    let of = |held: &'a HeldNames<'a>| {
        let groups = held.lock.security_groups.iter().map(|(name, worn)| {
            let at = Pointer::root().key("securityGroups").key(name);
            HeldName { held, name: name.clone(), state: worn.state, at }
        });
        let configs = held.lock.eni_configs.iter().map(|(name, config)| {
            let at = Pointer::root().key("eniConfigs").key(name);
            HeldName { held, name: config_name(name), state: config.state, at }
        });
        let nodes = held.lock.node_groups.iter().map(|(name, group)| {
            let at = Pointer::root().key("nodeGroups").key(name);
            HeldName { held, name: name.clone(), state: group.state.of_all(), at }
        });
        groups.chain(configs).chain(nodes).collect::<Vec<_>>()
    };
    held.iter().flat_map(of).collect()
}

/// Takes what is retired out of the one lock that has it. Returns the lock's path, and the lock without it.
///
/// # Errors
/// No lock has the name, or several; it is in use.
pub(crate) fn release(name: &str, held: &[HeldNames<'_>]) -> Result<(String, Lock), Diagnostic> {
    let refuse = |message: String| Diagnostic::error(Code::LockRelease, message);
    let all = all(held);
    let having: Vec<&HeldName<'_>> = all.iter().filter(|named| named.name == name).collect();
    let found = match having.as_slice() {
        [] => return Err(unknown(name, &all)),
        [found] => *found,
        several => {
            let commands: Vec<String> =
                several.iter().map(|named| format!("podnet release '{name}' {}", named.held.spec)).collect();
            return Err(refuse(format!("{} locks have `{name}`", several.len()))
                .help(format!("name the spec: {}", one_of(&commands))));
        }
    };
    let mut lock = found.held.lock.clone();
    let at = Place::in_file(found.held.lock_name, found.at.clone());
    match lock.release_name(name) {
        Ok(()) => Ok((found.held.lock_name.to_owned(), lock)),
        Err(NotReleased::InConfig(config)) => Err(refuse(format!("`{name}` is in use: `{config}` has it"))
            .at(at)
            .help(format!("if `{config}` is retired, release it first"))),
        Err(NotReleased::InGroup(group)) => Err(refuse(format!("`{name}` is in use: nodes of `{group}` have it"))
            .at(at)
            .help(format!("drain the nodes of `{group}` and release it first"))),
        Err(NotReleased::Active | NotReleased::Unknown) => Err(refuse(format!("`{name}` is in use: it is active"))
            .at(at)
            .help("take it out of the spec first, and run `podnet synth`, which retires it")),
    }
}

fn unknown(name: &str, all: &[HeldName<'_>]) -> Diagnostic {
    let retired: Vec<String> =
        all.iter().filter(|named| named.state == State::Retired).map(|named| named.name.clone()).collect();
    let problem = Diagnostic::error(Code::LockRelease, format!("no lock has `{name}`"));
    let close: Vec<String> =
        near(name, retired.iter().map(String::as_str)).into_iter().map(ToOwned::to_owned).collect();
    match (close.as_slice(), retired.as_slice()) {
        ([], []) => problem.note("nothing is retired").help("a range is named POOL/ZONE"),
        ([], retired) => {
            problem.note(format!("retired: {}", retired.join(", "))).help("name one of these, or a range as POOL/ZONE")
        }
        (close, _) => problem.help(format!("did you mean {}?", one_of(close))),
    }
}
