//! A model of running nodes lives through random edits and releases: whatever the spec lets go of, no node and no pod misses what
//! it uses. A node has the group, the security groups and the ENIConfig that it started with; its pods have the groups of the
//! ENIConfig as they were whenever the node attached a network interface. Only managed groups may replace nodes, which drains them.

use std::collections::{BTreeMap, BTreeSet};

use podnet::change::{Effect, EffectKind, Operation, Output, Verdict, effects};
use podnet::compile::Compiled;
use podnet::lock::{self, GroupState, Lock, NotReleased, State};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Example, property, small};

/// Security groups of others.
const GIVEN: [&str; 2] = ["sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb"];

/// Something that happens to a cluster.
#[derive(Debug, Clone)]
enum Event {
    /// Pods get other security groups.
    Use(u8),
    /// A zone comes, or goes.
    Zone(bool),
    /// A node group becomes another one: its types, its kind, its name, its division over zones.
    Group(usize, u8),
    /// A node group gets groups of others, or none.
    NodeIds(usize, usize),
    /// The pods of a zone get groups of others, or none.
    ZoneIds(usize),
    /// Nodes end, and others start in their place.
    Replace(usize),
    /// Nodes attach further network interfaces.
    Attach,
    /// Something that is retired is released, if nothing uses it.
    Release(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..5_u8).prop_map(Event::Use),
        1 => any::<bool>().prop_map(Event::Zone),
        3 => (0..2_usize, 0..5_u8).prop_map(|(group, what)| Event::Group(group, what)),
        2 => (0..2_usize, 0..3_usize).prop_map(|(group, ids)| Event::NodeIds(group, ids)),
        1 => (0..3_usize).prop_map(Event::ZoneIds),
        3 => (0..20_usize).prop_map(Event::Replace),
        2 => Just(Event::Attach),
        4 => (0..8_usize).prop_map(Event::Release),
    ]
}

/// A node that runs.
#[derive(Debug, Clone)]
struct Node {
    /// Its node group's resource.
    of: String,
    config: String,
    groups: BTreeSet<String>,
    pods: BTreeSet<String>,
}

/// What is deployed.
struct World {
    spec: Example,
    lock: Lock,
    output: Output,
    compiled: Compiled,
    nodes: Vec<Node>,
    /// Edits that were tried, and how many podnet wrote.
    steps: usize,
    accepted: usize,
}

fn base() -> Example {
    let group = |name: &str, kind: &str| {
        json!({"name": name, "kind": kind, "zones": ["us-west-2a", "us-west-2b"], "ami": {"family": "al2023"},
            "instanceTypes": ["m5.large"], "size": {"min": 1, "max": 3}})
    };
    small("us-west-2", "abc").with(|spec| {
        spec["nodeGroups"] = json!([group("general", "managed"), group("own", "self-managed")]);
        spec["podNetwork"]["securityGroups"] = json!({"use": "cluster"});
        spec["podNetwork"]["pools"] = json!({"default": {"prefixLength": 20, "zones": {}}});
        spec["vpc"]["serviceCidr"] = "172.20.0.0/16".into();
        spec["nodeAccess"] = "accessEntry".into();
        spec["cluster"] = json!({"apiServerEndpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com", "certificateAuthority": "LS0tLQ=="});
    })
}

/// The lock with an id for everything that the plan makes.
fn bound(compiled: &Compiled) -> Lock {
    let plan = compiled.plan.as_ref().unwrap();
    let mut lock = compiled.lock.clone();
    let subnets =
        plan.pod_subnets.iter().filter_map(|subnet| Some((subnet.logical_id.as_ref()?.to_string(), "subnet")));
    let groups = plan.security_groups.made.iter().map(|group| (group.logical_id.to_string(), "sg"));
    for (name, kind) in subnets.chain(groups) {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        lock.bindings.entry(name).or_insert(format!("{kind}-0{hash:016x}"));
    }
    lock
}

