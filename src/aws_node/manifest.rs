//! A manifest of aws-node: read, asked, changed, written.

use serde_json::Value;

use super::changes::{self, Changes, Container};
use super::image::Image;
use super::reading::{self, Origin};
use super::shape::{self, Site, objects};
use super::waves::is_eni_config_crd;
use crate::diagnostic::{Code, Diagnostic};

/// The Kubernetes objects of an aws-node, in the order of their text, with the `DaemonSet` kube-system/aws-node found.
///
/// Two are equal when their objects are; where they were read from does not count.
#[derive(Debug, Clone)]
pub struct Manifest {
    documents: Vec<Value>,
    daemon_set: Site,
    /// Missing once changed: positions have moved.
    origin: Option<Origin>,
}

impl PartialEq for Manifest {
    fn eq(&self, other: &Self) -> bool {
        self.documents == other.documents
    }
}

impl Manifest {
    /// The CNI version of the built-in base manifest.
    pub const BUILTIN_VERSION: &str = "1.21.1";

    /// The name to read the built-in base manifest under.
    pub const BUILTIN_FILE: &str = "kubernetes/aws-node-base.yaml";

    /// Gives the text of the built-in base manifest, with the images of us-west-2.
    pub const fn builtin() -> &'static str {
        include_str!("../../blueprints/kubernetes/aws-node-base.yaml")
    }

    /// Reads a base manifest: any number of documents, in any YAML style or JSON, lists of objects included. `file` is
    /// the name that diagnostics use; their places are bytes of `text`.
    ///
    /// # Errors
    ///
    /// Gives everything that is wrong, as `cni/base-manifest`: what is not YAML or over [`Limits::MANIFEST`], has a
    /// key twice, an anchor or a tag, or an unquoted word that kubectl and YAML 1.2 read differently; what is no
    /// object; no aws-node or two; a container or a variable of it missing its name or having it twice.
    ///
    /// [`Limits::MANIFEST`]: crate::source::Limits::MANIFEST
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (documents, origin) = reading::documents(file, text)?;
        let daemon_set = shape::check(&documents, &origin)?;
        Ok(Self { documents, daemon_set, origin: Some(origin) })
    }

    /// Gives the objects of the manifest, a list of objects as one, in their order.
    pub fn documents(&self) -> &[Value] {
        &self.documents
    }

    /// Tells whether the CRD of `ENIConfig` is among the objects.
    pub fn brings_crd(&self) -> bool {
        self.crd_version().is_some()
    }

    /// Gives the API version of the CRD of `ENIConfig`: `apiextensions.k8s.io/v1beta1` up to CNI 1.9, which Kubernetes
    /// 1.22 removed, `apiextensions.k8s.io/v1` since. `None` where there is no CRD.
    pub fn crd_version(&self) -> Option<String> {
        let sites = objects(&self.documents);
        let crd = sites.iter().find(|site| is_eni_config_crd(&self.documents, site))?;
        crd.text(&self.documents, "/apiVersion").map(str::to_owned)
    }

    /// Gives the image tag of container `aws-node`, such as `v1.21.1`, which is the CNI's version unless a mirror has
    /// tags of its own. `None` where only a digest is written.
    pub fn cni_tag(&self) -> Option<&str> {
        let container = Container::AwsNode.find(&self.documents, &self.daemon_set)?;
        Image::parse(self.daemon_set.text(&self.documents, &format!("{container}/image"))?).tag
    }

    /// Makes the manifest with the changes, and nothing else different. Doing it twice gives the same.
    ///
    /// The diagnostics tell what a reviewer should know (a variable taken out, an image that stays at its mirror) and
    /// what keeps the order of Argo CD's waves from holding. One can be an error: a variable of the init container
    /// where the base has none.
    pub fn patched(&self, changes: &Changes) -> (Self, Vec<Diagnostic>) {
        let mut documents = self.documents.clone();
        let diagnostics = changes::apply(&mut documents, &self.daemon_set, self.origin.as_ref(), changes);
        (Self { documents, daemon_set: self.daemon_set.clone(), origin: None }, diagnostics)
    }

    /// Writes the manifest: block style, `---` between documents, a line break at the end. [`Manifest::read`] gives
    /// the same back.
    ///
    /// # Errors
    ///
    /// Gives the emitter's own words, should it refuse a value; none that was read is one.
    pub fn to_yaml(&self) -> Result<String, Diagnostic> {
        // The emitter quotes every value and key that YAML 1.1 or 1.2 would take for something else (`on`, `012`,
        // `1:20`, `2010-09-09`, `~`) and writes floats with a point and a signed exponent, which both versions need.
        // Texts of several lines are quoted rather than written as blocks: block indicators are where readers differ.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let mut out = String::new();
        for document in &self.documents {
            if !out.is_empty() {
                out.push_str("---\n");
            }
            let text = serde_saphyr::to_string_with_options(document, options.clone()).map_err(|error| {
                Diagnostic::error(Code::CniBaseManifest, format!("the manifest cannot be written: {error}"))
            })?;
            out.push_str(text.trim_end_matches('\n'));
            out.push('\n');
        }
        Ok(out)
    }
}
