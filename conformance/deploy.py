"""Every example, carried out: deployed to an emulated AWS from nothing to nodes, compared, deployed again, and taken down.

The steps are the runbook's: synthesize, deploy the network, bind what it made, synthesize again, deploy the node groups.
"""
from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from deployment import NETWORK, NODES, Deployment
from emulator import Emulator
from outcome import Failure, Outcomes, Step, carry_out, require_none
from rendered import Inputs
from specs import find


def _steps(deployment: Deployment) -> list[Step]:
    """Lists the steps."""
    return [
        Step("the network that the spec takes for granted can be made", deployment.make_network),
        Step("podnet synthesizes it from the spec alone", deployment.synthesize),
        Step("pod-network.yaml deploys", lambda: deployment.deploy(NETWORK)),
        Step("podnet binds what the stack and the cluster say", deployment.bind),
        Step("podnet synthesizes it with everything bound", deployment.synthesize),
        Step("pod-network.yaml still says what is deployed", lambda: deployment.deploy_again(NETWORK)),
        Step("node-groups.yaml deploys", lambda: deployment.deploy(NODES)),
        Step("the VPC's blocks are those asked for", lambda: require_none(deployment.found.blocks()), False),
        Step("the pod subnets are those planned", lambda: require_none(deployment.found.subnets()), False),
        Step("what is kept for prefixes is what is planned",
             lambda: require_none(deployment.found.reservations(deployment.made())), False),
        Step("the ENIConfigs name them", lambda: require_none(deployment.found.eni_configs(deployment.objects)), False),
        Step("the security groups let through what they must",
             lambda: require_none(deployment.found.security_groups(deployment.objects)), False),
        Step("nodes from before and their pods, new nodes and new pods reach each other",
             lambda: require_none(deployment.found.migration(deployment.objects)), False),
        Step("the rules between them are those planned", lambda: require_none(deployment.found.rules(deployment.made())), False),
        Step("the node groups are those asked for, with the max pods planned",
             lambda: require_none(deployment.found.node_groups()), False),
        Step("their images, user data, labels and taints are those asked for",
             lambda: require_none(deployment.found.nodes(deployment.made())), False),
        Step("the instances are safe to run", lambda: require_none(deployment.found.instances()), False),
        Step("both templates deploy again and nothing changes", deployment.nothing_changes, False),
        Step("podnet has nothing left to write", deployment.check, False),
        Step("both stacks go, and leave only what they are told to", deployment.delete, False),
    ]


def main() -> None:
    """Deploys each example to an emulated AWS of its own."""
    inputs, outcomes = Inputs.parse(), Outcomes("deploy")
    if not inputs.aws or not inputs.podnet:
        outcomes.skip("every example", "needs an emulated AWS: --aws PROGRAM, or PODNET_EMULATED_AWS")
        outcomes.finish()
    examples = find(inputs.examples)
    if not examples:
        outcomes.fail(str(inputs.examples), "has no spec")
    for spec in examples:
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch, "rendered")
            try:
                with Emulator(inputs.aws) as emulator:
                    carry_out(_steps(Deployment(inputs.podnet, emulator, spec, Path(scratch), out)), spec.path.name, outcomes)
            except Failure as problem:
                outcomes.fail(f"{spec.path.name}: the emulated AWS starts", str(problem))
            if inputs.deployed and out.is_dir():  # for the other checks to look at
                shutil.copytree(out, inputs.deployed, dirs_exist_ok=True)
    outcomes.finish()


if __name__ == "__main__":
    main()