fn compile(spec: &Example, lock: &Lock) -> Result<(Compiled, Output), String> {
    let compiled = Example { lock: Some(lock::write(lock)), ..spec.clone() }.compile();
    if let Some(problem) = compiled.diagnostics.iter().find(|found| found.is_error()) {
        return Err(problem.message.clone());
    }
    let output = Output::planned(compiled.plan.as_ref().unwrap(), &compiled.files).unwrap();
    Ok((compiled, output))
}

impl World {
    fn new() -> Self {
        let spec = base();
        let first = spec.compile();
        assert!(first.plan.is_some(), "{:#?}", first.diagnostics);
        let (compiled, output) = compile(&spec, &bound(&first)).unwrap();
        assert!(compiled.plan.as_ref().unwrap().pending.is_empty(), "{:#?}", compiled.plan.unwrap().pending);
        let lock = compiled.lock.clone();
        let mut world = Self { spec, lock, output, compiled, nodes: Vec::new(), steps: 0, accepted: 0 };
        for number in 0..6 {
            let node = world.started(number);
            world.nodes.push(node);
        }
        world.check(&BTreeSet::new());
        world
    }

    /// A node that starts now: of one of the groups, or of something that podnet does not know, in any zone.
    fn started(&self, number: usize) -> Node {
        let plan = self.compiled.plan.as_ref().unwrap();
        let group = &plan.node_groups[number % plan.node_groups.len()];
        let name = &group.eni_configs[number % group.eni_configs.len()];
        let config = plan.eni_configs.iter().find(|config| config.name == *name).unwrap();
        let ids = |ids: &[podnet::ids::SecurityGroupId]| ids.iter().map(ToString::to_string).collect();
        Node {
            of: group.logical_id.to_string(),
            config: config.name.clone(),
            groups: ids(&group.security_group_ids),
            pods: ids(&config.security_group_ids),
        }
    }

    fn happens(&mut self, event: &Event) {
        self.steps += 1;
        match event {
            Event::Replace(number) => {
                let number = number % self.nodes.len();
                self.nodes[number] = self.started(number + self.steps);
                self.accepted += 1;
            }
            Event::Attach => {
                let configs = self.configs();
                for node in &mut self.nodes {
                    node.pods.extend(configs[&node.config].iter().cloned());
                }
                self.accepted += 1;
            }
            Event::Release(number) => self.release(*number),
            edit => {
                let spec = self.spec.with(|spec| apply(edit, spec));
                let lock = self.lock.clone();
                if self.deploys(&spec, &lock, None) {
                    // What the stack made is bound, and the second round comes.
                    let lock = bound(&self.compiled);
                    assert!(self.deploys(&spec, &lock, None), "{edit:?}: the second round is refused");
                    self.accepted += 1;
                }
            }
        }
    }

    /// Writes and deploys a spec, unless podnet refuses it for what it does; checks what runs.
    fn deploys(&mut self, spec: &Example, lock: &Lock, released: Option<&str>) -> bool {
        let Ok((compiled, output)) = compile(spec, lock) else { return false };
        let refused = |effect: &Effect| {
            let about = |name: &str| {
                let released = &compiled.lock.released_names;
                effect.operation == Operation::Delete
                    && (effect.name == name
                        || self.output.mentions(effect, name)
                        || self.output.is_needed_only_by(&effect.file, &effect.name, released))
            };
            effect.verdict() == Verdict::Dangerous && !released.is_some_and(about)
        };
        let effects = effects(&self.output, &output);
        let refused: Vec<&Effect> = effects.iter().filter(|effect| refused(effect)).collect();
        // There is a way that needs nobody's leave.
        assert!(refused.is_empty(), "{refused:#?}");
        let before = self.rules();
        self.spec = spec.clone();
        self.lock = compiled.lock.clone();
        (self.compiled, self.output) = (compiled, output);
        // EKS drains these, and starts others in their place.
        for effect in effects.iter().filter(|effect| effect.has_nodes() && effect.kind == EffectKind::Rolled) {
            let rolled = |node: &&mut Node| node.of == effect.name;
            let plan = self.compiled.plan.clone().unwrap();
            let group = plan.node_groups.iter().find(|group| *group.logical_id.as_str() == effect.name).unwrap();
            for node in self.nodes.iter_mut().filter(rolled) {
                node.groups = group.security_group_ids.iter().map(ToString::to_string).collect();
            }
        }
        self.check(&before);
        true
    }

