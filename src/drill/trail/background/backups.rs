//! The nightly backups: AWS Backup takes snapshots of what is tagged for it, and uses the vault's key for them.

use std::sync::Arc;

use serde_json::json;

use super::super::{
    caller::{self, Agent},
    event::{Call, Kind},
    session,
};
use crate::drill::{trail::pen::Pen, world::instance::Instance};

/// The second of our day (which starts at 22:00 UTC) at which the plan runs: 02:00 UTC.
const STARTS: i64 = 4 * 3600;

const SERVICE: &str = "backup";

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let role = ("/service-role/", "AWSBackupDefaultServiceRole");
    let tagged = |i: &&Instance| i.tag("Backup") == Some("daily");
    for instance in world.instances.iter().filter(tagged) {
        let at = pen.from + STARTS + pen.dice.span(0, 1500);
        let agent = Agent::Service(caller::domain(SERVICE));
        let who = session::service(pen, SERVICE, role, "AWSBackup-AWSBackupDefaultServiceRole", at, agent);
        let job = pen.uuid().to_uppercase();
        told(pen, "backup:BackupJobStarted", &job, &instance.id, at);
        let image = pen.fresh("ami");
        let name = format!("AwsBackup_{}_{job}", instance.id);
        let call = Call::new("ec2:CreateImage")
            .request(&json!({ "instanceId": instance.id, "name": name, "noReboot": true }))
            .response(&json!({ "imageId": image }))
            .on("AWS::EC2::Instance", instance.id.clone())
            .on("AWS::EC2::Ami", image.clone());
        pen.write(at + 4, &who, call);
        for (volume, _) in &instance.volumes {
            grant(pen, &who, volume, at + 5);
        }
        let source =
            json!({ "key": "aws:backup:source-resource", "value": format!("{}:{job}", instance.id) });
        let call = Call::new("ec2:CreateTags")
            .request(&json!({
                "resourcesSet": { "items": [{ "resourceId": image }] },
                "tagSet": { "items": [source] },
            }))
            .done()
            .on("AWS::EC2::Ami", image);
        pen.write(at + 9, &who, call);
        told(pen, "backup:BackupJobCompleted", &job, &instance.id, at + 1700);
    }
    let at = pen.from + STARTS + pen.dice.span(0, 900);
    let agent = Agent::Service(caller::domain(SERVICE));
    let who = session::service(pen, SERVICE, role, "AWSBackup-AWSBackupDefaultServiceRole", at, agent);
    let job = pen.uuid().to_lowercase();
    let call = Call::new("rds:CreateDBSnapshot")
        .request(&json!({ "dBInstanceIdentifier": "shop-main", "dBSnapshotIdentifier": format!("awsbackup:job-{job}") }))
        .on("AWS::RDS::DBInstance", "shop-main")
        .on("AWS::RDS::DBSnapshot", format!("awsbackup:job-{job}"));
    pen.write(at + 3, &who, call);
}

/// What AWS Backup says of a job by itself.
fn told(pen: &mut Pen<'_>, what: &'static str, job: &str, instance: &str, at: i64) {
    let region = pen.world.regions.first().map_or("", String::as_str);
    let details = json!({
        "backupJobId": job,
        "backupVaultName": "prod-vault",
        "resourceArn": format!("arn:aws:ec2:{region}:{}:instance/{instance}", pen.world.account),
        "resourceType": "EC2",
        "state": if what.ends_with("Started") { "RUNNING" } else { "COMPLETED" },
    });
    let call = Call::new(what).kind(Kind::ServiceEvent).with("serviceEventDetails", &details);
    pen.write(at, &Arc::new(caller::service(SERVICE)), call);
}

/// EBS may use the key for as long as a snapshot is made.
fn grant(pen: &mut Pen<'_>, who: &Arc<caller::Caller>, volume: &str, at: i64) {
    let region = pen.world.regions.first().map_or("", String::as_str);
    let key = format!("arn:aws:kms:{region}:{}:key/3c0a1f68-9f0b-4b21-8f3d-5a7e1c2d9b44", pen.world.account);
    let id = pen.fresh("g").replace("g-", "") + &pen.uuid().replace('-', "");
    let call = Call::new("kms:CreateGrant")
        .request(&json!({
            "keyId": key,
            "granteePrincipal": format!("ec2.{region}.amazonaws.com"),
            "operations": ["Decrypt", "GenerateDataKeyWithoutPlaintext"],
            "constraints": { "encryptionContextSubset": { "aws:ebs:id": volume } },
        }))
        .response(&json!({ "grantId": id, "keyId": key }))
        .on_arn("AWS::KMS::Key", key);
    pen.write(at, who, call);
}
