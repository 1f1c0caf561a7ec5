//! `podnet lock` and `podnet synth --locked` as people run them, on lists as the AWS CLI prints them: the VPC of a
//! Terraform module, of a CDK app, and of eksctl, each with pod subnets of somebody's own.

mod import;
mod losses;
mod observed;
mod ranges;
mod refusals;
mod workspace;
