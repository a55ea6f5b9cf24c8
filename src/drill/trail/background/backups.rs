//! Backups: what AWS Backup does for each of the world's jobs, and the vault's key that it uses for that.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::super::{
    DAY,
    caller::{self, Agent, Caller},
    event::{Call, Kind},
    session,
};
use crate::drill::{
    trail::pen::Pen,
    world::backup::{Target, job::Job},
};

const SERVICE: &str = "backup";

/// The jobs of the world, as the trail has them: whoever reads both finds the same ids at the same times.
pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let Some(region) = world.regions.first() else { return };
    // As they are a day later, when what was begun is over.
    let Ok(later) = Timestamp::from_second(pen.to + DAY) else { return };
    for job in world.backups.jobs(region, later).iter().rev() {
        if pen.near(job.created.as_second()) {
            one(pen, job);
        }
    }
}

fn one(pen: &mut Pen<'_>, job: &Job<'_>) {
    let role = ("/service-role/", "AWSBackupDefaultServiceRole");
    let (target, at) = (&job.course.target, job.started.as_second());
    let agent = Agent::Service(caller::domain(SERVICE));
    let who = session::service(pen, SERVICE, role, "AWSBackup-AWSBackupDefaultServiceRole", at, agent);
    told(pen, "backup:BackupJobStarted", job, "RUNNING", at);
    // What fails is refused before anything is made of it.
    if let Some(point) = pen.world.backups.job_point(job) {
        let id = |arn: &str| arn.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        let (source, made) = (id(&target.arn), id(&point));
        match target.kind.as_str() {
            "EC2" => image(pen, &who, target, &job.id, (&source, &made), at),
            "EBS" => {
                grant(pen, &who, &source, at + 3);
                let call = Call::new("ec2:CreateSnapshot")
                    .request(&json!({
                        "volumeId": source,
                        "description": "This snapshot is created by the AWS Backup service.",
                    }))
                    .response(&json!({ "snapshotId": made, "volumeId": source, "status": "pending" }))
                    .on("AWS::EC2::Volume", source)
                    .on("AWS::EC2::Snapshot", made);
                pen.write(at + 4, &who, call);
            }
            "RDS" => {
                let snapshot = format!("awsbackup:{made}");
                let call = Call::new("rds:CreateDBSnapshot")
                    .request(&json!({ "dBInstanceIdentifier": source, "dBSnapshotIdentifier": snapshot }))
                    .on("AWS::RDS::DBInstance", source)
                    .on("AWS::RDS::DBSnapshot", snapshot);
                pen.write(at + 3, &who, call);
            }
            _ => {}
        }
    }
    if job.is_over() {
        told(pen, "backup:BackupJobCompleted", job, job.state, job.ends.as_second());
    }
}

/// Of an instance an image is made, and tagged with what it is of.
fn image(
    pen: &mut Pen<'_>,
    who: &Arc<Caller>,
    target: &Target,
    job: &str,
    (instance, image): (&str, &str),
    at: i64,
) {
    let name = format!("AwsBackup_{instance}_{job}");
    let call = Call::new("ec2:CreateImage")
        .request(&json!({ "instanceId": instance, "name": name, "noReboot": true }))
        .response(&json!({ "imageId": image }))
        .on("AWS::EC2::Instance", instance)
        .on("AWS::EC2::Ami", image);
    pen.write(at + 4, who, call);
    for volume in target.volumes.iter().filter_map(|at| pen.world.volumes.get(*at)) {
        grant(pen, who, &volume.id, at + 5);
    }
    let source = json!({ "key": "aws:backup:source-resource", "value": format!("{instance}:{job}") });
    let call = Call::new("ec2:CreateTags")
        .request(&json!({
            "resourcesSet": { "items": [{ "resourceId": image }] },
            "tagSet": { "items": [source] },
        }))
        .done()
        .on("AWS::EC2::Ami", image);
    pen.write(at + 9, who, call);
}

/// What AWS Backup says of a job by itself.
fn told(pen: &mut Pen<'_>, what: &'static str, job: &Job<'_>, state: &str, at: i64) {
    let target = &job.course.target;
    let details = json!({
        "backupJobId": job.id,
        "backupVaultName": pen.world.backups.vault_of(job.course).map_or("", |vault| vault.file.name.as_str()),
        "resourceArn": target.arn,
        "resourceType": target.kind,
        "state": state,
        "statusMessage": job.message.filter(|_| state == job.state),
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
