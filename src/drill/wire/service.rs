//! The services there are: by which names requests mean them, and what their protocols need to know of them.
//!
//! This module must never know a service's operations.

/// The API version of classic load balancers, whose signing name is that of the others. There are none.
pub(super) const CLASSIC_ELB: &str = "2012-06-01";

/// The services of the drill account, as their IAM prefixes and `--fault` name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    /// Elastic Compute Cloud.
    Ec2,
    /// CloudWatch (whose signing name is `monitoring`).
    CloudWatch,
    /// Security Token Service.
    Sts,
    /// Identity and Access Management.
    Iam,
    /// CloudTrail.
    CloudTrail,
    /// Systems Manager.
    Ssm,
    /// AWS Backup.
    Backup,
    /// Data Lifecycle Manager.
    Dlm,
    /// Elastic Load Balancing: application, network and gateway load balancers.
    Elb,
    /// EC2 Auto Scaling.
    AutoScaling,
    /// Relational Database Service.
    Rds,
    /// Lambda.
    Lambda,
    /// CloudWatch Logs.
    Logs,
    /// AWS Health.
    Health,
    /// AWS Support.
    Support,
}

impl Service {
    /// The IAM prefix.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::CloudWatch => "cloudwatch",
            Self::Sts => "sts",
            Self::Iam => "iam",
            Self::CloudTrail => "cloudtrail",
            Self::Ssm => "ssm",
            Self::Backup => "backup",
            Self::Dlm => "dlm",
            Self::Elb => "elasticloadbalancing",
            Self::AutoScaling => "autoscaling",
            Self::Rds => "rds",
            Self::Lambda => "lambda",
            Self::Logs => "logs",
            Self::Health => "health",
            Self::Support => "support",
        }
    }

    /// Whether it speaks awsJson only, in which no permission is status 400 like any other error of the caller's.
    pub(crate) const fn json_only(self) -> bool {
        matches!(self, Self::CloudTrail | Self::Ssm | Self::Logs | Self::Health | Self::Support)
    }

    /// Whether its operations are found by method and path.
    pub(crate) const fn is_rest(self) -> bool {
        matches!(self, Self::Backup | Self::Dlm | Self::Lambda)
    }

    /// The namespace of its XML.
    pub(super) const fn namespace(self) -> &'static str {
        match self {
            Self::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
            Self::CloudWatch => "http://monitoring.amazonaws.com/doc/2010-08-01/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Elb => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            Self::AutoScaling => "http://autoscaling.amazonaws.com/doc/2011-01-01/",
            Self::Rds => "http://rds.amazonaws.com/doc/2014-10-31/",
            // These never speak XML.
            Self::CloudTrail
            | Self::Ssm
            | Self::Backup
            | Self::Dlm
            | Self::Lambda
            | Self::Logs
            | Self::Health
            | Self::Support => "",
        }
    }

    /// By signing name or first label of a host.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "ec2" => Self::Ec2,
            "monitoring" | "cloudwatch" => Self::CloudWatch,
            "sts" => Self::Sts,
            "iam" => Self::Iam,
            "cloudtrail" => Self::CloudTrail,
            "ssm" => Self::Ssm,
            "backup" => Self::Backup,
            "dlm" => Self::Dlm,
            "elasticloadbalancing" => Self::Elb,
            "autoscaling" => Self::AutoScaling,
            "rds" => Self::Rds,
            "lambda" => Self::Lambda,
            "logs" => Self::Logs,
            "health" => Self::Health,
            "support" => Self::Support,
            _ => return None,
        })
    }

    /// By the API version that every query request carries.
    pub(super) fn by_version(version: &str) -> Option<Self> {
        Some(match version {
            "2016-11-15" => Self::Ec2,
            "2010-08-01" => Self::CloudWatch,
            "2011-06-15" => Self::Sts,
            "2010-05-08" => Self::Iam,
            "2015-12-01" => Self::Elb,
            "2011-01-01" => Self::AutoScaling,
            "2014-10-31" => Self::Rds,
            _ => return None,
        })
    }
}
