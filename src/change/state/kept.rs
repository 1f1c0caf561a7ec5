//! What of a stack stays with some of its resources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fingerprint::reachable;
use super::output::Output;
use super::template::{StackTemplate, has_nodes};

/// What gives nodes of a role access to the cluster: it refers to the role, and no node group to it.
const ACCESS_ENTRY: &str = "AWS::EKS::AccessEntry";

impl Output {
    /// Gives some resources of a stack with all that they cannot be without: what they refer to, and what lets their nodes into the
    /// cluster; by logical id.
    pub(crate) fn with_what_they_need<'a>(
        &self,
        file: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> BTreeMap<String, Value> {
        let Some(document) = self.templates.get(file) else { return BTreeMap::new() };
        let template = StackTemplate::read(document);
        let mut found: BTreeMap<String, Value> = BTreeMap::new();
        for name in names {
            let needed = reachable(document, name).unwrap_or_default();
            found.extend(needed.into_iter().map(|(name, resource)| (name, resource.clone())));
        }
        let there: BTreeSet<String> = found.keys().cloned().collect();
        for (name, resource) in template.resources.iter().filter(|(_, resource)| resource.of_type == ACCESS_ENTRY) {
            if resource.references().iter().any(|reference| there.contains(&reference.to)) {
                let whole = document.get("Resources").and_then(|resources| resources.get(name));
                found.extend(whole.map(|whole| (name.clone(), whole.clone())));
            }
        }
        found
    }

    /// Whether nothing but some node groups needs a resource of a stack: what it is, what refers to it, or whom it lets in.
    pub fn is_needed_only_by(&self, file: &str, name: &str, groups: &BTreeSet<String>) -> bool {
        let Some(document) = self.templates.get(file) else { return false };
        let template = StackTemplate::read(document);
        let all =
            template.resources.iter().filter(|(_, resource)| has_nodes(&resource.of_type)).map(|(group, _)| group);
        let mut needing =
            all.filter(|group| self.with_what_they_need(file, [group.as_str()]).contains_key(name)).peekable();
        needing.peek().is_some() && needing.all(|group| groups.contains(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_stays_with_its_role_and_its_access() {
        let template = "Resources:\n  Nodes: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {L: {Ref: Launch}}}\n  \
                        Launch: {Type: AWS::EC2::LaunchTemplate, Properties: {P: {'Fn::GetAtt': [Profile, Arn]}}}\n  \
                        Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [{Ref: Role}]}}\n  \
                        Role: {Type: AWS::IAM::Role}\n  \
                        Entry: {Type: AWS::EKS::AccessEntry, Properties: {PrincipalArn: {'Fn::GetAtt': [Role, Arn]}}}\n  \
                        Managed: {Type: AWS::EKS::Nodegroup, Properties: {NodeRole: {'Fn::GetAtt': [Other, Arn]}}}\n  \
                        Other: {Type: AWS::IAM::Role}\n";
        let output = Output::read([("cloudformation/a.yaml", template)]).unwrap();
        let kept = output.with_what_they_need("cloudformation/a.yaml", ["Nodes"]);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["Entry", "Launch", "Nodes", "Profile", "Role"]);
        assert_eq!(output.with_what_they_need("cloudformation/a.yaml", ["Managed"]).len(), 2);
        let only = |name: &str, groups: &[&str]| {
            let groups = groups.iter().map(|group| (*group).to_owned()).collect();
            output.is_needed_only_by("cloudformation/a.yaml", name, &groups)
        };
        assert!(only("Role", &["Nodes"]) && only("Entry", &["Nodes", "Managed"]) && only("Other", &["Managed"]));
        assert!(!only("Role", &["Managed"]) && !only("Nobody", &["Nodes"]));
    }
}
