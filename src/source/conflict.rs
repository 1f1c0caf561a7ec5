//! The marks that git leaves where two branches changed the same lines.

use std::ops::Range;

/// Finds the first line of a conflict as git leaves it: `<<<<<<< ` and, further down, `>>>>>>> `, each at the start of
/// a line.
pub(crate) fn conflict(text: &str) -> Option<Range<usize>> {
    let mark = |mark: &str| text.match_indices(mark).map(|(at, _)| at).find(|at| is_line_start(text, *at));
    let (start, end) = (mark("<<<<<<< ")?, mark(">>>>>>> ")?);
    let line = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
    // git's marks are seven characters and a blank; a text may well have one of the two for another reason, not both.
    (start < end).then_some(start..line)
}

fn is_line_start(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_has_both_marks_at_the_start_of_a_line() {
        assert_eq!(conflict("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n"), Some(5..17));
        assert_eq!(conflict("a: \"<<<<<<< HEAD >>>>>>> x\"\n"), None);
        assert_eq!(conflict("<<<<<<< HEAD\n"), None);
    }
}
