//! The node groups that were written, generation by generation, with the resources that they consist of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{GroupState, Lock, LockedGroup};

impl Lock {
    /// The generations of a node group, the newest first, by the logical id of the first one.
    pub(crate) fn generations<'a>(&'a self, first: &'a str) -> Vec<(&'a str, &'a LockedGroup)> {
        let of =
            |(id, group): &(&'a String, &'a LockedGroup)| group.successor_of.as_deref().unwrap_or(id.as_str()) == first;
        let mut all: Vec<_> = self.node_groups.iter().filter(of).map(|(id, group)| (id.as_str(), group)).collect();
        all.sort_by_key(|(id, _)| std::cmp::Reverse(generation(first, id)));
        all
    }

    /// The logical id of the generation of a node group that the spec means: the one that is not retired, else the newest one, else
    /// the first that was not released.
    pub(crate) fn generation_in_use(&self, first: &str) -> String {
        let all = self.generations(first);
        let in_use = all.iter().find(|(_, group)| group.state != GroupState::Retired).or(all.first());
        match in_use {
            Some((id, _)) => (*id).to_owned(),
            None if self.released_names.contains(first) => self.next_generation(first, &BTreeSet::new()),
            None => first.to_owned(),
        }
    }

    /// The logical id of a generation that a node group has not had yet, and that nothing else has.
    pub(crate) fn next_generation(&self, first: &str, taken: &BTreeSet<String>) -> String {
        let newest = self.generations(first).first().map_or(1, |(id, _)| generation(first, id));
        let named = |number: u32| format!("{first}G{number}");
        let used = |id: &String| self.released_names.contains(id) || taken.contains(id);
        let mut number = newest + 1;
        while used(&named(number)) {
            number += 1;
        }
        named(number)
    }
}

