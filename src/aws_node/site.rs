//! What a base manifest must have so that it can be changed: objects, and one aws-node among them.

use serde_json::Value;

use super::reading::ManifestText;
use crate::catalog::cni::Container;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Place, Pointer};

/// The annotation map of every object.
pub(super) const ANNOTATIONS: &str = "/metadata/annotations";

/// An object of a manifest: a document, or an item of a list in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    /// The document, counted from 0.
    pub(super) document: usize,
    /// The object in it.
    pub(super) pointer: Pointer,
}

impl Site {
    /// Goes down to something in the object: `/metadata/name`.
    pub(super) fn down(&self, path: &str) -> Pointer {
        Pointer::from_text(format!("{}{path}", self.pointer.as_str()))
    }

    /// Gives what is at a path of the object.
    pub(super) fn value<'a>(&self, documents: &'a [Value], path: &str) -> Option<&'a Value> {
        documents.get(self.document)?.pointer(self.down(path).as_str())
    }

    /// Gives what is at a path of the object, to change it.
    pub(super) fn value_mut<'a>(&self, documents: &'a mut [Value], path: &str) -> Option<&'a mut Value> {
        documents.get_mut(self.document)?.pointer_mut(self.down(path).as_str())
    }

    /// Gives the text at a path of the object.
    pub(super) fn text<'a>(&self, documents: &'a [Value], path: &str) -> Option<&'a str> {
        self.value(documents, path)?.as_str()
    }
}

/// Lists every object, in the order of the text. What has a list called `items` is a list of objects, by the rule
/// that Kubernetes clients and Argo CD go by, whatever its kind is called.
pub(super) fn objects(documents: &[Value]) -> Vec<Site> {
    let mut sites = Vec::new();
    for (document, value) in documents.iter().enumerate() {
        collect(value, Site { document, pointer: Pointer::root() }, &mut sites);
    }
    sites
}

fn collect(value: &Value, site: Site, sites: &mut Vec<Site>) {
    match value.get("items") {
        Some(Value::Array(items)) => {
            let list = site.pointer.key("items");
            for (number, item) in items.iter().enumerate() {
                collect(item, Site { document: site.document, pointer: list.index(number) }, sites);
            }
        }
        _ => sites.push(site),
    }
}

/// Finds the `DaemonSet` kube-system/aws-node, and everything that is not as the changes need it.
pub(super) fn check(documents: &[Value], origin: &ManifestText) -> Result<Site, Vec<Diagnostic>> {
    if documents.is_empty() {
        let help = "vendor a release manifest of the CNI, or omit `baseManifest` to use the built-in one";
        return Err(vec![problem(origin.file(), "the base manifest is empty").help(help)]);
    }
    let sites = objects(documents);
    let mut problems: Vec<Diagnostic> = sites.iter().flat_map(|site| object(documents, site, origin)).collect();
    match daemon_set(documents, &sites, origin) {
        Err(diagnostic) => problems.push(*diagnostic),
        Ok(site) => {
            problems.extend(pod(documents, &site, origin));
            if problems.is_empty() {
                return Ok(site);
            }
        }
    }
    Err(problems)
}

fn problem(place: Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::CniBaseManifest, message).at(place)
}

/// Checks what every Kubernetes object has.
fn object(documents: &[Value], site: &Site, origin: &ManifestText) -> Vec<Diagnostic> {
    let place = |path: &str| origin.place(site.document, &site.down(path));
    if !site.value(documents, "").is_some_and(Value::is_object) {
        let message = "a document of the base manifest is not a Kubernetes object";
        return vec![problem(place(""), message).help("remove it, or begin a new document with `---`")];
    }
    let mut problems = Vec::new();
    for (path, name) in [("/apiVersion", "apiVersion"), ("/kind", "kind"), ("/metadata/name", "metadata.name")] {
        if site.text(documents, path).is_none_or(str::is_empty) {
            let message = format!("the `{name}` of an object in the base manifest is not a string");
            problems.push(problem(place(path), message).help(format!("write its `{name}`")));
        }
    }
    match site.value(documents, ANNOTATIONS) {
        None | Some(Value::Null | Value::Object(_)) => {}
        Some(_) => {
            let message = "`metadata.annotations` is not a mapping";
            problems.push(problem(place(ANNOTATIONS), message).help("write annotations as `name: \"value\"`"));
        }
    }
    problems
}

fn daemon_set(documents: &[Value], sites: &[Site], origin: &ManifestText) -> Result<Site, Box<Diagnostic>> {
    let place = |site: &Site, path: &str| origin.place(site.document, &site.down(path));
    let is_aws_node = |site: &&Site| {
        site.text(documents, "/kind") == Some("DaemonSet") && site.text(documents, "/metadata/name") == Some("aws-node")
    };
    let (here, elsewhere): (Vec<&Site>, Vec<&Site>) = sites
        .iter()
        .filter(is_aws_node)
        .partition(|site| site.text(documents, "/metadata/namespace") == Some("kube-system"));
    let diagnostic = match (here.as_slice(), elsewhere.first()) {
        ([only], _) => return Ok((*only).clone()),
        ([first, second, ..], _) => {
            let message = "the base manifest has the DaemonSet `kube-system/aws-node` twice";
            problem(place(second, "/metadata/name"), message)
                .label("the second one")
                .related(place(first, "/metadata/name"), "the first one")
                .help("keep the one of the CNI version that the spec names")
        }
        ([], Some(site)) => {
            let message = "the DaemonSet `aws-node` is not in `kube-system`";
            problem(place(site, "/metadata/namespace"), message)
                .note("every release manifest of the CNI has it there; Kubernetes would run a second one elsewhere")
                .help("write `namespace: kube-system` in its metadata")
        }
        ([], None) => {
            let help =
                "vendor a complete release manifest of the CNI: config/master/aws-k8s-cni.yaml of its repository";
            problem(origin.file(), "the base manifest has no DaemonSet `kube-system/aws-node`").help(help)
        }
    };
    Err(Box::new(diagnostic))
}

