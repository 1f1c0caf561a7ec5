//! What the AWS CLI prints about subnets and VPCs, read strictly: half a list would leave subnets to collide with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::refusal::refuse;
use crate::address::Cidr;
use crate::diagnostic::{Diagnostic, one_of};
use crate::ids::{SubnetId, is_pod_subnet};
use crate::source::{Place, Pointer};
use crate::spec::Zone;

/// The output of `aws ec2 describe-subnets`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// The file's path, for messages.
    pub file: String,
    /// Its subnets, each id once.
    pub subnets: Vec<Listed>,
}

/// A subnet of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its id.
    pub id: SubnetId,
    /// Its VPC's id.
    pub vpc: String,
    /// Its IPv4 range; none for a subnet with IPv6 alone.
    pub cidr: Option<Cidr>,
    /// Its zone's name in the account that was asked.
    pub zone: String,
    /// Its zone's id.
    pub zone_id: Option<String>,
    /// Its state: `available`, mostly.
    pub state: String,
    /// The Outpost that it is on, if any.
    pub outpost: Option<String>,
    /// How many of its addresses nobody has. Reservations lower the number.
    pub free: Option<u64>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its range in the file.
    pub at: Place,
}

impl Listed {
    /// Its Name tag; none where that is empty.
    pub(crate) fn name(&self) -> Option<&str> {
        self.tags.get("Name").map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Its id with range and Name tag, for people.
    pub(crate) fn described(&self) -> String {
        let range = self.cidr.map_or_else(|| "no IPv4 range".to_owned(), |cidr| cidr.to_string());
        match self.name() {
            Some(name) => format!("`{}` ({range}, \"{name}\")", self.id),
            None => format!("`{}` ({range}, no Name)", self.id),
        }
    }

    /// Tells whether it is in a zone of the spec: by the zone's id where both have one, which means the same place in
    /// every account; otherwise by its name.
    pub(crate) fn is_in(&self, zone: &Zone) -> bool {
        match (&zone.id, &self.zone_id) {
            (Some(wanted), Some(id)) => wanted.as_str() == id,
            _ => zone.name.as_str() == self.zone,
        }
    }

    /// The logical id in the stack of some cluster's `pod-network.yaml` that made it, as CloudFormation's tags say.
    pub(crate) fn made_by_podnet(&self) -> Option<(&str, &str)> {
        let stack = self.tags.get("aws:cloudformation:stack-name").filter(|stack| stack.ends_with("-pod-network"))?;
        let resource = self.tags.get("aws:cloudformation:logical-id").filter(|id| is_pod_subnet(id))?;
        Some((stack, resource))
    }
}

/// The output of `aws ec2 describe-vpcs`: the blocks of one VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VpcBlocks {
    /// The file's path, for messages.
    pub file: String,
    /// Each block with its state: `associated`, mostly.
    pub blocks: Vec<(Cidr, String)>,
}

/// Finds a list under its name; says what the file is instead, or that it is a part.
fn list<'a>(json: &'a Value, key: &str, command: &str, file: &str) -> Result<&'a [Value], Diagnostic> {
    let help = format!("give the unchanged output of `{command}`, with `--output json` and without `--query`");
    let Some(items) = json.get(key).and_then(Value::as_array) else {
        let has: Vec<&str> =
            json.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default();
        let problem = refuse(format!("`{file}` has no list `{key}`"));
        return Err(if has.is_empty() { problem } else { problem.note(format!("it has {}", one_of(&has))) }.help(help));
    };
    if json.get("NextToken").is_some_and(|token| !token.is_null()) {
        return Err(refuse(format!("`{file}` is not the whole list"))
            .at(Place::in_file(file, Pointer::root().key("NextToken")))
            .note("`NextToken` shows that there are more")
            .help(format!("run `{command}` without `--max-items`, `--no-paginate` and `--page-size`")));
    }
    if items.is_empty() {
        return Err(refuse(format!("`{file}` lists nothing"))
            .help(format!("check the account and the region that `{command}` asked")));
    }
    Ok(items)
}

impl Listing {
    /// Reads the output of `aws ec2 describe-subnets`.
    ///
    /// # Errors
    /// It is something else, a part of the list, or empty; or a subnet has not what it takes.
    pub(crate) fn read(json: &Value, file: &str) -> Result<Self, Diagnostic> {
        let items = list(json, "Subnets", "aws ec2 describe-subnets", file)?;
        let mut seen = BTreeSet::new();
        let mut subnets = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let subnet = listed(item, file, number)?;
            if seen.insert(subnet.id.clone()) {
                subnets.push(subnet);
            }
        }
        Ok(Self { file: file.to_owned(), subnets })
    }

    /// Finds a subnet by its id.
    pub(crate) fn find(&self, id: &SubnetId) -> Option<&Listed> {
        self.subnets.iter().find(|subnet| subnet.id == *id)
    }

    /// Gives the subnets of a VPC.
    ///
    /// # Errors
    /// There are none.
    pub(crate) fn of(&self, vpc: &str) -> Result<Vec<&Listed>, Diagnostic> {
        let mine: Vec<&Listed> = self.subnets.iter().filter(|subnet| subnet.vpc == vpc).collect();
        if !mine.is_empty() {
            return Ok(mine);
        }
        let others: BTreeSet<&str> = self.subnets.iter().map(|subnet| subnet.vpc.as_str()).collect();
        let others: Vec<&str> = others.into_iter().take(3).collect();
        Err(refuse(format!("`{}` has no subnet of `{vpc}`", self.file))
            .at(Pointer::from_text("/spec/vpc/id"))
            .note(format!("it has subnets of {}", one_of(&others)))
            .help(format!(
                "describe the subnets of this VPC: `aws ec2 describe-subnets --filters Name=vpc-id,Values={vpc}`"
            )))
    }
}

