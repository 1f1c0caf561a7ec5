//! How many nodes of a group can be in a zone at a time.

use super::placement::Placement;
use crate::plan::model::kind::surges;
use crate::spec::{MOST_NODES, Spread};

/// How many nodes of a group can be in a zone at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peak {
    /// The number.
    pub(crate) nodes: u64,
    /// How it came about.
    pub(crate) how: String,
}

impl Placement<'_> {
    /// How many nodes of the placement can be in the subnet's zone at a time.
    ///
    /// A managed node group has more during an update, by twice its zones or by `maxUnavailable` (EKS User Guide, "Update a
    /// managed node group"); a group over several zones has more while EC2 Auto Scaling evens the zones out, by a tenth or by
    /// one (EC2 Auto Scaling User Guide, "Availability Zone rebalancing").
    pub(crate) fn peak(&self, spread: Spread, no_surge: bool) -> Peak {
        self.peak_of(self.max, spread, no_surge)
    }

    /// Whether an update adds nodes.
    pub(crate) fn has_surge(&self) -> bool {
        surges(self.group.spec)
    }

    /// The same where the placement has at most so many.
    pub(crate) fn peak_of(&self, max: u64, spread: Spread, no_surge: bool) -> Peak {
        let spec = self.group.spec;
        let zones = self.zones;
        let all = u64::from(self.group.most_nodes);
        let mut how = vec![if max < all { format!("{max} of the {all} at most") } else { format!("{max} at most") }];
        let mut total = max;
        if self.has_surge() && !no_surge {
            let update = spec.update.unwrap_or_default();
            let more = (2 * zones).max(update.max_unavailable().into());
            total += more;
            how.push(format!("{more} more during an update"));
        }
        if zones > 1 {
            let more = max.div_ceil(10).max(1);
            total += more;
            how.push(format!("{more} more while zones are rebalanced"));
        }
        let over = match spread {
            Spread::Balanced => zones,
            Spread::ZoneLost => (zones - 1).max(1),
            Spread::OneZone => 1,
        };
        if zones > 1 {
            how.push(if over == 1 { "all in this zone".to_owned() } else { format!("over {over} of {zones} zones") });
        }
        let how = how.join(", ");
        Peak { nodes: total.div_ceil(over), how }
    }

    /// The largest `max` whose nodes a test holds for: for all up to it, and for none above. Nothing where it holds for none.
    pub(crate) fn largest(&self, spread: Spread, holds: impl Fn(u64) -> bool) -> Option<u64> {
        let holds = |max: u64| holds(self.peak_of(max, spread, false).nodes);
        if !holds(1) {
            return None;
        }
        let (mut fits, mut too_many) = (1, u64::from(MOST_NODES) + 1);
        while too_many - fits > 1 {
            let middle = u64::midpoint(fits, too_many);
            if holds(middle) { fits = middle } else { too_many = middle }
        }
        Some(fits)
    }
}
