//! Which of AWS Support's services and categories a case belongs to, by what it is about.
//!
//! AWS says to take both from support:DescribeServices and from nowhere else, since the codes change. So no code stands
//! here: each kind of thing has a part of its service's code, and what is offered decides.

use serde_json::Value as Json;

use crate::triage::pick;

/// A service with the codes of its categories, as AWS offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// `code` of the service.
    pub code: String,
    /// `code` of each category.
    pub categories: Vec<String>,
}

/// CloudFormation types by how they begin, the narrower first, with a part of the service's code.
const SERVICES: [(&str, &str); 27] = [
    ("AWS::EC2::Instance", "elastic-compute-cloud-linux"),
    ("AWS::EC2::Volume", "elastic-block-store"),
    ("AWS::EC2::Snapshot", "elastic-block-store"),
    ("AWS::EC2::Image", "elastic-compute-cloud-linux"),
    ("AWS::EC2::LaunchTemplate", "elastic-compute-cloud-linux"),
    ("AWS::EC2::", "virtual-private-cloud"),
    ("AWS::AutoScaling::", "auto-scaling"),
    ("AWS::ElasticLoadBalancing", "elastic-load-balancing"),
    ("AWS::RDS::", "relational-database-service"),
    ("AWS::DynamoDB::", "dynamodb"),
    ("AWS::ElastiCache::", "elasticache"),
    ("AWS::Lambda::", "lambda"),
    ("AWS::ECS::", "container-service"),
    ("AWS::EKS::", "eks"),
    ("AWS::S3::", "simple-storage-service"),
    ("AWS::EFS::", "elastic-file-system"),
    ("AWS::SQS::", "simple-queue-service"),
    ("AWS::SNS::", "simple-notification-service"),
    ("AWS::CloudFront::", "cloudfront"),
    ("AWS::Route53::", "route53"),
    ("AWS::ApiGateway", "api-gateway"),
    ("AWS::IAM::", "identity-and-access-management"),
    ("AWS::KMS::", "key-management"),
    ("AWS::SSM::", "systems-manager"),
    ("AWS::Backup::", "backup"),
    ("AWS::CloudTrail::", "cloudtrail"),
    ("AWS::CloudFormation::", "cloudformation"),
];

/// Categories by preference; the first is of instances alone.
const CATEGORIES: [&str; 3] = ["instance-issue", "general-guidance", "other"];

/// What support:DescribeServices answered.
pub fn offered(answer: &Json) -> Vec<Offered> {
    let service = |service: &Json| {
        let codes = pick::texts(service, "categories[].code");
        let categories = codes.into_iter().map(str::to_owned).collect();
        Some(Offered { code: service.get("code")?.as_str()?.to_owned(), categories })
    };
    pick::all(answer, "services[]").into_iter().filter_map(service).collect()
}

/// The codes of the service and the category for the first of these kinds of things that has one. None where AWS offers
/// none that fits; an alarm is about something else, and fits none.
pub fn choose(about: &[String], offered: &[Offered]) -> Option<(String, String)> {
    let service = |kind: &String| {
        let (_, part) = SERVICES.iter().find(|(begins, _)| kind.starts_with(begins))?;
        offered.iter().find(|service| service.code.contains(part) && !service.categories.is_empty())
    };
    let service = about.iter().find_map(service)?;
    let known = |wanted: &&&str| service.categories.iter().any(|code| code == **wanted);
    let category = CATEGORIES.iter().find(known).map(|code| (*code).to_owned());
    Some((service.code.clone(), category.or_else(|| service.categories.first().cloned())?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn some() -> Vec<Offered> {
        offered(&json!({"services": [
            {"code": "general-info", "name": "General", "categories": [{"code": "using-aws", "name": "Using AWS"}]},
            {"code": "amazon-elastic-compute-cloud-linux", "name": "EC2", "categories": [
                {"code": "general-guidance", "name": "g"}, {"code": "instance-issue", "name": "i"}]},
            {"code": "amazon-relational-database-service-aurora", "name": "RDS", "categories": [
                {"code": "failover", "name": "f"}, {"code": "other", "name": "o"}]},
            {"code": "amazon-virtual-private-cloud", "name": "VPC", "categories": [{"code": "routing", "name": "r"}]},
            {"code": "aws-lambda", "name": "Lambda", "categories": []},
        ]}))
    }

    #[test]
    fn the_service_is_that_of_what_the_case_is_about() {
        for (about, service, category) in [
            (&["AWS::EC2::Instance"][..], "amazon-elastic-compute-cloud-linux", "instance-issue"),
            (
                &["AWS::CloudWatch::Alarm", "AWS::RDS::DBInstance"],
                "amazon-relational-database-service-aurora",
                "other",
            ),
            (&["AWS::EC2::SecurityGroup"], "amazon-virtual-private-cloud", "routing"),
        ] {
            let about: Vec<String> = about.iter().map(|kind| (*kind).to_owned()).collect();
            assert_eq!(choose(&about, &some()), Some((service.to_owned(), category.to_owned())), "{about:?}");
        }
    }

    #[test]
    fn what_aws_does_not_offer_is_not_made_up() {
        for about in ["AWS::CloudWatch::Alarm", "AWS::Lambda::Function", "AWS::S3::Bucket", "Toban::Report"] {
            assert_eq!(choose(&[about.to_owned()], &some()), None, "{about}");
        }
        assert_eq!(choose(&["AWS::EC2::Instance".to_owned()], &[]), None);
    }
}
