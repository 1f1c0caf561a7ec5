//! `podnet grow`: an additional pod subnet in a zone, for a pool that has outgrown its own.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use clap::Args;

use super::terminal::arguments::{Out, Specs, guard};
use super::terminal::report::Reporter;
use super::terminal::table::table;
use super::terminal::{ExitStatus, Outcome};
use crate::diagnostic::{Code, Diagnostic, Texts, apply, near, one_of};
use crate::ids::{Name, PodSubnetKey, ZoneName};
use crate::operations::grow::{Growth, free_name, is_taken};
use crate::output::replace_text;
use crate::plan::PodSubnet;
use crate::spec::Document;
use crate::workspace::{Failure, OpenedCluster, compile_text};

/// Adds additional pod subnets to the spec for the nodes that no longer fit; existing subnets do not change
#[derive(Debug, Args)]
pub(super) struct GrowArguments {
    /// The pool and the zone, such as `default/us-west-2a`; or only the pool, for all of its zones that are too small.
    #[arg(value_name = "POOL[/ZONE]")]
    target: GrowTarget,
    #[command(flatten)]
    specs: Specs,
    /// How many nodes of a node group use the subnet, such as `general=20`. Default: those that do not fit today.
    #[arg(long, value_name = "GROUP=NODES", value_parser = nodes)]
    nodes: Vec<(Name, u32)>,
    /// The name of the additional pod subnet. Default: the first letter from `b` on that is free in the zone.
    #[arg(long)]
    name: Option<Name>,
    /// Its prefix length, 16 to 28. Default: computed from its nodes.
    #[arg(long, value_name = "LENGTH", value_parser = clap::value_parser!(u8).range(16..=28))]
    prefix_length: Option<u8>,
    #[command(flatten)]
    out: Out,
}

/// A pool, or a pool in a zone.
#[derive(Debug, Clone)]
struct GrowTarget {
    pool: Name,
    zone: Option<ZoneName>,
}

impl FromStr for GrowTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(pool) = text.parse() {
            return Ok(Self { pool, zone: None });
        }
        match text.parse()? {
            PodSubnetKey { pool, zone, further: None } => Ok(Self { pool, zone: Some(zone) }),
            PodSubnetKey { pool, zone, .. } => {
                Err(format!("`{text}` is already an additional pod subnet; give `{pool}/{zone}`"))
            }
        }
    }
}

impl GrowTarget {
    fn has(&self, document: &Document) -> bool {
        let spec = &document.spec;
        let zone = |wanted: &ZoneName| spec.zones.iter().any(|zone| zone.name == *wanted);
        spec.pod_network.pools.contains_key(&self.pool) && self.zone.as_ref().is_none_or(zone)
    }

    fn is(&self, subnet: &PodSubnet) -> bool {
        subnet.pool == self.pool && self.zone.as_ref().is_none_or(|zone| subnet.zone == *zone)
    }
}

impl fmt::Display for GrowTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.pool)?;
        self.zone.as_ref().map_or(Ok(()), |zone| write!(f, "/{zone}"))
    }
}

fn nodes(text: &str) -> Result<(Name, u32), String> {
    let wrong = || format!("`{text}` is not of the form GROUP=NODES");
    let (group, nodes) = text.split_once('=').ok_or_else(wrong)?;
    match (group.parse(), nodes.parse()) {
        (Ok(_), Ok(0)) => Err(format!("`{text}` gives no nodes")),
        (Ok(group), Ok(nodes)) => Ok((group, nodes)),
        _ => Err(wrong()),
    }
}

/// A group that has two numbers.
fn twice(nodes: &[(Name, u32)]) -> Option<&Name> {
    let later = |number: usize| nodes.iter().skip(number + 1);
    nodes
        .iter()
        .enumerate()
        .find(|(number, (group, _))| later(*number).any(|(other, _)| other == group))
        .map(|(_, (group, _))| group)
}

