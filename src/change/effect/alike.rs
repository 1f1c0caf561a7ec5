//! Effects that are told together.

use super::kind::{Effect, TouchedGroups};

/// Effects that differ in nothing but the resource, such as those of a node group in each zone.
#[derive(Debug, Clone)]
pub struct Alike<'a> {
    /// The first of them.
    pub effect: &'a Effect,
    /// The resources.
    pub names: Vec<&'a str>,
    /// What all of them touch.
    pub touched: TouchedGroups,
}

/// Puts together what is alike, in the order of the first of each.
pub fn alike<'a>(effects: impl IntoIterator<Item = &'a Effect>) -> Vec<Alike<'a>> {
    let mut found: Vec<Alike<'a>> = Vec::new();
    for effect in effects {
        let same = |other: &Effect| {
            (other.kind, &other.of_type, &other.causes, &other.consequence)
                == (effect.kind, &effect.of_type, &effect.causes, &effect.consequence)
        };
        match found.iter_mut().find(|alike| same(alike.effect)) {
            Some(alike) => {
                alike.names.push(&effect.name);
                alike.touched.extend(&effect.touched);
            }
            None => found.push(Alike { effect, names: vec![&effect.name], touched: effect.touched.clone() }),
        }
    }
    found
}
