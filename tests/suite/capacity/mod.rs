//! Max pods, the addresses that nodes take, and the pod subnets that have them.

mod additional_subnets;
mod demand;
mod max_pods;
mod moving_groups;
mod node_subnets;
mod reservations;
