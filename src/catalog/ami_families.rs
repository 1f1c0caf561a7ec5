//! The families of machine images that nodes start from: one row each, with all that is particular to it.
//!
//! Sources, read on 2026-11-25: awslabs/amazon-eks-ami (`doc/usage/al2.md`, `doc/usage/al2023.md`, `nodeadm/doc/api.md`,
//! `templates/al2/runtime/bootstrap.sh`); EKS User Guide, "Retrieve recommended Amazon Linux AMI IDs" for the parameters
//! and "Guide to EKS AL2 & AL2-Accelerated AMIs transition features" for the end of Amazon Linux 2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::closed_set::closed_set;
use super::{Architecture, Driver, KubernetesVersion};

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
    image_parameter: ByArchitecture,
    /// Its start, where EKS had another family before it.
    pub start: Option<StartOfFamily>,
    /// Its end, where it has one.
    pub end: Option<EndOfFamily>,
    /// What EKS calls it where EKS chooses the image of a managed node group (`AmiType`).
    ami_types: ByArchitecture,
    /// The public SSM parameters of its images with a driver, by driver and architecture.
    with_driver: &'static [(Driver, Architecture, &'static str)],
    /// The user data that its nodes start with.
    pub user_data: UserData,
    /// The device of the volume whose size the spec gives.
    pub root_device: &'static str,
    /// What of the cluster its user data has to name. What is not here the node asks EKS for when it starts.
    pub cluster_facts: &'static [ClusterFact],
}

/// Texts by architecture, such as paths of SSM parameters. `{version}` stands for the cluster's Kubernetes version.
#[derive(Debug)]
struct ByArchitecture {
    x86_64: &'static str,
    arm64: &'static str,
}

/// The start of a family.
#[derive(Debug)]
pub struct StartOfFamily {
    /// The first Kubernetes version that it has an EKS optimized image for.
    pub first_version: KubernetesVersion,
    /// The family to take before it.
    pub predecessor: AmiFamily,
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

const AL2_GPU: &str = "/aws/service/eks/optimized-ami/{version}/amazon-linux-2-gpu/recommended/image_id";

const AL2: AmiFamilyFacts = AmiFamilyFacts {
    name: "Amazon Linux 2",
    image_parameter: ByArchitecture {
        x86_64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2/recommended/image_id",
        arm64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2-arm64/recommended/image_id",
    },
    start: None,
    end: Some(EndOfFamily {
        last_version: KubernetesVersion::new(1, 32),
        out_of_support_since: "November 2025",
        successor: AmiFamily::Al2023,
    }),
    ami_types: ByArchitecture { x86_64: "AL2_x86_64", arm64: "AL2_ARM_64" },
    // One image for both.
    with_driver: &[(Driver::Nvidia, Architecture::X86_64, AL2_GPU), (Driver::Neuron, Architecture::X86_64, AL2_GPU)],
    user_data: UserData { form: UserDataForm::BootstrapScript, max_pods: MaxPodsForm::Number, labels_and_taints: true },
    root_device: "/dev/xvda",
    // bootstrap.sh calls `aws eks describe-cluster` for what it is not given.
    cluster_facts: &[],
};

const AL2023: AmiFamilyFacts = AmiFamilyFacts {
    name: "Amazon Linux 2023",
    image_parameter: ByArchitecture {
        x86_64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/x86_64/standard/recommended/image_id",
        arm64: "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/arm64/standard/recommended/image_id",
    },
    start: Some(StartOfFamily { first_version: KubernetesVersion::new(1, 23), predecessor: AmiFamily::Al2 }),
    end: None,
    ami_types: ByArchitecture { x86_64: "AL2023_x86_64_STANDARD", arm64: "AL2023_ARM_64_STANDARD" },
    with_driver: &[
        (
            Driver::Nvidia,
            Architecture::X86_64,
            "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/x86_64/nvidia/recommended/image_id",
        ),
        (
            Driver::Nvidia,
            Architecture::Arm64,
            "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/arm64/nvidia/recommended/image_id",
        ),
        (
            Driver::Neuron,
            Architecture::X86_64,
            "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/x86_64/neuron/recommended/image_id",
        ),
    ],
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
        self.image_parameter.of(architecture).replace("{version}", &version.to_string())
    }

    /// Returns the public SSM parameter of its newest image with a driver; none where EKS publishes none.
    ///
    /// ```
    /// use podnet::catalog::{AmiFamily, Architecture, Driver, KubernetesVersion};
    ///
    /// let al2023 = AmiFamily::Al2023.facts();
    /// assert_eq!(
    ///     al2023.image_parameter_with(Driver::Neuron, KubernetesVersion::new(1, 33), Architecture::X86_64).as_deref(),
    ///     Some("/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/neuron/recommended/image_id")
    /// );
    /// assert!(al2023.image_parameter_with(Driver::Neuron, KubernetesVersion::new(1, 33), Architecture::Arm64).is_none());
    /// ```
    pub fn image_parameter_with(
        &self,
        driver: Driver,
        version: KubernetesVersion,
        architecture: Architecture,
    ) -> Option<String> {
        let (.., path) = self.with_driver.iter().find(|(of, on, _)| (*of, *on) == (driver, architecture))?;
        Some(path.replace("{version}", &version.to_string()))
    }

    /// Returns what EKS calls it as the image of a managed node group: `AL2023_x86_64_STANDARD`.
    pub fn ami_type(&self, architecture: Architecture) -> &'static str {
        self.ami_types.of(architecture)
    }
}

impl ByArchitecture {
    const fn of(&self, architecture: Architecture) -> &'static str {
        match architecture {
            Architecture::X86_64 => self.x86_64,
            Architecture::Arm64 => self.arm64,
        }
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