fn listed(item: &Value, file: &str, number: usize) -> Result<Listed, Diagnostic> {
    let at = Pointer::root().key("Subnets").index(number);
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let wrong = |key: &str, message: String, help: String| {
        let at = if item.get(key).is_some() { at.key(key) } else { at.clone() };
        refuse(message).at(Place::in_file(file, at)).help(help)
    };
    let wanted = |key: &str| {
        let message = format!("the subnet number {} of `{file}` has no {key}", number + 1);
        text(key).ok_or_else(|| {
            wrong(key, message, "give the output of `aws ec2 describe-subnets`, without `--query`".to_owned())
        })
    };
    let id = wanted("SubnetId")?;
    let id = id.parse().map_err(|error: crate::ids::FormatError| wrong("SubnetId", error.message, error.help))?;
    let cidr = match text("CidrBlock").filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|error: crate::address::CidrError| wrong("CidrBlock", error.to_string(), error.help()))?,
        ),
    };
    let tag = |tag: &Value| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.as_str()?.to_owned()));
    let tags = item.get("Tags").and_then(Value::as_array).map(|tags| tags.iter().filter_map(tag).collect());
    Ok(Listed {
        id,
        vpc: wanted("VpcId")?.to_owned(),
        cidr,
        zone: wanted("AvailabilityZone")?.to_owned(),
        zone_id: text("AvailabilityZoneId").map(ToOwned::to_owned),
        state: text("State").unwrap_or("available").to_owned(),
        outpost: text("OutpostArn").filter(|arn| !arn.is_empty()).map(ToOwned::to_owned),
        free: item.get("AvailableIpAddressCount").and_then(Value::as_u64),
        tags: tags.unwrap_or_default(),
        at: Place::in_file(file, at.key(if cidr.is_some() { "CidrBlock" } else { "SubnetId" })),
    })
}

impl VpcBlocks {
    /// Reads the blocks of one VPC out of the output of `aws ec2 describe-vpcs`.
    ///
    /// # Errors
    /// It is something else, a part of the list, or has not the VPC.
    pub(crate) fn read(json: &Value, file: &str, vpc: &str) -> Result<Self, Diagnostic> {
        let command = format!("aws ec2 describe-vpcs --vpc-ids {vpc}");
        let items = list(json, "Vpcs", &command, file)?;
        let Some((number, item)) = items.iter().enumerate().find(|(_, item)| item["VpcId"] == vpc) else {
            let others: Vec<&str> = items.iter().filter_map(|item| item["VpcId"].as_str()).take(3).collect();
            let problem = refuse(format!("`{file}` does not have `{vpc}`")).at(Pointer::from_text("/spec/vpc/id"));
            let problem = if others.is_empty() { problem } else { problem.note(format!("it has {}", one_of(&others))) };
            return Err(problem.help(command));
        };
        let at = Pointer::root().key("Vpcs").index(number);
        let mut blocks = Vec::new();
        for association in item.get("CidrBlockAssociationSet").and_then(Value::as_array).into_iter().flatten() {
            let state = association.pointer("/CidrBlockState/State").and_then(Value::as_str).unwrap_or("associated");
            blocks.push((association["CidrBlock"].as_str(), state));
        }
        if blocks.is_empty() {
            blocks.push((item["CidrBlock"].as_str(), "associated"));
        }
        let read = |(text, state): (Option<&str>, &str)| Some((text?.parse().ok()?, state.to_owned()));
        match blocks.into_iter().map(read).collect() {
            Some(blocks) => Ok(Self { file: file.to_owned(), blocks }),
            None => Err(refuse(format!("`{vpc}` in `{file}` has a block without a range"))
                .at(Place::in_file(file, at.key("VpcId")))
                .help(format!("give the output of `{command}`, without `--query`"))),
        }
    }

    /// Gives the state of a block; none where the VPC never had it.
    pub(crate) fn state(&self, block: Cidr) -> Option<&str> {
        let states = || self.blocks.iter().filter(|(cidr, _)| *cidr == block).map(|(_, state)| state.as_str());
        // One that was taken away and came back is listed twice for a while.
        states().find(|state| is_there(state)).or_else(|| states().next())
    }

    /// The blocks that the VPC has.
    pub(crate) fn there(&self) -> impl Iterator<Item = Cidr> + '_ {
        self.blocks.iter().filter(|(_, state)| is_there(state)).map(|(cidr, _)| *cidr)
    }
}

/// Whether a block of that state counts.
pub(super) fn is_there(state: &str) -> bool {
    matches!(state, "associated" | "associating")
}
