//! podnet from the outside: as a library, and as the program that people run. One crate, so that the library is linked
//! once; a module has one topic, and [`harness`] is what they share.

#![cfg(test)]

mod aws_node_settings;
mod aws_pages;
mod capacity;
mod changes;
mod cli;
mod cni_loop;
mod diagnostics;
mod examples;
mod harness;
mod hostile;
mod manifests;
mod never_moves;
mod optional_fields;
mod picture;
mod renumbering;
mod route_tables;
mod running_nodes;
mod schema;
mod select_by_label;
mod stack_policies;
mod stages;
