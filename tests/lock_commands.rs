//! `podnet lock` and `podnet synth --locked` as people run them, on lists as the AWS CLI prints them: the VPC of a
//! Terraform module, of a CDK app, and of eksctl, each with pod subnets of somebody's own.

#![cfg(test)]

#[path = "lock_commands/import.rs"]
mod import;
#[path = "lock_commands/refusals.rs"]
mod refusals;
#[path = "lock_commands/tenure.rs"]
mod tenure;
#[path = "lock_commands/workspace.rs"]
mod workspace;
