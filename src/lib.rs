//! podnet compiles one spec per EKS cluster into the CloudFormation and Kubernetes files that give its pods an address
//! space of their own (Amazon VPC CNI custom networking), and proves that they will work before it writes them.
//!
//! ```text
//! text ──source──▶ tree ──spec──▶ Document ─┐
//! lock text ──lock──▶ Lock ─────────────────┼─plan─▶ Plan ──blueprint──▶ Files ──gate──▶ Files ──output──▶ folder
//! base manifest ──aws_node──▶ Manifest ─────┤         └──▶ Lock
//!                            catalog ───────┘
//! ```
//!
//! [`compile()`](compile::compile) is that line without its two ends, which touch files; `cli` has those.

pub mod address;
pub mod aws_node;
pub mod blueprint;
pub mod capacity;
pub mod catalog;
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