    fn release(&mut self, number: usize) {
        let groups = self.lock.security_groups.iter().filter(|(_, worn)| worn.state == State::Retired);
        let groups = groups.map(|(name, _)| name.clone());
        let configs = self.lock.eni_configs.iter().filter(|(_, config)| config.state == State::Retired);
        let configs = configs.map(|(name, _)| format!("ENIConfig {name}"));
        let nodes = self.lock.node_groups.iter().filter(|(_, group)| group.state == GroupState::Retired);
        let nodes = nodes.map(|(name, _)| name.clone());
        let retired: Vec<String> = groups.chain(configs).chain(nodes).collect();
        let Some(name) = retired.get(number % retired.len().max(1)).cloned() else { return };
        let id = self.lock.bindings.get(&name).unwrap_or(&name).clone();
        let uses = |node: &Node| {
            node.of == name
                || format!("ENIConfig {}", node.config) == name
                || node.groups.contains(&id)
                || node.pods.contains(&id)
        };
        if self.nodes.iter().any(uses) {
            return;
        }
        let mut lock = self.lock.clone();
        match lock.release_name(&name) {
            Ok(()) => {}
            // It goes with the ENIConfig that has it, or after it.
            Err(NotReleased::InConfig(_)) => return,
            // It goes after the group that has it, which has no nodes.
            Err(NotReleased::InGroup(group)) => {
                assert!(lock.node_groups[&group].state == GroupState::Retired);
                return;
            }
            Err(problem) => panic!("{name}: {problem:?}"),
        }
        let spec = self.spec.clone();
        assert!(self.deploys(&spec, &lock, Some(&name)), "{name} cannot be released");
        let gone = !self.lock.security_groups.contains_key(&name)
            && self.nodes_stack().get(&name).is_none()
            && !self.configs().contains_key(name.trim_start_matches("ENIConfig "));
        assert!(gone, "{name} is still there");
        self.accepted += 1;
    }

    /// The security groups of each ENIConfig that is deployed.
    fn configs(&self) -> BTreeMap<String, BTreeSet<String>> {
        let documents = self.file("kubernetes/eniconfigs.yaml").map(crate::harness::documents).unwrap_or_default();
        let of = |config: &Value| {
            let list = config["spec"]["securityGroups"].as_array().cloned().unwrap_or_default();
            let groups = list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
            (config["metadata"]["name"].as_str().unwrap().to_owned(), groups)
        };
        documents.iter().map(of).collect()
    }