pub(super) fn run(arguments: &GrowArguments, report: Reporter) -> Outcome {
    let target = &arguments.target;
    if let Some(group) = twice(&arguments.nodes) {
        return Err(
            Failure::new(format!("duplicate `{group}` in `--nodes`")).help("give one number for each node group")
        );
    }
    let mut workspace = arguments.specs.compile(Some(&arguments.out), report)?;
    let having = |cluster: &&OpenedCluster| cluster.document.as_ref().is_some_and(|document| target.has(document));
    let count = workspace.clusters.iter().filter(having).count();
    let found = workspace.clusters.iter().position(|cluster| having(&cluster)).filter(|_| count == 1);
    let Some(cluster) = found.map(|number| workspace.clusters.swap_remove(number)) else {
        report.diagnostics(&workspace.diagnostics(), &workspace.texts);
        return Err(if count == 0 {
            let all: Vec<String> = workspace.clusters.iter().flat_map(pools_and_zones).collect();
            one_of_these(Failure::new(format!("no spec has `{target}`")), &target.to_string(), &all)
        } else {
            Failure::new(format!("{count} specs have `{target}`"))
                .help(format!("name one: podnet grow {target} clusters/prod.yaml"))
        });
    };
    let Some(document) = &cluster.document else { return Ok(ExitStatus::Found) };
    let groups: Vec<String> = document.spec.node_groups.iter().map(|group| group.name.to_string()).collect();
    if let Some((group, _)) = arguments.nodes.iter().find(|(group, _)| !groups.contains(&group.to_string())) {
        let spec = cluster.spec.display();
        let failure = Failure::new(format!("`{spec}` has no node group `{group}`"));
        return Err(one_of_these(failure, group.as_str(), &groups));
    }
    let before = subnets(&cluster);
    let mut growths = growths(arguments, document, &before)?;
    if growths.is_empty() {
        return Err(enough(target, &before, &cluster, report, &workspace.texts));
    }
    let text = fs_err::read_to_string(&cluster.spec)?;
    let (grown, changed, texts) = grown(&mut growths, document, &cluster, &text)?;
    report.diagnostics(&grown.diagnostics, &texts);
    let spec = cluster.spec.display();
    let after = subnets(&grown);
    if grown.failed() && !only_others_are_short(target, &grown, &after) {
        report.summary(&format!("{spec}: not written\n"));
        return Ok(ExitStatus::Found);
    }
    let mut out = proofs("Before", before.iter().filter(|subnet| target.is(subnet)));
    out.push('\n');
    out += &proofs("After", after.iter().filter(|subnet| target.is(subnet)));
    let _guard = guard(&cluster.spec, "grow", report)?;
    replace_text(&cluster.spec, Some(&text), &changed)?;
    let _ = writeln!(out, "\n{spec}: written");
    let (next, status) = if grown.failed() { ("check", ExitStatus::Found) } else { ("synth", ExitStatus::Done) };
    let _ = writeln!(out, "next: podnet {next} {spec}");
    report.summary(&out);
    Ok(status)
}

/// Whether what is still wrong is that subnets do not suffice that were not asked about. Each is mended on its own.
fn only_others_are_short(target: &GrowTarget, grown: &OpenedCluster, after: &[PodSubnet]) -> bool {
    let mut errors = grown.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let mut mine = after.iter().filter(|subnet| target.is(subnet));
    errors.all(|error| error.code == Code::CapacityExceeded)
        && mine.all(|subnet| subnet.proof.as_ref().is_none_or(|proof| proof.holds))
}

/// The pools of a cluster, and each in each zone.
fn pools_and_zones(cluster: &OpenedCluster) -> Vec<String> {
    let Some(document) = &cluster.document else { return Vec::new() };
    let zones = &document.spec.zones;
    let of_pool = |pool: &Name| {
        let with_zone: Vec<String> = zones.iter().map(|zone| format!("{pool}/{}", zone.name)).collect();
        std::iter::once(pool.to_string()).chain(with_zone)
    };
    document.spec.pod_network.pools.keys().flat_map(of_pool).collect()
}

/// Helps with a name that there is not: those that are near, or else all.
fn one_of_these(failure: Failure, written: &str, there: &[String]) -> Failure {
    match (near(written, there.iter().map(String::as_str)).as_slice(), there) {
        ([], []) => failure,
        ([], all) => failure.help(format!("write {}", one_of(all))),
        (close, _) => failure.help(format!("did you mean {}?", one_of(close))),
    }
}

fn subnets(cluster: &OpenedCluster) -> Vec<PodSubnet> {
    cluster.compiled.as_ref().map(|compiled| compiled.pod_subnets.clone()).unwrap_or_default()
}