/// Checks the containers that the changes go into, and their variables.
fn pod(documents: &[Value], site: &Site, origin: &ManifestText) -> Vec<Diagnostic> {
    let place = |path: &str| origin.place(site.document, &site.down(path));
    let mut problems = Vec::new();
    for container in Container::ALL {
        let containers = match site.value(documents, container.list()) {
            Some(Value::Array(containers)) => containers.as_slice(),
            None | Some(Value::Null) => &[],
            Some(_) => {
                let message = "the containers of the DaemonSet `aws-node` are not a list";
                problems.push(problem(place(container.list()), message).help("write one list item per container"));
                continue;
            }
        };
        let named: Vec<usize> =
            (0..).zip(containers).filter(|(_, it)| is_named(it, container.as_str())).map(|(at, _)| at).collect();
        match named.as_slice() {
            [only] => problems.extend(environment(documents, site, &container.path(*only), origin)),
            [] if container == Container::Init => {}
            [] => {
                let message = format!("the DaemonSet `aws-node` has no container `{}`", container.as_str());
                let help = "its name has been the same since CNI 1.0; vendor the release manifest again";
                problems.push(problem(place(container.list()), message).help(help));
            }
            [_, second, ..] => {
                let message = format!("the DaemonSet `aws-node` has the container `{}` twice", container.as_str());
                problems.push(problem(place(&container.path(*second)), message).help("keep one of the two"));
            }
        }
    }
    problems
}

/// Tells whether a container or a variable has the name.
pub(super) fn is_named(value: &Value, name: &str) -> bool {
    value.get("name").and_then(Value::as_str) == Some(name)
}

fn environment(documents: &[Value], site: &Site, container: &str, origin: &ManifestText) -> Vec<Diagnostic> {
    let path = format!("{container}/env");
    let place = |path: &str| origin.place(site.document, &site.down(path));
    let variables = match site.value(documents, &path) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(variables)) => variables,
        Some(_) => return vec![problem(place(&path), "`env` is not a list").help("write `- name: …` and `value: …`")],
    };
    let mut problems = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (number, variable) in variables.iter().enumerate() {
        let path = format!("{path}/{number}");
        match variable.get("name").and_then(Value::as_str) {
            None => {
                problems.push(problem(place(&path), "the `name` of a variable is not a string").help("write its name"));
            }
            Some(name) if seen.contains(&name) => problems.push(
                problem(place(&format!("{path}/name")), format!("duplicate variable `{name}` in one container"))
                    .note("server-side apply refuses a list with duplicate keys")
                    .help("keep the last one: it is the one that the container uses"),
            ),
            Some(name) => seen.push(name),
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::reading;
    use super::super::samples::{BLOCK, JSON_STYLE, LIST};
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let (documents, origin) = reading::documents("base.yaml", text).unwrap();
        match check(&documents, &origin) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|problem| problem.message).collect(),
        }
    }

    #[test]
    fn the_samples_have_what_is_needed() {
        for text in [BLOCK, JSON_STYLE, LIST] {
            assert_eq!(problems(text), Vec::<String>::new());
        }
    }

    #[test]
    fn items_of_a_list_are_objects() {
        let (documents, _) = reading::documents("base.yaml", LIST).unwrap();
        let pointers: Vec<String> = objects(&documents).iter().map(|site| site.pointer.as_str().to_owned()).collect();
        assert_eq!(pointers, ["/items/0", "/items/1"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, message) in [
            ("# nothing\n", "the base manifest is empty"),
            ("a text\n", "a document of the base manifest is not a Kubernetes object"),
            ("- a\n", "a document of the base manifest is not a Kubernetes object"),
            (
                "apiVersion: v1\nkind: Service\nmetadata: {}\n",
                "the `metadata.name` of an object in the base manifest is not a string",
            ),
            (
                "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n",
                "the base manifest has no DaemonSet `kube-system/aws-node`",
            ),
        ] {
            assert!(problems(text).contains(&message.to_owned()), "{text}: {:?}", problems(text));
        }
        for (from, to, message) in [
            ("namespace: kube-system # set", "namespace: default", "the DaemonSet `aws-node` is not in `kube-system`"),
            ("- name: aws-node # main", "- name: cni", "the DaemonSet `aws-node` has no container `aws-node`"),
            (
                "- name: aws-eks-nodeagent",
                "- name: aws-node",
                "the DaemonSet `aws-node` has the container `aws-node` twice",
            ),
            ("- name: ENABLE_IPv4", "- name: WARM_ENI_TARGET", "duplicate variable `WARM_ENI_TARGET` in one container"),
            ("- name: ENABLE_IPv4", "- nom: ENABLE_IPv4", "the `name` of a variable is not a string"),
            ("annotations: {team: net}", "annotations: [team]", "`metadata.annotations` is not a mapping"),
        ] {
            let text = BLOCK.replace(from, to);
            assert_ne!(text, BLOCK);
            assert_eq!(problems(&text), [message]);
        }
        assert_eq!(
            problems(&format!("{BLOCK}---\n{JSON_STYLE}")),
            ["the base manifest has the DaemonSet `kube-system/aws-node` twice"]
        );
    }
}
