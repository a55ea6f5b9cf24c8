//! What instances do by themselves with the role of their profile: the SSM agent reports, and the shop reads its secrets.

use serde_json::json;

use super::super::{caller::Agent, event::Call, session};
use crate::drill::{
    trail::pen::Pen,
    world::{World, instance::Instance},
};

/// How often EC2 renews an instance's credentials.
const RENEWAL: i64 = 6 * 3600;

/// How often an agent reports; the real one's five minutes are thinned out, so that a page is not all of it.
const REPORT: i64 = 2 * 3600;

/// The endpoint that private subnets reach SSM by.
const ENDPOINT: &str = "vpce-0b7f21c4e9d80a356";

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let region = world.regions.first().map_or("", String::as_str);
    for (number, instance) in (0_i64..).zip(pen.running(region, pen.from)) {
        for at in pen.every(RENEWAL, number * 137) {
            let Some(agent) = session::instance(pen, instance, at, Agent::Ssm) else { continue };
            for n in 0..RENEWAL / REPORT {
                let at = at + 60 + n * REPORT + pen.dice.span(0, 40);
                if pen.alive(instance, at) {
                    pen.write(at, &agent, report(world, instance));
                }
            }
            if pen.dice.chance(0.25) && pen.alive(instance, at + 900) {
                inventory(pen, instance, &agent, at + 900);
            }
        }
        if matches!(instance.fleet.as_str(), "api" | "orders-db") {
            secrets(pen, instance);
        }
    }
}

fn report(world: &World, instance: &Instance) -> Call {
    let image = world.images.get(instance.image);
    Call::new("ssm:UpdateInstanceInformation")
        .request(&json!({
            "instanceId": instance.id,
            "agentVersion": "3.3.3050.0",
            "agentStatus": "Active",
            "platformType": if image.is_some_and(|image| image.platform.is_some()) { "Windows" } else { "Linux" },
            "platformName": "Amazon Linux",
            "platformVersion": "2023",
            "iPAddress": instance.private_ip,
            "agentName": "amazon-ssm-agent",
        }))
        .with("vpcEndpointId", &json!(ENDPOINT))
}

/// Once a day: the state of associations, and the inventory.
fn inventory(
    pen: &mut Pen<'_>,
    instance: &Instance,
    agent: &std::sync::Arc<super::super::caller::Caller>,
    at: i64,
) {
    let association = "4b1f0c1e-6f0a-4a57-9d2c-7c51d3f0a8b2";
    pen.read(at, agent, "ssm:ListInstanceAssociations", &json!({ "instanceId": instance.id }).to_string());
    let status = json!({ "executionStatus": "Success", "executionDate": at, "outputUrl": {} });
    let call = Call::new("ssm:UpdateInstanceAssociationStatus").request(
        &json!({ "instanceId": instance.id, "associationId": association, "executionResult": status }),
    );
    pen.write(at + 3, agent, call);
    let items = json!([{ "typeName": "AWS:Application", "schemaVersion": "1.1" }]);
    pen.write(
        at + 8,
        agent,
        Call::new("ssm:PutInventory").request(&json!({ "instanceId": instance.id, "items": items })),
    );
    let compliance = json!({
        "resourceId": instance.id,
        "resourceType": "ManagedInstance",
        "complianceType": "Association",
        "executionSummary": { "executionTime": at },
    });
    pen.write(at + 9, agent, Call::new("ssm:PutComplianceItems").request(&compliance));
}

/// The application reads the password of its database when it opens connections anew.
fn secrets(pen: &mut Pen<'_>, instance: &Instance) {
    let (region, account) =
        (pen.world.regions.first().map_or("", String::as_str), pen.world.account.as_str());
    let secret = format!("arn:aws:secretsmanager:{region}:{account}:secret:shop/prod/db-a1B2c3");
    let key = format!("arn:aws:kms:{region}:{account}:key/8f1c7d52-3f0e-4c7b-9a53-2b6f0f4c9d10");
    for at in pen.around_the_clock(3.0) {
        if !pen.alive(instance, at) {
            continue;
        }
        let Some(who) = session::instance(pen, instance, at - 2, Agent::Java) else { continue };
        let call = Call::new("secretsmanager:GetSecretValue")
            .request(&json!({ "secretId": "shop/prod/db" }))
            .on("AWS::SecretsManager::Secret", "shop/prod/db");
        pen.write(at, &who, call);
        let context =
            json!({ "SecretARN": secret, "SecretVersionId": "6e5d8d5c-2b9e-4d0f-8a41-0f6a8f0f2c11" });
        let call = Call::new("kms:Decrypt")
            .request(&json!({ "encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT" }))
            .on_arn("AWS::KMS::Key", key.clone());
        pen.write(at, &who, call);
    }
}
