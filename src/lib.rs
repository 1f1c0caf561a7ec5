//! podnet compiles one spec per EKS cluster into the CloudFormation and Kubernetes files that give its pods an address
//! space of their own (Amazon VPC CNI custom networking), and proves that they will work before it writes them.
//!
//! The program `podnet` is what most people use; this library is everything in it, for tests and for tools that want
//! the plan or the files without a folder to write them to.
//!
//! # From a spec to files
//!
//! Three texts can go in, and nothing else decides what comes out: no clock, no environment, no network.
//!
//! ```text
//! spec text ──source──▶ Tree ──spec──▶ Document ─┐
//! lock text ──────────lock───────────▶ Lock ─────┼─plan─▶ Plan ──blueprint──▶ Files ──gate──▶ Files ──output──▶ folder
//! base manifest ────aws_node────▶ AwsNodeManifest┤          └──▶ Lock
//!                              catalog, capacity ┘
//! ```
//!
//! Everything between the texts on the left and the files on the right is pure. [`compile()`](compile::compile) is that
//! part in one function; `output` brings a folder up to date with what came of it.
//!
//! # Example
//!
//! A cluster with one zone: its pods get a `/18` of a block that podnet associates with the VPC.
//!
//! ```
//! use podnet::compile::{Compiled, compile};
//! use podnet::spec;
//!
//! let text = r#"
//! apiVersion: podnet.dev/v1alpha1
//! kind: PodNetwork
//! metadata: {name: shop}
//! spec:
//!   region: eu-west-1
//!   kubernetesVersion: "1.33"
//!   vpc:
//!     id: vpc-0a1b2c3d4e5f67890
//!     cidrBlocks: [10.20.0.0/16]
//!     clusterSecurityGroupId: sg-0a1b2c3d4e5f67890
//!     serviceCidr: 172.20.0.0/16
//!   zones:
//!     - name: eu-west-1a
//!       nodeSubnets: [{id: subnet-0a1b2c3d4e5f67890, cidr: 10.20.0.0/20}]
//!   podNetwork:
//!     cidrBlocks: [100.64.0.0/16]
//!     pools: {default: {prefixLength: 18}}
//!   cni: {version: 1.21.1}
//! "#;
//!
//! // The form first: every slip of it is in `read.diagnostics`, with its place in the text.
//! let read = spec::read(text);
//! let document = read.document.expect("the spec is well-formed");
//!
//! // No lock yet, and no base manifest.
//! let Compiled { plan, lock, files, diagnostics, .. } = compile(&document, None, None);
//! assert!(diagnostics.iter().all(|found| !found.is_error()), "{diagnostics:?}");
//!
//! // The plan has every number, with how it came about.
//! let plan = plan.expect("nothing is wrong");
//! let subnet = &plan.pod_subnets[0];
//! assert_eq!(subnet.cidr, Some("100.64.0.0/18".parse()?));
//! assert_eq!(subnet.usable_addresses, Some(16_379)); // AWS keeps five
//! assert_eq!(subnet.size_how.as_deref(), Some("`prefixLength: 18`"));
//!
//! // The first round makes the network alone: ids of subnets are not known before they exist.
//! let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
//! assert_eq!(paths, ["RUNBOOK.md", "cloudformation/pod-network.policy.json", "cloudformation/pod-network.yaml"]);
//! assert!(files[2].text.contains(r#"CidrBlock: "100.64.0.0/18""#));
//!
//! // The range is in the lock now, and stays where it is from here on.
//! assert!(podnet::lock::write(&lock).contains("100.64.0.0/18"));
//! # Ok::<(), podnet::address::CidrError>(())
//! ```
//!
//! # The rooms
//!
//! From the ground up; a room imports from rooms below it only. ARCHITECTURE.md in the repository has the whole table,
//! which is tested.
//!
//! | rooms | what they hold |
//! |---|---|
//! | [`address`], [`source`] | CIDR blocks and carving; texts and places in them |
//! | [`diagnostic`], [`ids`], [`catalog`] | what is said when something is wrong; names and ids; facts about AWS and the CNI |
//! | [`capacity`], [`spec`], [`aws_node`], [`files`], [`lock`] | the CNI as numbers; what goes in, and the form of what comes out |
//! | [`plan`] | every decision, and the proof that the addresses suffice |
//! | [`blueprint`], [`picture`], [`change`] | the plan as files, and as SVG; what a change of the files does to what runs |
//! | [`mod@compile`], `operations` | the whole line; what changes a lock or a spec from outside |
//! | `output`, [`workspace`], [`cli`] | folders; many clusters at once; the command line |
//!
//! # What is promised
//!
//! - **Bytes.** The same texts and the same version of podnet give the same files, on every machine.
//! - **Problems are values.** Text that is wrong makes no function panic, and only [`cli`] prints. Every phase returns
//!   all the problems it finds as [`Diagnostic`](diagnostic::Diagnostic)s. Their [`Code`](diagnostic::Code)s are stable,
//!   their wording is not.
//! - **Formats.** A spec names its `apiVersion` and a lock its `version`: what either means changes only with them.
//! - **The Rust API** is everything that is `pub`; [`cli`] is public for the program alone. Before 1.0, a minor version
//!   may change it, and the changelog says so.
//!
//! There are no Cargo features: what podnet writes depends on no build option.

pub mod address;
pub mod aws_node;
pub mod blueprint;
pub mod capacity;
pub mod catalog;
pub mod change;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod files;
pub mod ids;
pub mod lock;
pub(crate) mod operations;
pub(crate) mod output;
pub mod picture;
pub mod plan;
pub mod source;
pub mod spec;
pub mod workspace;