/// An additional subnet for each zone that needs one, or for the zone that is asked for.
fn growths(arguments: &GrowArguments, document: &Document, before: &[PodSubnet]) -> Result<Vec<Growth>, Failure> {
    let target = &arguments.target;
    let mut growths = Vec::new();
    for zone in before.iter().filter(|subnet| target.is(subnet) && subnet.further.is_none()).map(|subnet| &subnet.zone)
    {
        let free = free_name(&document.spec, &target.pool, zone);
        let name = match &arguments.name {
            Some(name) if is_taken(&document.spec, &target.pool, zone, name) => {
                let failure =
                    Failure::new(format!("`{}/{zone}` already has an additional pod subnet `{name}`", target.pool));
                let free = free.map_or_else(String::new, |free| format!(": `{free}` is free"));
                return Err(failure.help(format!("give another name{free}")));
            }
            Some(name) => name.clone(),
            None => free.ok_or_else(|| {
                Failure::new(format!("`{}/{zone}` has no letter left for a name", target.pool))
                    .help("give one with `--name`")
            })?,
        };
        let mut growth = Growth::new(target.pool.clone(), zone.clone(), name);
        growth.prefix_length = arguments.prefix_length;
        growth.nodes.extend(arguments.nodes.iter().cloned());
        if !growth.nodes.is_empty() || growth.take_what_does_not_fit(before) {
            growths.push(growth);
        }
    }
    Ok(growths)
}

/// Edits the spec's text and compiles it, until nothing is left over that would have to go into the new subnets too.
fn grown(
    growths: &mut [Growth],
    document: &Document,
    cluster: &OpenedCluster,
    text: &str,
) -> Result<(OpenedCluster, String, Texts), Failure> {
    // Every round takes the nodes of one more group along.
    let mut rounds = 0..document.spec.node_groups.len();
    let running = cluster.locked().ok().and_then(|lock| lock.select_by);
    loop {
        let mut changed = text.to_owned();
        for growth in growths.iter() {
            changed = apply(&changed, &growth.edits(&document.spec, running.as_ref())).map_err(|error| {
                Failure::new(error.to_string()).help("add the additional pod subnet to the spec by hand")
            })?;
        }
        let mut texts = Texts::default();
        let mut grown = compile_text(cluster.spec.clone(), changed.clone(), &mut texts);
        grown.name_places(&texts);
        let after = subnets(&grown);
        let more = growths.iter_mut().filter_map(|growth| growth.take_what_does_not_fit(&after).then_some(())).count();
        if rounds.next().is_none() || more == 0 {
            return Ok((grown, changed, texts));
        }
    }
}

/// Nothing is short, so podnet cannot tell which nodes the new subnet would be for.
fn enough(
    target: &GrowTarget,
    subnets: &[PodSubnet],
    cluster: &OpenedCluster,
    report: Reporter,
    texts: &Texts,
) -> Failure {
    let else_wrong = |found: &Diagnostic| found.is_error() && found.code != Code::CapacityExceeded;
    if subnets.is_empty() || cluster.diagnostics.iter().any(else_wrong) {
        report.diagnostics(&cluster.diagnostics, texts);
        return Failure::new(format!("`{}` cannot be planned", cluster.spec.display())).help("fix its errors first");
    }
    let here = subnets.iter().find(|subnet| target.is(subnet));
    let proof = here.and_then(|subnet| subnet.proof.as_ref());
    let group = proof.and_then(|proof| proof.largest.first()).map_or("GROUP", |largest| largest.group.as_str());
    let whose = format!("say whose nodes are to use another subnet: podnet grow {target} --nodes {group}=NODES");
    match proof {
        Some(proof) => Failure::new(format!("`{target}` is large enough: {}", proof.inequality))
            .help(format!("raise the group's `max` first; or {whose}")),
        None => Failure::new(format!(
            "podnet cannot tell whether `{target}` is large enough, because its range is not known"
        ))
        .help(format!("add `cidr:` beside its `subnetId:`; or {whose}")),
    }
}

/// The proofs of some subnets.
fn proofs<'a>(title: &str, subnets: impl Iterator<Item = &'a PodSubnet>) -> String {
    let rows: Vec<Vec<String>> = subnets
        .map(|subnet| {
            let proof = subnet.proof.as_ref();
            let verdict = match proof {
                Some(proof) if proof.holds => format!("{} left", proof.headroom),
                Some(_) => "too small".to_owned(),
                None => "not known".to_owned(),
            };
            vec![
                subnet.key().to_string(),
                subnet.cidr.map_or_else(|| "-".to_owned(), |cidr| cidr.to_string()),
                proof.map_or_else(|| "-".to_owned(), |proof| proof.inequality.clone()),
                verdict,
            ]
        })
        .collect();
    format!("{title}\n{}", table(&["POD SUBNET", "CIDR BLOCK", "NODES × ADDRESSES", "PROOF"], &rows))
}