/// Which generation of a node group a logical id is.
fn generation(first: &str, id: &str) -> u32 {
    id.strip_prefix(first).and_then(|rest| rest.strip_prefix('G')).and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// The resources that a lock must have and lacks, those of node groups and what they refer to, each with the resource that needs it.
pub(super) fn missing_resources(lock: &Lock) -> BTreeMap<String, String> {
    let mut missing = BTreeMap::new();
    for group in lock.node_groups.keys().filter(|group| !lock.node_resources.contains_key(*group)) {
        missing.insert(group.clone(), group.clone());
    }
    for (name, resource) in &lock.node_resources {
        let Ok(value) = serde_json::from_str::<Value>(resource) else { continue };
        for reference in references(&value).into_iter().filter(|to| !to.contains("::")) {
            if !lock.node_resources.contains_key(&reference) {
                let of = if lock.node_groups.contains_key(name) { name } else { &reference };
                missing.insert(reference.clone(), of.clone());
            }
        }
    }
    missing
}

/// The types of the node groups' stack.
const TYPES: [&str; 6] = [
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::EC2::LaunchTemplate",
    "AWS::EKS::AccessEntry",
    "AWS::EKS::Nodegroup",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::Role",
];

/// What a role of nodes has, and the policies that it may have.
const ROLE: [&str; 3] = ["AssumeRolePolicyDocument", "ManagedPolicyArns", "Tags"];
const POLICIES: [&str; 3] = ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"];

/// The resources of a lock that podnet does not write, by logical id: they go into a template as they are.
pub(super) fn foreign_resources(lock: &Lock) -> Vec<&str> {
    let own = |resource: &str| {
        let resource: Value = serde_json::from_str(resource).ok()?;
        let of_type = resource.get("Type")?.as_str()?;
        let fields =
            resource.as_object()?.keys().all(|field| ["Type", "Properties", "UpdatePolicy"].contains(&field.as_str()));
        Some(
            fields
                && TYPES.contains(&of_type)
                && (of_type != "AWS::IAM::Role" || is_nodes_role(resource.get("Properties")?)),
        )
    };
    let foreign = lock.node_resources.iter().filter(|(_, resource)| own(resource) != Some(true));
    foreign.map(|(name, _)| name.as_str()).collect()
}

fn is_nodes_role(properties: &Value) -> bool {
    let known = |arn: &Value| {
        let arn = arn.get("Fn::Sub").and_then(Value::as_str).and_then(|arn| arn.rsplit_once(":iam::aws:policy/"));
        arn.is_some_and(|(_, policy)| POLICIES.contains(&policy))
    };
    let policies = properties.get("ManagedPolicyArns").and_then(Value::as_array);
    let services = properties.pointer("/AssumeRolePolicyDocument/Statement").and_then(Value::as_array);
    let of_ec2 = |statement: &Value| {
        let principal = statement.get("Principal").and_then(Value::as_object);
        principal.is_some_and(|principal| principal.len() == 1 && principal.contains_key("Service"))
    };
    properties.as_object().is_some_and(|all| all.keys().all(|property| ROLE.contains(&property.as_str())))
        && policies.is_some_and(|policies| policies.iter().all(known))
        && services.is_some_and(|services| services.iter().all(of_ec2))
}

/// The logical ids in `Ref` and `Fn::GetAtt`, at any depth.
fn references(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    match value {
        Value::Object(map) => {
            let own = map.get("Ref").or_else(|| map.get("Fn::GetAtt")?.get(0)).and_then(text);
            own.into_iter().chain(map.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(state: GroupState, successor_of: Option<&str>) -> LockedGroup {
        LockedGroup {
            state,
            group: "batch".parse().unwrap(),
            successor_of: successor_of.map(ToOwned::to_owned),
            nodes: 20,
            max_pods: 110,
            instance_types: vec!["m5.large".parse().unwrap()],
            pod_subnets: vec!["default/us-west-2a".parse().unwrap()],
        }
    }

    #[test]
    fn generations_count_on_and_one_is_in_use() {
        let mut lock = Lock::empty("prod", "2026-10-27");
        let nothing = BTreeSet::new();
        assert_eq!(lock.generation_in_use("NodesBatch"), "NodesBatch");
        lock.node_groups.insert("NodesBatch".into(), group(GroupState::Retired, None));
        assert_eq!(lock.generation_in_use("NodesBatch"), "NodesBatch");
        assert_eq!(lock.next_generation("NodesBatch", &nothing), "NodesBatchG2");
        let taken = BTreeSet::from(["NodesBatchG2".to_owned()]);
        assert_eq!(lock.next_generation("NodesBatch", &taken), "NodesBatchG3");
        lock.node_groups.insert("NodesBatchG10".into(), group(GroupState::Retired, Some("NodesBatch")));
        lock.node_groups.insert("NodesBatchG9".into(), group(GroupState::Joining, Some("NodesBatch")));
        assert_eq!(lock.generation_in_use("NodesBatch"), "NodesBatchG9");
        assert_eq!(lock.next_generation("NodesBatch", &nothing), "NodesBatchG11");
        lock.released_names.insert("NodesBatchG11".into());
        assert_eq!(lock.next_generation("NodesBatch", &nothing), "NodesBatchG12");
        assert_eq!(lock.generation_in_use("NodesBatchG"), "NodesBatchG");
    }

    #[test]
    fn only_resources_that_podnet_writes_are_taken() {
        let foreign = |resource: &str| {
            let mut lock = Lock::empty("prod", "2026-10-27");
            lock.node_resources.insert("NodeRole".into(), resource.into());
            !foreign_resources(&lock).is_empty()
        };
        let role = |more: &str, policy: &str, who: &str| {
            format!(
                r#"{{"Type": "AWS::IAM::Role", "Properties": {{"AssumeRolePolicyDocument": {{"Statement": [{{"Principal":
                {{"{who}": "x"}}}}]}}, "ManagedPolicyArns": [{{"Fn::Sub": "arn:${{AWS::Partition}}:iam::aws:policy/{policy}"}}]{more}}}}}"#
            )
        };
        assert!(!foreign(&role("", "AmazonEKS_CNI_Policy", "Service")));
        for other in [
            role("", "AdministratorAccess", "Service"),
            role("", "AmazonEKS_CNI_Policy", "AWS"),
            role(r#", "Policies": []"#, "AmazonEKS_CNI_Policy", "Service"),
            r#"{"Type": "AWS::IAM::User", "Properties": {}}"#.to_owned(),
            r#"{"Type": "AWS::EKS::Nodegroup", "Metadata": {}, "Properties": {}}"#.to_owned(),
            "no JSON".to_owned(),
        ] {
            assert!(foreign(&other), "{other}");
        }
    }

    #[test]
    fn a_resource_that_is_needed_is_missed() {
        let mut lock = Lock::empty("prod", "2026-10-27");
        lock.node_groups.insert("NodesBatch".into(), group(GroupState::Active, None));
        assert_eq!(missing_resources(&lock), [("NodesBatch".to_owned(), "NodesBatch".to_owned())].into());
        let nodes =
            r#"{"Properties": {"Role": {"Fn::GetAtt": ["NodeRole", "Arn"]}, "Region": {"Ref": "AWS::Region"}}}"#;
        lock.node_resources.insert("NodesBatch".into(), nodes.into());
        assert_eq!(missing_resources(&lock), [("NodeRole".to_owned(), "NodesBatch".to_owned())].into());
        lock.node_resources.insert("NodeRole".into(), "{}".into());
        assert!(missing_resources(&lock).is_empty());
    }
}
