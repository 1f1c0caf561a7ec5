"""Every Kubernetes object is what its API server would take, for the cluster's version and with no unknown field.

Kubernetes' own kinds are checked by kubernetes-validate in strict mode, other projects' kinds against the definitions that
they publish. A partial aws-node is no object yet: it is merged by kubectl into the CNI's release manifests first.
"""
from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import kubernetes_validate
from kubernetes_validate import SchemaNotFoundError, ValidationError
from kubernetes_validate.utils import all_versions

import aws_node
import kubectl
from outcome import Failure, Outcomes, Skipped, listed, note, require_none
from rendered import Cluster, Inputs, documents
from schemas import Schemas

# The runbook's check of aws-node, which prints what a container lacks, and the container.
CHECK = re.compile(r"^(printf (?:(?!^printf|^```).)*?\| grep -vxF -f /tmp/([a-z-]+)\.env)$", re.DOTALL | re.MULTILINE)


def main() -> None:
    """Checks each cluster's objects."""
    inputs, outcomes = Inputs.parse(), Outcomes("manifests")
    shipped = sorted({version.removesuffix(".0") for version in all_versions()}, key=_number)
    published = Schemas.of(inputs.data)
    for cluster in inputs.clusters():
        for path in _object_files(cluster):
            for document in documents(path):
                if not published.defines(document):
                    published.add_definition(document)
        version = min(max(cluster.kubernetes_version, shipped[0], key=_number), shipped[-1], key=_number)
        if version != cluster.kubernetes_version:
            note(f"{cluster.name} is Kubernetes {cluster.kubernetes_version}; checked as {version}, "
                 f"the nearest of the {shipped[0]} to {shipped[-1]} that kubernetes-validate knows")
        for path in _object_files(cluster):
            for document in documents(path):
                with outcomes.item(f"{cluster.label(path)}: {_named(document)}, Kubernetes {version}"):
                    _check(document, version, published)
        if cluster.yaml_files("kubernetes"):
            folder = cluster.folder / "kubernetes"
            with outcomes.item(f"{cluster.name}: kubernetes builds, and keeps every object"):
                _check_build(cluster, folder)
            _check_aws_node(cluster, version, inputs.data, outcomes)
    outcomes.finish()


def _check(document: dict[str, Any], version: str, published: Schemas) -> None:
    if aws_node.is_partial(document):
        require_none(aws_node.shape_problems(document))
        return
    try:
        kubernetes_validate.validate(document, version, strict=True)
        return
    except ValidationError as error:
        raise Failure(f"{'.'.join(map(str, error.path))}: {error.message}") from error
    except SchemaNotFoundError:
        pass
    if not published.knows(document):
        raise Skipped("a kind that Kubernetes does not have; its definition is looked for in DATA/schemas (--data)")
    require_none(published.problems(document))


def _check_build(cluster: Cluster, folder: Path) -> None:
    built = sorted(_named(document) for document in kubectl.build(folder))
    if any(folder.glob("[kK]ustomization*")):
        if not built:
            raise Failure("builds to nothing")
        return
    written = sorted(_named(d) for path in cluster.yaml_files("kubernetes") for d in documents(path) if d)
    if built != written:
        raise Failure(listed([f"written: {', '.join(written)}", f"built: {', '.join(built)}"]))


def _check_aws_node(cluster: Cluster, version: str, data: Path | None, outcomes: Outcomes) -> None:
    """Merges the cluster's partial aws-node into each release manifest and looks at what came of it."""
    patches = [d for path in cluster.yaml_files("kubernetes") for d in documents(path) if aws_node.is_partial(d)]
    if patches and not data:
        outcomes.skip(f"{cluster.name}: aws-node merged", "needs the CNI's release manifests, DATA/aws-node/*.yaml (--data)")
        return
    for patch in patches:
        for base in sorted(data.glob("aws-node/*.yaml")):
            with outcomes.item(f"{cluster.name}: aws-node merged into {base.stem}, Kubernetes {version}"):
                merged = kubectl.merge(base, patch)
                require_none(aws_node.merge_problems(documents(base), patch, merged))
                kubernetes_validate.validate(aws_node.find(merged), version, strict=True)
                containers = {container["name"] for container in aws_node.containers(patch)}
                require_none(_unsettled(cluster, aws_node.find(merged), containers))
                if not _unsettled(cluster, aws_node.find(documents(base)), containers):
                    raise Failure("the runbook's check finds all settings in a release that has none of them")


def _unsettled(cluster: Cluster, daemon_set: dict[str, Any], containers: set[str]) -> list[str]:
    """Gives what the runbook's check prints for a DaemonSet: the settings that it lacks."""
    runbook = (cluster.folder / "RUNBOOK.md").read_text(encoding="utf-8")
    checks = CHECK.findall(runbook)
    if {container for _, container in checks} != containers:
        raise Failure("the runbook does not check the containers that the patch sets")
    lacks = []
    for command, container in checks:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as listed:
            listed.write(kubectl.environment(daemon_set, container))
            listed.flush()
            run = command.replace(f"/tmp/{container}.env", listed.name)
            lacks += subprocess.run(["bash", "-c", run], capture_output=True, text=True, check=False).stdout.splitlines()
    return lacks


def _object_files(cluster: Cluster) -> list[Path]:
    """Lists the files that hold Kubernetes objects: all but CloudFormation's and kustomize's own."""
    return [path for path in cluster.yaml_files()
            if path.relative_to(cluster.folder).parts[0] != "cloudformation"
            and documents(path)[0].get("kind") not in ("Kustomization", "Component", None)]


def _named(document: dict[str, Any]) -> str:
    return f"{document.get('kind')}/{document.get('metadata', {}).get('name')}"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


if __name__ == "__main__":
    main()
