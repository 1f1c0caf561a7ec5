//! Which traffic an ingress rule lets in, and whether another rule lets it in too.

use serde_json::Value;

use crate::change::effect::shown;
use crate::change::state::{Resource, StackTemplate};

/// The type of a rule that is a resource of its own.
pub(super) const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";

/// Returns whether a rule of the template lets in all that this one does, and the logical id of a rule that says just the same.
pub(super) fn covered_by<'a>(rule: &Resource, template: &'a StackTemplate) -> Option<&'a str> {
    let others = template.resources.iter().filter(|(_, other)| other.of_type == INGRESS);
    others.filter(|(_, other)| covers(&other.properties, &rule.properties)).map(|(name, _)| name.as_str()).next()
}

fn covers(wide: &Value, narrow: &Value) -> bool {
    let same = |name: &str| wide.get(name) == narrow.get(name);
    let sources =
        ["GroupId", "SourceSecurityGroupId", "CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupOwnerId"];
    let every_protocol = text(wide, "IpProtocol") == "-1";
    sources.into_iter().all(same)
        && (every_protocol || same("IpProtocol"))
        && (every_protocol
            || (number(wide, "FromPort") <= number(narrow, "FromPort")
                && number(wide, "ToPort") >= number(narrow, "ToPort")))
}

fn text(properties: &Value, name: &str) -> String {
    properties.get(name).map(shown).unwrap_or_default()
}

fn number(properties: &Value, name: &str) -> Option<i64> {
    let value = properties.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wider_rule_covers_a_narrower_one() {
        let rule = |protocol: &str, ports: Option<(u16, u16)>| {
            let mut rule = json!({"GroupId": {"Ref": "A"}, "SourceSecurityGroupId": "sg-1", "IpProtocol": protocol});
            if let Some((from, to)) = ports {
                rule["FromPort"] = from.into();
                rule["ToPort"] = to.into();
            }
            rule
        };
        let all = rule("-1", None);
        let tcp = |from, to| rule("tcp", Some((from, to)));
        assert!(covers(&all, &tcp(443, 443)));
        assert!(covers(&all, &all));
        assert!(!covers(&tcp(0, 65535), &all));
        assert!(covers(&tcp(1025, 65535), &tcp(8080, 8080)));
        assert!(!covers(&tcp(1025, 65535), &tcp(443, 443)));
        assert!(!covers(&rule("udp", Some((53, 53))), &tcp(53, 53)));
        let mut elsewhere = all.clone();
        elsewhere["SourceSecurityGroupId"] = "sg-2".into();
        assert!(!covers(&elsewhere, &tcp(443, 443)));
    }
}
