//! The program as people run it.

mod allowances;
mod arguments;
mod bind;
mod bind_cluster;
mod bind_stack;
mod diff;
mod formats;
mod grow;
mod lock;
mod node_groups;
mod one_writer;
mod output;
mod plan;
mod retirement;
mod running_clusters;
mod several_specs;
mod zone_ids;
