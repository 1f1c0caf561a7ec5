//! How long a template may be.

use crate::diagnostic::{Code, Diagnostic};
use crate::files::{File, FileKind};

/// Templates over this many bytes go to CloudFormation by way of S3 ("CloudFormation quotas": template body size).
const INLINE_TEMPLATE_BYTES: usize = 51_200;

/// Tells which templates a call to CloudFormation does not take.
pub fn remarks(files: &[File]) -> Vec<Diagnostic> {
    files.iter().filter_map(too_long_to_send).collect()
}

fn too_long_to_send(file: &File) -> Option<Diagnostic> {
    let bytes = match file.kind {
        FileKind::Cloudformation => file.text.len(),
        FileKind::Kubernetes | FileKind::Json | FileKind::Markdown => return None,
    };
    (bytes > INLINE_TEMPLATE_BYTES).then(|| {
        Diagnostic::remark(Code::OutputTemplateSize, format!("`{}` has {bytes} bytes", file.path))
            .note(format!("CloudFormation accepts {INLINE_TEMPLATE_BYTES} bytes in a request, and up to 1 MB from S3"))
            .help("give `aws cloudformation deploy` an `--s3-bucket`")
    })
}
