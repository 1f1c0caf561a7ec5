//! `podnet release`: gives back what is retired.

mod arguments;
mod name;
mod range;

pub(super) use arguments::ReleaseArguments;

use super::terminal::Outcome;
use super::terminal::report::Reporter;
use crate::workspace::Failure;

pub(super) fn run(arguments: &ReleaseArguments, report: Reporter) -> Outcome {
    if arguments.name.contains('/') {
        let key = arguments
            .name
            .parse()
            .map_err(|error: String| Failure::new(error).help("podnet release default/us-west-2c"))?;
        range::run(&key, arguments, report)
    } else if arguments.subnets.is_some() {
        Err(Failure::new("`--subnets` goes with a range").help("podnet release POOL/ZONE --subnets FILE"))
    } else {
        name::run(arguments, report)
    }
}