    fn file(&self, path: &str) -> Option<&str> {
        self.compiled.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    fn resources(&self) -> Value {
        let text = self.file("cloudformation/pod-network.yaml");
        text.map_or(Value::Null, |text| crate::harness::documents(text).remove(0)["Resources"].clone())
    }

    fn nodes_stack(&self) -> Value {
        let text = self.file("cloudformation/node-groups.yaml");
        text.map_or(Value::Null, |text| crate::harness::documents(text).remove(0)["Resources"].clone())
    }

    /// The rules that let in all traffic: which group, from which.
    fn rules(&self) -> BTreeSet<(String, String)> {
        let resources = self.resources();
        let id = |value: &Value| match value["Fn::GetAtt"][0].as_str() {
            Some(name) => self.lock.bindings.get(name).cloned().unwrap_or_else(|| name.to_owned()),
            None => value.as_str().unwrap_or_default().to_owned(),
        };
        let rules = resources.as_object().into_iter().flatten().map(|(_, resource)| &resource["Properties"]);
        let all = rules.filter(|rule| rule["IpProtocol"] == "-1");
        all.map(|rule| (id(&rule["GroupId"]), id(&rule["SourceSecurityGroupId"]))).collect()
    }

    /// Every node that runs has all that it uses, and whatever its traffic could reach.
    fn check(&self, before: &BTreeSet<(String, String)>) {
        let (configs, resources, rules) = (self.configs(), self.resources(), self.rules());
        let stack = self.nodes_stack();
        let made: BTreeMap<&String, &String> = self
            .lock
            .bindings
            .iter()
            .filter(|(name, _)| name.ends_with("SecurityGroup"))
            .map(|(name, id)| (id, name))
            .collect();
        let worn: BTreeSet<&String> = self.nodes.iter().flat_map(|node| node.groups.iter().chain(&node.pods)).collect();
        for node in &self.nodes {
            assert!(configs.contains_key(&node.config), "{node:?} looks for its ENIConfig among {configs:?}");
            let group = &stack[&node.of];
            assert!(group.is_object(), "{node:?} has lost its group: {:?}", self.lock.node_groups);
            if group["Type"] == "AWS::AutoScaling::AutoScalingGroup" {
                assert!(
                    stack["NodeAccessEntry"].is_object() && stack["NodeRole"].is_object(),
                    "{node:?} has lost its access"
                );
            } else {
                assert!(stack["ManagedNodeRole"].is_object(), "{node:?} has lost its role");
            }
        }
        for id in &worn {
            let theirs = GIVEN.contains(&id.as_str()) || id.as_str() == "sg-0c1d2e3f4a5b6c7d8";
            let there = made.get(*id).is_some_and(|name| resources.get(name.as_str()).is_some());
            assert!(theirs || there, "{id} is gone: {made:?}");
        }
        for pair in before.iter().filter(|(group, source)| worn.contains(group) && worn.contains(source)) {
            assert!(rules.contains(pair), "no traffic to {} from {}: {rules:?}", pair.0, pair.1);
        }
    }
}

fn apply(event: &Event, spec: &mut Value) {
    let ids = |number: usize| GIVEN.into_iter().take(number).collect::<Vec<_>>();
    match event {
        Event::Use(word) => {
            spec["podNetwork"]["securityGroups"] = match word {
                0 => json!({"use": "cluster"}),
                1 => json!({"use": "managed"}),
                2 => json!({"use": "nodeGroup"}),
                3 => json!({"use": "ids", "ids": ids(1)}),
                _ => json!({"use": "ids", "ids": ids(2)}),
            };
        }
        Event::Zone(comes) => {
            let zones = spec["zones"].as_array_mut().unwrap();
            let there = zones.iter().position(|zone| zone["name"] == "us-west-2c");
            match (there, comes) {
                (Some(number), false) => drop(zones.remove(number)),
                (None, true) => zones.push(json!({"name": "us-west-2c",
                    "nodeSubnets": [{"id": format!("subnet-{:017x}", 2), "cidr": "10.20.32.0/20"}]})),
                _ => {}
            }
        }
        Event::Group(group, what) => {
            let group = &mut spec["nodeGroups"][group];
            let (field, one, other) = match what {
                0 => ("instanceTypes", json!(["m5.large"]), json!(["m5.large", "m5a.large"])),
                1 => ("kind", json!("managed"), json!("self-managed")),
                2 => ("perZone", json!(true), json!(false)),
                3 => ("tags", json!({"team": "a"}), json!({"team": "b"})),
                _ => {
                    let name = group["name"].as_str().unwrap();
                    let other = name.strip_suffix("-2").map_or_else(|| format!("{name}-2"), ToOwned::to_owned);
                    group["name"] = other.into();
                    return;
                }
            };
            group[field] = if group[field] == one { other } else { one };
        }
        Event::NodeIds(group, number) => spec["nodeGroups"][group]["securityGroupIds"] = json!(ids(*number)),
        Event::ZoneIds(number) => {
            let zone = &mut spec["podNetwork"]["pools"]["default"]["zones"]["us-west-2a"];
            *zone = if *number == 0 { json!({}) } else { json!({"securityGroupIds": ids(*number)}) };
        }
        Event::Replace(_) | Event::Attach | Event::Release(_) => {}
    }
}

#[test]
fn no_node_misses_what_it_uses() {
    property(50, &prop::collection::vec(event(), 40), |events| {
        let mut world = World::new();
        for event in events {
            world.happens(&event);
        }
        (world.accepted, world.steps)
    });
}
