//! What podnet says where something is wrong, and what helps.

mod explain;
mod help;
mod invalid;
mod slips;
