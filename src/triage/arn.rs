//! Amazon Resource Names: taking them apart and putting them together.
//!
//! `arn:partition:service:region:account:resource`, where the resource may hold colons and slashes of its own. Which
//! resource types there are is `kinds.rs`; this file knows the outer form alone.

use std::fmt;

/// The six parts of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, …
    pub partition: &'a str,
    /// The service's namespace, e.g. `ec2`.
    pub service: &'a str,
    /// The Region, empty for global services.
    pub region: &'a str,
    /// Twelve digits, empty where the type needs none.
    pub account: &'a str,
    /// Everything after the fifth colon, e.g. `instance/i-0abc`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; `None` when it is not one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        let (partition, service) = (parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let named = !partition.is_empty() && !service.is_empty() && !resource.is_empty();
        named.then_some(Self { partition, service, region, account, resource })
    }

    /// The id or name at the end: what follows the last `/`, else the last `:` of the resource part.
    pub fn id(&self) -> &'a str {
        let tail = self.resource.rsplit('/').next().unwrap_or(self.resource);
        tail.rsplit(':').next().unwrap_or(tail)
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// The name of an alarm that is given by name or by ARN. Names may hold colons, so only the ARN's head is cut off.
pub fn alarm_name(reference: &str) -> &str {
    Arn::parse(reference)
        .filter(|arn| arn.service == "cloudwatch")
        .and_then(|arn| arn.resource.strip_prefix("alarm:"))
        .unwrap_or(reference)
}

/// An alarm action as people say it: `sns oncall`, `ec2 recover`, `autoscaling web-asg scale-out`.
///
/// The forms are those that PutMetricAlarm documents; anything else is shown by service and last part, and what is no
/// ARN as it is.
pub fn action_label(action: &str) -> String {
    let Some(arn) = Arn::parse(action) else { return action.to_owned() };
    match arn.service {
        // arn:aws:automate:REGION:ec2:recover — the account's place holds the service.
        "automate" => format!("{} {}", arn.account, arn.id()),
        // arn:aws:swf:REGION:ACCOUNT:action/actions/AWS_EC2.InstanceId.Reboot/1.0
        "swf" => {
            let name = arn.resource.split('/').find(|part| part.starts_with("AWS_")).unwrap_or(arn.resource);
            name.trim_start_matches("AWS_").replace("EC2.InstanceId.", "ec2 ").to_lowercase()
        }
        // arn:aws:autoscaling:R:A:scalingPolicy:UUID:autoScalingGroupName/GROUP:policyName/POLICY
        "autoscaling" => {
            let policy = arn.id();
            match asg_of_policy(&arn) {
                Some(group) => format!("autoscaling {group} {policy}"),
                None => format!("autoscaling {policy}"),
            }
        }
        // arn:aws:ssm:R:A:opsitem:SEVERITY#CATEGORY=…
        "ssm" | "ssm-incidents" => format!("{} {}", arn.service, arn.resource),
        service => format!("{service} {}", arn.id()),
    }
}

/// The Auto Scaling group in a scaling policy's ARN.
pub fn asg_of_policy<'a>(arn: &Arn<'a>) -> Option<&'a str> {
    let (_, rest) = arn.resource.split_once("autoScalingGroupName/")?;
    Some(rest.split_once(":policyName/").map_or(rest, |(group, _)| group)).filter(|g| !g.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_and_ids() {
        for (text, service, id) in [
            ("arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc", "ec2", "i-0abc"),
            ("arn:aws:s3:::assets", "s3", "assets"),
            ("arn:aws:lambda:eu-west-1:111122223333:function:pay", "lambda", "pay"),
            ("arn:aws-cn:rds:cn-north-1:111122223333:db:orders", "rds", "orders"),
        ] {
            let arn = Arn::parse(text).unwrap();
            assert_eq!((arn.service, arn.id(), arn.to_string()), (service, id, text.to_owned()));
        }
        for text in
            ["", "arn", "i-0abc", "arn:aws:ec2", "arn:aws:ec2:r:a:", "arn::ec2:r:a:x", "xarn:aws:ec2:r:a:x"]
        {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn alarm_names_keep_their_colons() {
        assert_eq!(alarm_name("arn:aws:cloudwatch:r:1:alarm:prod: web/5xx"), "prod: web/5xx");
        assert_eq!(alarm_name("web-5xx"), "web-5xx");
        assert_eq!(alarm_name("arn:aws:sns:r:1:alarm:x"), "arn:aws:sns:r:1:alarm:x");
    }

    #[test]
    fn actions_are_said_in_words() {
        for (arn, label) in [
            ("arn:aws:sns:eu-west-1:111122223333:oncall", "sns oncall"),
            ("arn:aws:automate:eu-west-1:ec2:recover", "ec2 recover"),
            ("arn:aws:swf:us-east-1:111122223333:action/actions/AWS_EC2.InstanceId.Reboot/1.0", "ec2 reboot"),
            (
                "arn:aws:autoscaling:r:1:scalingPolicy:6f:autoScalingGroupName/web-asg:policyName/out",
                "autoscaling web-asg out",
            ),
            ("arn:aws:lambda:eu-west-1:111122223333:function:fix", "lambda fix"),
            (
                "arn:aws:ssm:eu-west-1:111122223333:opsitem:2#CATEGORY=Performance",
                "ssm opsitem:2#CATEGORY=Performance",
            ),
            ("not an arn", "not an arn"),
        ] {
            assert_eq!(action_label(arn), label);
        }
    }

    proptest! {
        #[test]
        fn what_parses_prints_back(text in "arn:[a-z-]{1,9}:[a-z0-9]{1,9}:[a-z0-9-]{0,9}:[0-9]{0,12}:\\PC{1,30}") {
            prop_assert_eq!(Arn::parse(&text).map(|a| a.to_string()), Some(text));
        }

        #[test]
        fn hostile_text_is_no_trouble(text in "\\PC{0,80}") {
            let _ = (Arn::parse(&text).map(|a| a.id().len()), alarm_name(&text), action_label(&text));
        }
    }
}
