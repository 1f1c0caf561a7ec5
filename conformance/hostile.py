"""Texts that break careless templates, put into every free text of a spec, come out as the same texts for both YAML readers."""
from __future__ import annotations

import copy
import json
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML

from outcome import Failure, Outcomes, Skipped, require_none
from rendered import Inputs

TEXTS = [
    "it's", 'a "quote"', "a: b", "a #b", "# c", "- a", "? a", "{{ x }}", "{% if x %}", "{a: b}", "[a]", "!tag", "&a", "*a", "%d", "@x",
    "`x`", "|", ">", "on", "No", "y", "~", "null", "true", "1e3", "012", "0x1F", "1_000", "1:20", "2010-09-09", ".inf", "=", "<<",
    "trailing:", " leading", "trailing ", "tab\there", "line\nbreak", "line\r\nbreak", "---", "...", "\u00e9\u4e16\U0001f600", "\u2028",
    "\u0085", "\u200b", "\ufeff", "$(reboot)", "${AWS::Region}", "\\n", "\\", "x" * 200,
]
HARMLESS = "harmless"


def main() -> None:
    """Synthesizes the production example once a text, with the text in tags and in aws-node's environment."""
    inputs, outcomes = Inputs.parse(), Outcomes("hostile")
    expected = None
    with tempfile.TemporaryDirectory() as scratch:
        for number, text in enumerate([HARMLESS, *TEXTS]):
            with outcomes.item(f"the text {text[:40]!r}"):
                files = _synthesize(inputs, text, Path(scratch) / str(number))
                if expected is None:
                    expected = files
                require_none(_problems(expected, files, text))
    outcomes.finish()


def _synthesize(inputs: Inputs, text: str, scratch: Path) -> dict[str, str]:
    if inputs.podnet is None:
        raise Skipped("no --podnet BINARY")
    scratch.mkdir()
    spec = yaml.safe_load((inputs.examples / "production.yaml").read_text(encoding="utf-8"))
    # A role that podnet makes would have the tags too, and IAM takes few characters; no tag takes control characters.
    (group,) = (group for group in spec["spec"]["nodeGroups"] if group["kind"] == "managed")
    spec["spec"]["nodeGroups"] = [group | {"roleArn": "arn:aws:iam::111122223333:role/nodes"}]
    spec["spec"]["tags"] = {"team": text} if _is_taggable(text) else {}
    spec["spec"]["cni"]["env"] = {"ADDITIONAL_ENI_TAGS": text}
    spec["spec"]["vpc"]["avoid"] = [{"cidr": "10.0.0.0/12", "name": text}]
    path = scratch / "production.yaml"
    # JSON is YAML, and escapes all of these; but YAML has no pairs of surrogates.
    path.write_text(json.dumps(spec).replace("\\ud83d\\ude00", "\U0001f600"), encoding="utf-8")
    lock = (inputs.examples / "production.lock.yaml").read_text(encoding="utf-8")
    (scratch / "production.lock.yaml").write_text(lock, encoding="utf-8")
    run = subprocess.run([inputs.podnet, "synth", path, "--out", scratch / "out"], capture_output=True, text=True, check=False)
    if run.returncode:
        raise Failure(run.stderr + run.stdout)
    root = scratch / "out" / "prod-usw2"
    return {str(file.relative_to(root)): file.read_text(encoding="utf-8") for file in sorted(root.rglob("*.yaml"))}


def _problems(expected: dict[str, str], files: dict[str, str], text: str) -> list[str]:
    problems = [] if expected.keys() == files.keys() else ["files came or went"]
    for name, written in files.items():
        wanted = [_with(document, text) for document in yaml.safe_load_all(expected[name])]
        if not _is_taggable(text):
            wanted = [_untagged(document, text) for document in wanted]
        reader = YAML(typ="safe", pure=True)
        for version, read in (("1.1", list(yaml.safe_load_all(written))), ("1.2", list(reader.load_all(written)))):
            if read != wanted:
                problems.append(f"{name}: YAML {version} does not read the text back")
        if _is_taggable(text) and len(written.splitlines()) < len(expected[name].splitlines()):
            problems.append(f"{name}: lines are gone")
    found = sum(count == text for file in files.values() for document in yaml.safe_load_all(file) for count in _texts(document))
    least = 10 if _is_taggable(text) else 1
    return problems if found >= least else [*problems, f"the text stands in {found} places"]


def _is_taggable(text: str) -> bool:
    """Whether every character is one that is seen."""
    return all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in text)


def _with(value: Any, text: str) -> Any:
    """The harmless document with the text where the harmless word is."""
    value = copy.copy(value)
    if isinstance(value, dict):
        return {key: _with(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, text) for item in value]
    return text if value == HARMLESS else value


def _untagged(value: Any, text: str) -> Any:
    """The document without the tag that has the text."""
    if isinstance(value, dict):
        tagged = {key: item for key, item in value.items() if not (key == "team" and item == text)}
        return {key: _untagged(item, text) for key, item in tagged.items()}
    if isinstance(value, list):
        return [_untagged(item, text) for item in value if item != {"Key": "team", "Value": text}]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


if __name__ == "__main__":
    main()
