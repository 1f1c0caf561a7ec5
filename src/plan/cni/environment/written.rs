//! Which variables are written, in which container, with which value.

use std::collections::BTreeMap;

use crate::catalog::EnvironmentVariable;
use crate::catalog::cni::{Container, environment, environment_variables};
use crate::lock::Lock;
use crate::plan::model::{EnvironmentCheck, Selection};
use crate::spec::{Snat, Spec};

/// The variables of aws-node's two containers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WrittenVariables {
    /// Of the container aws-node, by name.
    pub aws_node: BTreeMap<String, String>,
    /// Of the init container aws-vpc-cni-init, by name.
    pub init: BTreeMap<String, String>,
    /// Variables that were written once and have no default to go back to: they have to be taken away.
    pub left_over: Vec<String>,
}

impl WrittenVariables {
    /// The variables of a container.
    pub(crate) fn of(&self, container: Container) -> &BTreeMap<String, String> {
        match container {
            Container::AwsNode => &self.aws_node,
            Container::Init => &self.init,
        }
    }

    /// What `kubectl set env --list` has to print of the variables that a number or a guarantee depends on, for each container
    /// that has any.
    pub(crate) fn checks(&self) -> Vec<EnvironmentCheck> {
        let counted_on = |name: &str| environment(name).is_some_and(|known| known.written.is_some());
        let of = |container: Container| {
            let counted_on = self.of(container).iter().filter(|(name, _)| counted_on(name));
            let variables: Vec<String> = counted_on.map(|(name, value)| format!("{name}={value}")).collect();
            (!variables.is_empty()).then_some(EnvironmentCheck { container, variables })
        };
        [Container::AwsNode, Container::Init].into_iter().filter_map(of).collect()
    }

    fn set(&mut self, name: &str, value: &str) {
        // One that is not known is the daemon's: that is where people set them.
        let containers = environment(name).map_or(&[Container::AwsNode][..], |known| known.containers);
        for container in containers {
            let there = match container {
                Container::AwsNode => &mut self.aws_node,
                Container::Init => &mut self.init,
            };
            there.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Gives what is written: every variable that a number or a guarantee depends on, as far as the CNI's version reads it; what
/// the spec sets by name; and what an earlier spec set, which goes back to its default. A variable is never dropped once it was
/// written: others that own a part of aws-node would keep it with an empty value.
pub(crate) fn written(spec: &Spec, selection: &Selection, lock: &Lock) -> WrittenVariables {
    let version = &spec.cni.version;
    let mut written = WrittenVariables::default();
    for variable in environment_variables() {
        if let (Some(default), true) = (variable.written, variable.is_read_by(version)) {
            let value = of_spec(spec, selection, variable.name);
            written.set(variable.name, value.as_deref().unwrap_or(default));
        }
    }
    for (name, value) in &spec.cni.env {
        written.set(name, value);
    }
    for name in lock.environment.iter().filter(|name| !spec.cni.env.contains_key(*name)) {
        let known = environment(name);
        if known.is_some_and(|known| !known.is_read_by(version)) {
            continue;
        }
        match default(spec, name, known) {
            Some(value) => written.set(name, &value),
            None => written.left_over.push(name.clone()),
        }
    }
    written
}

/// The value that the spec comes to for a variable that has a field of its own; none where the spec says nothing.
fn of_spec(spec: &Spec, selection: &Selection, name: &str) -> Option<String> {
    let cni = &spec.cni;
    let egress = &spec.pod_network.egress;
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    match name {
        "ENI_CONFIG_LABEL_DEF" => Some(selection.label.clone()),
        "ENABLE_PREFIX_DELEGATION" => Some(cni.prefix_delegation.to_string()),
        "ENABLE_POD_ENI" => Some(cni.security_groups_for_pods.to_string()),
        "AWS_VPC_K8S_CNI_EXTERNALSNAT" => Some(
            match egress.snat {
                Snat::External => true,
                Snat::Node => false,
            }
            .to_string(),
        ),
        "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS" => {
            let mut excluded = egress.exclude_snat_cidrs.clone();
            excluded.sort_unstable();
            Some(excluded.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        }
        "MAX_ENI" => number(cni.max_eni),
        "WARM_ENI_TARGET" => number(cni.warm.eni_target),
        "WARM_IP_TARGET" => number(cni.warm.ip_target),
        "MINIMUM_IP_TARGET" => number(cni.warm.minimum_ip_target),
        "WARM_PREFIX_TARGET" => number(cni.warm.prefix_target),
        _ => None,
    }
}

/// What a variable goes back to. Pods' MTU follows the nodes' unless it is set.
fn default(spec: &Spec, name: &str, known: Option<&EnvironmentVariable>) -> Option<String> {
    if name == "POD_MTU" {
        let of_nodes = environment("AWS_VPC_ENI_MTU").and_then(|known| known.default);
        return spec.cni.env.get("AWS_VPC_ENI_MTU").map(String::as_str).or(of_nodes).map(ToOwned::to_owned);
    }
    known?.default.map(ToOwned::to_owned)
}
