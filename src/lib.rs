//! podnet compiles one spec per EKS cluster into the CloudFormation and Kubernetes files that give its pods an address
//! space of their own.
pub mod address;
pub mod catalog;
pub mod diagnostic;
pub mod source;
pub mod spec;
