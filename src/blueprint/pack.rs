//! A pack: a folder with `pack.yaml` and templates. The built-in ones are part of the binary.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::diagnostic::{Code, Diagnostic};
use crate::files::{FileKind, hash};
use crate::plan::{AmiFamily, Delivery, NodeGroupKind};
use crate::source::Place;

/// What `pack.yaml` says: which template makes which file, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Contents {
    name: String,
    files: Vec<PackFile>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackFile {
    /// The template's name in the pack.
    pub template: String,
    /// The path that it makes, inside the cluster's folder.
    pub output: String,
    /// What it makes.
    pub kind: FileKind,
    /// An expression over the plan; the file is made where it is true.
    pub when: String,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its files, in order.
    pub files: Vec<PackFile>,
    /// Its templates' texts, by name; partial ones for `include` among them.
    pub templates: BTreeMap<String, String>,
}

impl Pack {
    /// Makes a pack of `pack.yaml` and templates.
    ///
    /// # Errors
    /// `pack.yaml` does not say what a pack has to say, or names a template that is not there.
    pub fn new(folder: &str, contents: &str, templates: BTreeMap<String, String>) -> Result<Self, Diagnostic> {
        let place = Place::file(format!("{folder}/pack.yaml"));
        let Contents { name, files } = serde_yaml::from_str(contents)
            .map_err(|error| Diagnostic::error(Code::BlueprintPack, error.to_string()).at(place.clone()))?;
        if let Some(missing) = files.iter().find(|file| !templates.contains_key(&file.template)) {
            let message = format!("the pack has no template `{}`", missing.template);
            return Err(Diagnostic::error(Code::BlueprintPack, message).at(place));
        }
        Ok(Self { name, files, templates })
    }
}

/// A file of `blueprints/` by its name, with its text.
macro_rules! template {
    ($folder:literal, $name:literal) => {
        ($name, include_str!(concat!("../../blueprints/", $folder, "/", $name)))
    };
}

type Template = (&'static str, &'static str);

const CLOUDFORMATION: &[Template] = &[
    template!("cloudformation", "pod-network.yaml.j2"),
    template!("cloudformation", "node-groups.yaml.j2"),
    template!("cloudformation", "pod-network.policy.json.j2"),
    template!("cloudformation", "node-groups.policy.json.j2"),
    template!("cloudformation", "stack-policy.json.j2"),
    template!("cloudformation", "launch-template.yaml.j2"),
    template!("cloudformation", "signal.sh.j2"),
];

const KUBERNETES: &[Template] = &[
    template!("kubernetes", "eniconfig-crd.yaml.j2"),
    template!("kubernetes", "eniconfigs.yaml.j2"),
    template!("kubernetes", "aws-node.yaml.j2"),
    template!("kubernetes", "kustomization.yaml.j2"),
];

const RUNBOOK: &[Template] = &[template!("runbook", "RUNBOOK.md.j2")];

/// The user data of a family. `launch-template.yaml.j2` includes it by the plan's word for the family.
const fn user_data(family: AmiFamily) -> Template {
    match family {
        AmiFamily::Al2 => template!("cloudformation", "user-data-al2.sh.j2"),
        AmiFamily::Al2023 => template!("cloudformation", "user-data-al2023.yaml.j2"),
    }
}

/// The resource of a kind of node group. `node-groups.yaml.j2` includes it by the plan's word for the kind.
const fn node_group(kind: NodeGroupKind) -> Template {
    match kind {
        NodeGroupKind::SelfManaged => template!("cloudformation", "node-group-self-managed.yaml.j2"),
        NodeGroupKind::Managed => template!("cloudformation", "node-group-managed.yaml.j2"),
    }
}

/// aws-node in one delivery. `aws-node.yaml.j2` includes it by the plan's word for the delivery.
const fn aws_node(delivery: Delivery) -> Template {
    match delivery {
        Delivery::Patch => template!("kubernetes", "aws-node-patch.yaml.j2"),
        Delivery::Manifest => template!("kubernetes", "aws-node-manifest.yaml.j2"),
    }
}

/// Gives the built-in packs: `cloudformation`, `kubernetes` and `runbook`. They are read once a process.
///
/// # Errors
/// Never for a podnet that passed its tests.
pub fn built_in() -> Result<&'static [Pack], Diagnostic> {
    static PACKS: OnceLock<Result<Vec<Pack>, Diagnostic>> = OnceLock::new();
    PACKS.get_or_init(read_built_in).as_deref().map_err(Clone::clone)
}

fn read_built_in() -> Result<Vec<Pack>, Diagnostic> {
    let families = AmiFamily::ALL.iter().map(|family| user_data(*family));
    let kinds = NodeGroupKind::ALL.iter().map(|kind| node_group(*kind));
    let deliveries = Delivery::ALL.iter().map(|delivery| aws_node(*delivery));
    let pack = |folder, contents, templates: &mut dyn Iterator<Item = Template>| {
        Pack::new(folder, contents, templates.map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
    };
    let contents = |(_, text): Template| text;
    Ok(vec![
        pack(
            "cloudformation",
            contents(template!("cloudformation", "pack.yaml")),
            &mut CLOUDFORMATION.iter().copied().chain(families).chain(kinds),
        )?,
        pack(
            "kubernetes",
            contents(template!("kubernetes", "pack.yaml")),
            &mut KUBERNETES.iter().copied().chain(deliveries),
        )?,
        pack("runbook", contents(template!("runbook", "pack.yaml")), &mut RUNBOOK.iter().copied())?,
    ])
}

/// Gives the hash of all templates of the built-in packs. It is computed once a process.
pub(crate) fn built_in_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let packs = built_in().unwrap_or_default();
        hash(&packs.iter().flat_map(|pack| pack.templates.values().map(String::as_str)).collect::<String>())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ami_families::{ClusterFact, MaxPodsForm, UserDataForm};

    #[test]
    fn user_data_says_what_its_family_can_be_told() {
        for family in AmiFamily::ALL {
            let (name, text) = user_data(*family);
            let facts = family.facts();
            let form = match facts.user_data.form {
                UserDataForm::BootstrapScript => name.ends_with(".sh.j2") && text.contains("/etc/eks/bootstrap.sh"),
                UserDataForm::NodeConfig => name.ends_with(".yaml.j2") && text.contains("kind: NodeConfig"),
            };
            assert!(form, "{name}");
            let expression = match facts.user_data.max_pods {
                MaxPodsForm::Number => false,
                MaxPodsForm::NumberOrExpression => true,
            };
            assert_eq!(text.contains("maxPodsExpression"), expression, "{name}");
            assert_eq!(text.contains("kubeletFlags"), facts.user_data.labels_and_taints, "{name}");
            for fact in facts.cluster_facts {
                let variable = match fact {
                    ClusterFact::ApiServerEndpoint => "{{ cluster.apiServerEndpoint }}",
                    ClusterFact::CertificateAuthority => "{{ cluster.certificateAuthority }}",
                    ClusterFact::ServiceCidr => "{{ cluster.serviceCidr }}",
                };
                assert!(text.contains(variable), "{name}: {variable}");
            }
        }
    }

    #[test]
    fn the_hash_is_of_every_template() {
        assert!(built_in_hash().starts_with("sha256:"));
        assert!(built_in().unwrap().iter().all(|pack| !pack.templates.is_empty()));
    }
}
