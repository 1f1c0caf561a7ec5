"""Starts the emulated AWS with updates of stacks carried out in CloudFormation's order: `aws_updates.py PROGRAM PORT`.

The emulator's own CloudFormation removes first, and retains nothing. CloudFormation makes what is new, changes what is there,
and removes at last, less what its `DeletionPolicy` retains. The order decides whether two ranges ever are there at once, so
updates are tested in it. An update that fails is left half done, as the emulator has it; CloudFormation would undo it.
"""
from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from typing import Any

from moto.cloudformation.parsing import ResourceMap
from moto.eks.models import eks_backends

MOST_ROUNDS = 5


def _update(self: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> None:
    """Stands in for `ResourceMap.update`."""
    actions = self.build_resource_diff(template, parameters)
    before = self._resource_json_map
    self._template, self._resource_json_map = template, template["Resources"]
    self.input_parameters = parameters or self.input_parameters
    self.load_mapping()
    self.load_parameters()
    self.load_conditions()
    for name in actions["Add"]:
        _ = self[name]  # makes it
    _in_rounds(actions["Modify"], lambda name: _change(self, name))
    _in_rounds(actions["Remove"], lambda name: _remove(self, name, before[name]))


def _change(self: Any, name: str) -> None:
    from moto.cloudformation import parsing  # looked up when it is called: PROGRAM puts its own in place
    declared, before = self._resource_json_map[name], self._parsed_resources.get(name)
    if declared["Type"] == "AWS::EC2::SecurityGroup" and before is not None and _tagged_anew(before, self, declared["Properties"]):
        return
    running = getattr(before, "desired_capacity", None)
    after = self._parsed_resources[name] = parsing.parse_and_update_resource(
        name, declared, self, account_id=self._account_id, region_name=self._region_name)
    # The emulator makes an Auto Scaling group anew; AWS keeps the number of nodes that run, within the new bounds.
    if declared["Type"] == "AWS::AutoScaling::AutoScalingGroup" and "DesiredCapacity" not in declared["Properties"]:
        if after is not before and running is not None:
            after.set_desired_capacity(min(max(running, after.min_size), after.max_size))
    # The emulator keeps a managed group's first taints.
    if declared["Type"] == "AWS::EKS::Nodegroup":
        group = eks_backends[self._account_id][self._region_name].describe_nodegroup(*after.physical_resource_id.split("/"))
        group.taints = [{key.lower(): value for key, value in taint.items()}
                        for taint in parsing.clean_json(declared["Properties"].get("Taints", []), self)]


def _tagged_anew(group: Any, stack: Any, declared: dict[str, Any]) -> bool:
    """Changes the tags of a security group in place, where AWS does; the emulator makes a new group, which loses its rules."""
    from moto.cloudformation import parsing
    properties = parsing.clean_json(declared, stack)
    if properties.keys() - {"Tags"} != {"GroupDescription", "VpcId"} or \
            (group.description, group.vpc_id) != (properties["GroupDescription"], properties["VpcId"]):
        return False
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    group.ec2_backend.delete_tag_keys([group.id], [tag["key"] for tag in group.get_tags() if tag["key"] not in tags])
    group.add_tags(tags)
    return True


def _remove(self: Any, name: str, declared: dict[str, Any]) -> None:
    resource = self._parsed_resources.get(name)
    if resource is not None and not declared.get("DeletionPolicy", "").startswith("Retain"):
        self._delete_resource(resource, declared)
    self._parsed_resources.pop(name, None)


def _delete(self: Any) -> None:
    """Stands in for `ResourceMap.delete`, which knows one word for what is retained."""
    for declared in self._resource_json_map.values():
        if declared.get("DeletionPolicy", "").startswith("Retain"):
            declared["DeletionPolicy"] = "Retain"
    _stock_delete(self)


def _in_rounds(names: list[str], act: Callable[[str], None]) -> None:
    """Acts on each; what fails, as for what depends on it, has its turn again."""
    for round_ in range(MOST_ROUNDS):
        left = []
        for name in names:
            try:
                act(name)
            except Exception:
                if round_ + 1 == MOST_ROUNDS:
                    raise
                left.append(name)
        if not (names := left):
            return


if __name__ == "__main__":
    ResourceMap.update = _update
    _stock_delete, ResourceMap.delete = ResourceMap.delete, _delete
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
