//! Places of the spec's section `cni`.

use crate::source::Pointer;

/// A field of the section `cni`.
pub(crate) fn at(field: &str) -> Pointer {
    Pointer::from_text(format!("/spec/cni/{field}"))
}
