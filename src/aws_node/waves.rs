//! The annotations by which Argo CD applies the `ENIConfig`s before aws-node switches over to them.
//!
//! Within one wave a `DaemonSet` goes before custom resources (gitops-engine, `sync_tasks.go`), so the order takes
//! three waves: the CRD and the permissions, the `ENIConfig`s, aws-node.

use serde_json::{Map, Value, json};

use super::site::{Site, objects};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// The wave of the `ENIConfig` objects, between that of the CRD and that of aws-node.
pub const ENI_CONFIG_WAVE: i32 = -2;

const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
const OBJECT_WAVE: &str = "-3";
const DAEMON_SET_WAVE: &str = "-1";

const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
/// aws-node is on the cluster before podnet is: nothing of it is deleted with the Application, since its CRD would take
/// every `ENIConfig` along and its permissions every pod's network.
const OBJECT_OPTIONS: &[(&str, &str)] = &[("Prune", "false"), ("Delete", "false")];
/// The fields of the `DaemonSet` are taken over by server-side apply.
const DAEMON_SET_OPTIONS: &[(&str, &str)] = &[("ServerSideApply", "true"), ("Prune", "false"), ("Delete", "false")];

/// Annotates every object. A wave or an option that the base has is the user's decision and stays; a warning tells
/// where it undoes the order.
pub(super) fn patch(
    documents: &mut [Value],
    daemon_set: &Site,
    place: &impl Fn(&Site, &str) -> Option<Place>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for site in objects(documents) {
        let is_crd = is_eni_config_crd(documents, &site);
        let is_daemon_set = site == *daemon_set;
        let Some(annotations) = annotations(documents, &site) else { continue };
        let at = |name: &str| place(&site, &format!("/metadata/annotations/{}", name.replace('/', "~1")));
        if let Some(wave) = annotations.get(SYNC_WAVE).and_then(Value::as_str) {
            diagnostics.extend(kept_wave(wave, is_crd, is_daemon_set).map(|warning| warning.at_known(at(SYNC_WAVE))));
        } else {
            let wave = if is_daemon_set { DAEMON_SET_WAVE } else { OBJECT_WAVE };
            annotations.insert(SYNC_WAVE.to_owned(), Value::from(wave));
        }
        let options = annotations.get(SYNC_OPTIONS).and_then(Value::as_str).unwrap_or_default();
        if is_daemon_set {
            diagnostics.extend(kept_replace(options).map(|warning| warning.at_known(at(SYNC_OPTIONS))));
        }
        let options = merged(options, if is_daemon_set { DAEMON_SET_OPTIONS } else { OBJECT_OPTIONS });
        annotations.insert(SYNC_OPTIONS.to_owned(), Value::from(options));
    }
    diagnostics
}

fn kept_replace(options: &str) -> Option<Diagnostic> {
    options.split(',').any(|option| option.trim() == "Replace=true").then(|| {
        Diagnostic::warning(Code::CniBaseManifest, "`Replace=true` on aws-node undoes server-side apply")
            .note("Argo CD would replace the whole DaemonSet, and what others set on it is lost")
            .help("remove `Replace=true` from its sync options")
    })
}

/// Tells whether the object is the CRD of `ENIConfig`.
pub(super) fn is_eni_config_crd(documents: &[Value], site: &Site) -> bool {
    site.text(documents, "/kind") == Some("CustomResourceDefinition")
        && site.text(documents, "/metadata/name") == Some("eniconfigs.crd.k8s.amazonaws.com")
}

fn annotations<'a>(documents: &'a mut [Value], site: &Site) -> Option<&'a mut Map<String, Value>> {
    let metadata = site.value_mut(documents, "/metadata")?.as_object_mut()?;
    let annotations = metadata.entry("annotations").or_insert(Value::Null);
    if annotations.is_null() {
        *annotations = json!({});
    }
    annotations.as_object_mut()
}

fn kept_wave(wave: &str, is_crd: bool, is_daemon_set: bool) -> Option<Diagnostic> {
    // Argo CD takes what is not a number for 0.
    let number: i32 = wave.parse().unwrap_or(0);
    let message = if is_crd && number > ENI_CONFIG_WAVE {
        format!("the CustomResourceDefinition of ENIConfig is applied after the ENIConfigs: its sync wave is {wave}")
    } else if is_daemon_set && number <= ENI_CONFIG_WAVE {
        format!("aws-node is applied before the ENIConfigs: its sync wave is {wave}")
    } else {
        return None;
    };
    Some(
        Diagnostic::warning(Code::CniBaseManifest, message)
            .note(format!("the ENIConfigs are in wave {ENI_CONFIG_WAVE}; in one wave a DaemonSet goes first"))
            .help(format!("remove `{SYNC_WAVE}` from the base manifest, so that podnet sets the right one")),
    )
}

/// Adds the options that are not decided yet: `Prune=confirm` gives `Prune=confirm,ServerSideApply=true,Delete=false`.
fn merged(options: &str, wanted: &[(&str, &str)]) -> String {
    let mut all: Vec<String> =
        options.split(',').map(str::trim).filter(|option| !option.is_empty()).map(str::to_owned).collect();
    for (name, value) in wanted {
        let decided = |option: &String| option.split_once('=').is_some_and(|(other, _)| other == *name);
        if !all.iter().any(decided) {
            all.push(format!("{name}={value}"));
        }
    }
    all.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_added_to_those_that_are_there() {
        for (before, after) in [
            ("", "ServerSideApply=true,Prune=false,Delete=false"),
            ("Validate=false", "Validate=false,ServerSideApply=true,Prune=false,Delete=false"),
            ("Prune=confirm, Delete=false", "Prune=confirm,Delete=false,ServerSideApply=true"),
        ] {
            assert_eq!(merged(before, DAEMON_SET_OPTIONS), after);
            assert_eq!(merged(after, DAEMON_SET_OPTIONS), after);
        }
        assert!(kept_replace("Validate=false, Replace=true").is_some());
        assert!(kept_replace("Replace=false").is_none());
    }

    #[test]
    fn a_kept_wave_that_undoes_the_order_is_told() {
        for (wave, is_crd, is_daemon_set, warned) in [
            ("-3", true, false, false),
            ("-2", true, false, false),
            ("-1", true, false, true),
            ("x", true, false, true),
            ("0", false, true, false),
            ("-2", false, true, true),
            ("5", false, false, false),
        ] {
            assert_eq!(kept_wave(wave, is_crd, is_daemon_set).is_some(), warned, "{wave}");
        }
    }
}
