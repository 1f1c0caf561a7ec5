//! What must stay of what podnet makes: the policies of its resources, and what a stack's policy denies.
//!
//! The table is `data/lasting-types.tsv`.

use crate::catalog::tables::table;

const TABLE: &str = include_str!("../data/lasting-types.tsv");

/// How a type of resource is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lasting {
    /// The `DeletionPolicy` that each has.
    pub deletion: Option<&'static str>,
    /// The `UpdateReplacePolicy` that each has.
    pub replacement: Option<&'static str>,
    /// Whether the stack's policy denies updates that replace or delete one.
    pub denied: bool,
}

/// Returns how a type of resource is kept: not at all where the table lacks it.
///
/// `AWS::EC2::Subnet` is retained, and the stack's policy denies its replacement.
pub(crate) fn lasting(resource_type: &str) -> Lasting {
    let policy = |word: &'static str| Some(word).filter(|word| *word != "-");
    let row = table::rows(TABLE).find(|[known, _, _, _]| *known == resource_type);
    row.map_or_else(Lasting::default, |[_, deletion, replacement, denied]| Lasting {
        deletion: policy(deletion),
        replacement: policy(replacement),
        denied: denied == "yes",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::property_changes;

    #[test]
    fn every_line_of_the_table_is_read_and_names_a_type_that_podnet_writes() {
        let rows: Vec<[&str; 4]> = table::rows(TABLE).collect();
        assert_eq!(rows.len(), table::lines(TABLE).count());
        for [of_type, deletion, replacement, denied] in rows {
            assert!(property_changes(of_type).is_some(), "{of_type}");
            assert!(
                ["-", "RetainExceptOnCreate"].contains(&deletion) && ["-", "Retain", "Delete"].contains(&replacement)
            );
            assert!(["yes", "no"].contains(&denied));
        }
        assert_eq!(lasting("AWS::EC2::Subnet").replacement, Some("Retain"));
        assert_eq!(lasting("AWS::IAM::Role"), Lasting::default());
    }
}
