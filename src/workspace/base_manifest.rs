//! The base manifest that a spec names.

use std::path::Path;

use super::read_text;
use crate::aws_node;
use crate::diagnostic::{Checked, Code, Diagnostic, Texts};
use crate::source::Pointer;
use crate::spec::{Delivery, Document};

/// Reads the base manifest of a spec, with its path; nothing where the spec names none, or where it cannot be read.
pub(super) fn base_manifest(spec: &Path, document: &Document, texts: &mut Texts) -> Checked<Option<(String, String)>> {
    let cni = &document.spec.cni;
    match cni.delivery {
        Delivery::Patch => return None.into(),
        Delivery::Manifest => {}
    }
    let Some(named) = &cni.base_manifest else {
        texts.add(aws_node::AwsNodeManifest::BUILTIN_FILE, aws_node::AwsNodeManifest::builtin());
        return None.into();
    };
    let path = spec.parent().unwrap_or(Path::new("")).join(named);
    let name = path.display().to_string();
    let at = Pointer::from_text("/spec/cni/baseManifest");
    match read_text(&path) {
        Ok(Some(text)) => {
            texts.add(&name, text.clone());
            Some((name, text)).into()
        }
        Ok(None) => {
            let message = format!("there is no file `{name}`");
            let help = "the path starts at the spec's folder; the release manifests are in aws/amazon-vpc-cni-k8s under config/";
            Checked::with(None, Diagnostic::error(Code::CniBaseManifest, message).at(at).help(help))
        }
        Err(problem) => Checked::with(None, problem.at(at)),
    }
}
