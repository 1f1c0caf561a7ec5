//! What deploying the new output of a cluster does to what runs, and what is to be thought of it.

mod baseline;
mod judgement;
mod refusals;

pub(crate) use baseline::Baseline;
pub(crate) use judgement::{JudgedEffect, Judgement, judge};
pub(crate) use refusals::{no_baseline, refusals};
