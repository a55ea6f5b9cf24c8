//! What AWS Backup's answers are about: its words for types, and the resource that an ARN names.

use std::borrow::Cow;

use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    rows::shared::{Shared, shared},
    scope::ScopeId,
    text::sanitise::clean,
    triage::kinds,
};

/// The CloudFormation type name of an EBS volume.
pub(super) const VOLUME: &str = "AWS::EC2::Volume";
/// The CloudFormation type name of a vault.
pub(super) const VAULT: &str = "AWS::Backup::BackupVault";

/// AWS Backup's words for types, and CloudFormation's.
#[rustfmt::skip]
static TYPES: &[(&str, &str)] = &[
    ("EC2", EC2_INSTANCE),
    ("EBS", VOLUME),
    ("RDS", "AWS::RDS::DBInstance"),
    ("Aurora", "AWS::RDS::DBCluster"),
    ("DocumentDB", "AWS::DocDB::DBCluster"),
    ("Neptune", "AWS::Neptune::DBCluster"),
    ("DynamoDB", "AWS::DynamoDB::Table"),
    ("EFS", "AWS::EFS::FileSystem"),
    ("FSx", "AWS::FSx::FileSystem"),
    ("S3", "AWS::S3::Bucket"),
    ("Redshift", "AWS::Redshift::Cluster"),
    ("Redshift Serverless", "AWS::RedshiftServerless::Namespace"),
    ("Timestream", "AWS::Timestream::Table"),
    ("CloudFormation", "AWS::CloudFormation::Stack"),
    ("EKS", "AWS::EKS::Cluster"),
    ("SAP HANA on Amazon EC2", "AWS::SystemsManagerSAP::Application"),
    // These two are in AWS Backup's own namespaces and have no type in CloudFormation.
    ("Storage Gateway", "AWS::StorageGateway::Volume"),
    ("VirtualMachine", "AWS::BackupGateway::VirtualMachine"),
];

/// Types whose ARNs look like RDS's.
const LIKE_RDS: [&str; 2] = ["DocumentDB", "Neptune"];

/// What a job, a recovery point or a protected resource is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Who {
    /// What it is grouped by: the id of an instance or volume, else the ARN; the vault, when there is none.
    pub key: String,
    /// As AWS wrote it; none when no resource is named.
    pub arn: Option<String>,
    /// AWS Backup's word for the type.
    pub service: Shared,
    /// `ResourceName`.
    pub name: String,
    /// The vault that names it.
    pub vault: Shared,
}

impl Who {
    /// From the fields that AWS gave, as they came.
    pub(super) fn new(
        arn: Option<&str>,
        service: Option<&str>,
        name: Option<&str>,
        vault: Option<&str>,
    ) -> Self {
        let text = |text: Option<&str>| text.map(clean).unwrap_or_default();
        let arn = Some(text(arn)).filter(|arn| !arn.is_empty());
        let vault = text(vault);
        let named = arn.as_deref().and_then(|arn| kinds::of_arn(arn, ScopeId(0)));
        let service = match (text(service), &named) {
            (service, Some(named)) if service.is_empty() => {
                let known = TYPES.iter().find(|(_, kind)| *kind == named.kind);
                known.map_or_else(|| named.short_kind(), |(service, _)| (*service).to_owned())
            }
            (service, _) => service,
        };
        let key = match (&arn, named) {
            (_, Some(named)) if [EC2_INSTANCE, VOLUME].contains(&named.kind.as_ref()) => named.id,
            (Some(arn), _) => arn.clone(),
            (None, _) => format!("backup-vault:{vault}"),
        };
        Self { key, arn, service: shared(&service), name: text(name), vault: shared(&vault) }
    }

    /// The resource; the vault, when none is named.
    pub(super) fn resource(&self, scope: ScopeId) -> ResourceRef {
        let Some(arn) = &self.arn else { return ResourceRef::new(scope, VAULT, self.vault.as_str()) };
        let word = TYPES.iter().find(|(service, _)| service.eq_ignore_ascii_case(&self.service));
        let Some(named) = kinds::of_arn(arn, scope) else {
            let kind =
                word.map_or_else(|| Cow::Owned(format!("AWS::{}", self.service)), |(_, k)| Cow::Borrowed(*k));
            return ResourceRef::new(scope, kind, arn.clone());
        };
        match word {
            Some((service, kind)) if LIKE_RDS.contains(service) || kinds::kind(&named.kind).is_none() => {
                ResourceRef { kind: Cow::Borrowed(kind), ..named }
            }
            _ => named,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_told_from_its_arn_and_aws_backup_s_word() {
        for (arn, service, key, kind, id) in [
            (
                "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
                "EC2",
                "i-0123456789abcdef0",
                "AWS::EC2::Instance",
                "i-0123456789abcdef0",
            ),
            (
                "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0123456789abcdef0",
                "",
                "vol-0123456789abcdef0",
                "AWS::EC2::Volume",
                "vol-0123456789abcdef0",
            ),
            (
                "arn:aws:rds:eu-west-1:111122223333:cluster:docs",
                "DocumentDB",
                "arn:aws:rds:eu-west-1:111122223333:cluster:docs",
                "AWS::DocDB::DBCluster",
                "docs",
            ),
            (
                "arn:aws:rds:eu-west-1:111122223333:db:orders",
                "RDS",
                "arn:aws:rds:eu-west-1:111122223333:db:orders",
                "AWS::RDS::DBInstance",
                "orders",
            ),
            (
                "arn:aws:fsx:eu-west-1:111122223333:file-system/fs-1",
                "FSx",
                "arn:aws:fsx:eu-west-1:111122223333:file-system/fs-1",
                "AWS::FSx::FileSystem",
                "fs-1",
            ),
            (
                "arn:aws:quux:eu-west-1:111122223333:thing/a",
                "Quux",
                "arn:aws:quux:eu-west-1:111122223333:thing/a",
                "AWS::quux",
                "a",
            ),
            ("no arn \u{1b}[31mat all", "Quux", "no arn at all", "AWS::Quux", "no arn at all"),
        ] {
            let who = Who::new(Some(arn), Some(service), None, Some("Default"));
            let resource = who.resource(ScopeId(0));
            assert_eq!(
                (who.key.as_str(), resource.kind.as_ref(), resource.id.as_str()),
                (key, kind, id),
                "{arn}"
            );
        }
        assert_eq!(Who::new(Some("arn:aws:ec2:r:1:volume/vol-1"), None, None, None).service, "EBS");
    }

    #[test]
    fn what_names_no_resource_stands_under_its_vault() {
        let who = Who::new(None, None, None, Some("Default"));
        assert_eq!((who.key.as_str(), who.arn.as_deref()), ("backup-vault:Default", None));
        let vault = who.resource(ScopeId(0));
        assert_eq!((vault.kind.as_ref(), vault.id.as_str()), (VAULT, "Default"));
    }
}
