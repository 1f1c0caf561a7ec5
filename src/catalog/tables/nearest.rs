//! Which known names a mistyped one may have meant.

/// The least likeness at which a name is worth suggesting.
///
/// At 0.6, `AWS_EXTERNAL_SERVICE_CIDR` finds its plural and `us-west-3` its neighbours, while a word of another kind
/// finds nothing: a wrong suggestion is worse than none.
const LEAST: f64 = 0.6;

/// Returns at most `n` of the candidates whose likeness is high enough, best first, equal ones by name.
///
/// `likeness` says how alike a candidate is to what was written: 1 for the same text, 0 for nothing in common, and
/// more than 1 where the caller adds a preference of its own.
pub(in crate::catalog) fn nearest<'a>(
    candidates: impl Iterator<Item = &'a str>,
    n: usize,
    likeness: impl Fn(&str) -> f64,
) -> Vec<&'a str> {
    let mut ranked: Vec<(f64, &str)> = candidates
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LEAST)
        .collect();
    ranked.sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| left.cmp(right)));
    ranked.into_iter().take(n).map(|(_, name)| name).collect()
}

/// Returns how alike two texts are, from 0 to 1: one less the share of letters that must be added, removed, changed or
/// swapped to make one the other.
pub(in crate::catalog) fn likeness(one: &str, other: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggest(written: &str, n: usize) -> Vec<&'static str> {
        let known = ["m5.large", "m5a.large", "r5.large", "us-west-2"];
        nearest(known.into_iter(), n, |name| likeness(written, name))
    }

    #[test]
    fn best_first_and_no_more_than_asked_for() {
        assert_eq!(suggest("m5.lagre", 2), ["m5.large", "m5a.large"]);
        assert_eq!(suggest("m5.lagre", 0), Vec::<&str>::new());
    }

    #[test]
    fn equally_alike_names_are_in_the_order_of_the_alphabet() {
        assert_eq!(suggest("x5.large", 3), ["m5.large", "r5.large", "m5a.large"]);
    }

    #[test]
    fn another_kind_of_word_finds_nothing() {
        assert_eq!(suggest("banana", 3), Vec::<&str>::new());
        assert_eq!(suggest("", 3), Vec::<&str>::new());
    }
}
