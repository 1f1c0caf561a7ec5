//! The families of machine images that nodes start from: one row each, with all that is particular to it.
//!
//! Sources, read on 2026-11-25: awslabs/amazon-eks-ami (`doc/usage/al2.md`, `doc/usage/al2023.md`, `nodeadm/doc/api.md`,
//! `templates/al2/runtime/bootstrap.sh`); EKS User Guide, "Retrieve recommended Amazon Linux AMI IDs" for the parameters
//! and "Guide to EKS AL2 & AL2-Accelerated AMIs transition features" for the end of Amazon Linux 2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::closed_set::closed_set;
use super::{Architecture, KubernetesVersion};

closed_set! {
    /// An AMI family.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum AmiFamily {
        /// Amazon Linux 2, configured with bootstrap.sh. Out of support since November 2025; Kubernetes 1.32 is its last.
        Al2,
        /// Amazon Linux 2023, configured with nodeadm.
        Al2023,
    }
}

/// What is particular to a family.
#[derive(Debug)]
pub struct AmiFamilyFacts {
    /// Its name in sentences.
    pub name: &'static str,
    /// The public SSM parameter that names its newest image.
    image_parameter: ImageParameterPaths,
    /// Its end, where it has one.
    pub end: Option<EndOfFamily>,
    /// The user data that its nodes start with.
    pub user_data: UserData,
    /// The device of the volume whose size the spec gives.
    pub root_device: &'static str,
    /// What of the cluster its user data has to name. What is not here the node asks EKS for when it starts.
    pub cluster_facts: &'static [ClusterFact],
}

/// Paths of SSM parameters by architecture. `{version}` stands for the cluster's Kubernetes version.
#[derive(Debug)]
struct ImageParameterPaths {
    x86_64: &'static str,
    arm64: &'static str,
}

/// The end of a family.
#[derive(Debug)]
pub struct EndOfFamily {
    /// The last Kubernetes version that it has an EKS optimized image for.
    pub last_version: KubernetesVersion,
    /// The month since which it is out of support.
    pub out_of_support_since: &'static str,
    /// The family to take instead.
    pub successor: AmiFamily,
}

/// The user data of a family, and what can be said in it.
#[derive(Debug)]
pub struct UserData {
    /// How it is written.
    pub form: UserDataForm,
    /// How it tells a node its max pods.
    pub max_pods: MaxPodsForm,
    /// Whether it can give a node its labels and taints. With neither, a group's labels would have to come from elsewhere.
    pub labels_and_taints: bool,
}

/// How user data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserDataForm {
    /// A shell script that calls `/etc/eks/bootstrap.sh`, which AWS's templates hand `BootstrapArguments`.
    BootstrapScript,
    /// A MIME multipart message with a `NodeConfig` of nodeadm in it.
    NodeConfig,
}

/// How user data tells a node its max pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxPodsForm {
    /// As one number for every node.
    Number,
    /// As a number or as an expression that each node evaluates for its own instance type.
    NumberOrExpression,
}

/// What a node has to know of its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterFact {
    /// The API server's address.
    ApiServerEndpoint,
    /// The certificate authority's certificate.
    CertificateAuthority,
    /// The range of services, which the address of the cluster's DNS is derived from.
    ServiceCidr,
}

const AL2: AmiFamilyFacts = AmiFamilyFacts {
    name: "Amazon Linux 2",
    image_parameter: ImageParameterPaths {
        x86_64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2/recommended/image_id",
        arm64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2-arm64/recommended/image_id",
    },
    end: Some(EndOfFamily {
        last_version: KubernetesVersion::new(1, 32),
        out_of_support_since: "November 2025",
        successor: AmiFamily::Al2023,
    }),
    user_data: UserData { form: UserDataForm::BootstrapScript, max_pods: MaxPodsForm::Number, labels_and_taints: true },
    root_device: "/dev/xvda",
    // bootstrap.sh calls `aws eks describe-cluster` for what it is not given.
    cluster_facts: &[],
};

const AL2023: AmiFamilyFacts = AmiFamilyFacts {
    name: "Amazon Linux 2023",
    image_parameter: ImageParameterPaths {
        x86_64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/x86_64/standard/recommended/image_id",
        arm64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/arm64/standard/recommended/image_id",
    },
    end: None,
    user_data: UserData {
        form: UserDataForm::NodeConfig,
        max_pods: MaxPodsForm::NumberOrExpression,
        labels_and_taints: true,
    },
    root_device: "/dev/xvda",
    // nodeadm calls no API: a NodeConfig without one of these is refused, and the node never joins.
    cluster_facts: &[ClusterFact::ApiServerEndpoint, ClusterFact::CertificateAuthority, ClusterFact::ServiceCidr],
};

impl AmiFamily {
    /// Returns what is particular to it.
    ///
    /// ```
    /// use podnet::catalog::AmiFamily;
    ///
    /// assert_eq!(AmiFamily::Al2023.facts().root_device, "/dev/xvda");
    /// ```
    pub const fn facts(self) -> &'static AmiFamilyFacts {
        match self {
            Self::Al2 => &AL2,
            Self::Al2023 => &AL2023,
        }
    }
}

impl AmiFamilyFacts {
    /// Returns the public SSM parameter that holds the id of its newest EKS optimized image.
    ///
    /// ```
    /// use podnet::catalog::{AmiFamily, Architecture, KubernetesVersion};
    ///
    /// assert_eq!(
    ///     AmiFamily::Al2.facts().image_parameter(KubernetesVersion::new(1, 30), Architecture::Arm64),
    ///     "/aws/service/eks/optimized-ami/1.30/amazon-linux-2-arm64/recommended/image_id"
    /// );
    /// ```
    pub fn image_parameter(&self, version: KubernetesVersion, architecture: Architecture) -> String {
        let path = match architecture {
            Architecture::X86_64 => self.image_parameter.x86_64,
            Architecture::Arm64 => self.image_parameter.arm64,
        };
        path.replace("{version}", &version.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_by_version_and_architecture() {
        for family in AmiFamily::ALL {
            for architecture in [Architecture::X86_64, Architecture::Arm64] {
                let path = family.facts().image_parameter(KubernetesVersion::new(1, 31), architecture);
                assert!(path.starts_with("/aws/service/") && path.contains("/1.31/"), "{path}");
                assert!(path.ends_with("/image_id") && !path.contains(['{', '}']), "{path}");
            }
        }
    }

    #[test]
    fn a_family_that_ended_has_a_successor_that_did_not() {
        for end in AmiFamily::ALL.iter().filter_map(|family| family.facts().end.as_ref()) {
            assert!(end.successor.facts().end.is_none(), "{end:?}");
        }
    }
}
