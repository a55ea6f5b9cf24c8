//! What records say happened: identity, data, watching.

use super::{said::check, *};

#[test]
#[rustfmt::skip]
fn identity() {
    let none = Value::Null;
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonSSMManagedInstanceCore";
    check(vec![
        ("iam", "DetachRolePolicy", json!({"roleName": "web", "policyArn": policy}), none.clone(), "detached policy AmazonSSMManagedInstanceCore from role web"),
        ("iam", "AttachUserPolicy", json!({"userName": "bob", "policyArn": policy}), none.clone(), "attached policy AmazonSSMManagedInstanceCore to user bob"),
        ("iam", "PutRolePolicy", json!({"roleName": "web", "policyName": "s3"}), none.clone(), "put inline policy s3 on role web"),
        ("iam", "DeleteGroupPolicy", json!({"groupName": "ops", "policyName": "s3"}), none.clone(), "deleted inline policy s3 of group ops"),
        ("iam", "SetDefaultPolicyVersion", json!({"policyArn": "arn:aws:iam::111122223333:policy/app", "versionId": "v3"}), none.clone(), "made version v3 the default of policy app"),
        ("iam", "UpdateAssumeRolePolicy", json!({"roleName": "web", "policyDocument": "{}"}), none.clone(), "changed who may assume role web"),
        ("iam", "PutRolePermissionsBoundary", json!({"roleName": "web", "permissionsBoundary": "arn:aws:iam::111122223333:policy/edge"}), none.clone(), "set the permissions boundary of role web to edge"),
        ("iam", "DeleteRole", json!({"roleName": "web"}), none.clone(), "deleted role web"),
        ("iam", "RemoveRoleFromInstanceProfile", json!({"roleName": "web", "instanceProfileName": "web"}), none.clone(), "removed role web from instance profile web"),
        ("iam", "UpdateAccessKey", json!({"userName": "bob", "accessKeyId": "AKIAEXAMPLE2", "status": "Inactive"}), none.clone(), "set access key AKIAEXAMPLE2 to Inactive"),
        ("iam", "CreateAccessKey", json!({"userName": "bob"}), json!({"accessKey": {"accessKeyId": "AKIAEXAMPLE2", "userName": "bob"}}), "created access key AKIAEXAMPLE2 for user bob"),
        ("iam", "CreateLoginProfile", json!({"userName": "bob"}), none.clone(), "created a console password for user bob"),
        ("iam", "DeactivateMFADevice", json!({"userName": "bob", "serialNumber": "arn:aws:iam::111122223333:mfa/bob"}), none.clone(), "deactivated MFA of user bob"),
        ("iam", "UpdateAccountPasswordPolicy", json!({"minimumPasswordLength": 6}), none.clone(), "changed the account's password policy"),
        ("iam", "CreateOpenIDConnectProvider", json!({"url": "https://token.example.org"}), none.clone(), "created identity provider token.example.org"),
        ("sso-directory", "DisableExternalIdPConfigurationForDirectory", none.clone(), none.clone(), "disabled the external identity provider of IAM Identity Center"),
        ("sso", "CreateAccountAssignment", json!({"permissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1/ps-1", "principalId": "90677f0e", "targetId": "111122223333"}), none.clone(), "assigned permission set ps-1 on 111122223333 to 90677f0e"),
        ("sts", "AssumeRole", json!({"roleArn": "arn:aws:iam::111122223333:role/service-role/deploy", "roleSessionName": "run-1"}), none.clone(), "assumed role deploy as run-1"),
        ("sts", "GetFederationToken", json!({"name": "carol"}), none.clone(), "fetched credentials for federated user carol"),
        ("rolesanywhere", "CreateTrustAnchor", json!({"name": "outside"}), none.clone(), "created trust anchor outside"),
        ("organizations", "AttachPolicy", json!({"policyId": "p-abc", "targetId": "ou-1"}), none.clone(), "attached policy p-abc to ou-1"),
        ("organizations", "CloseAccount", json!({"accountId": "444455556666"}), none.clone(), "closed account 444455556666"),
        ("account", "DisableRegion", json!({"RegionName": "ap-east-1"}), none.clone(), "disabled Region ap-east-1"),
    ]);
}

#[test]
fn sign_ins_say_how_they_went() {
    let sign_in = |over: Value| {
        let mut fields = json!({"eventType": "AwsConsoleSignIn"});
        fields.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
        let event = read(&record("signin", "ConsoleLogin", fields));
        (english(&event), event.error)
    };
    let ok =
        json!({"responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "Yes"}});
    assert_eq!(sign_in(ok), ("signed in to the console".into(), None));
    let bare =
        json!({"responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"}});
    assert_eq!(sign_in(bare).0, "signed in to the console without MFA");
    // A role's session was authenticated elsewhere: "No" says nothing.
    let role = json!({"userIdentity": {"type": "AssumedRole"}, "responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"}});
    assert_eq!(sign_in(role).0, "signed in to the console");
    let failed =
        json!({"errorMessage": "Failed authentication", "responseElements": {"ConsoleLogin": "Failure"}});
    assert_eq!(
        sign_in(failed),
        (
            "failed to sign in to the console: Failed authentication".into(),
            Some("Failed authentication".into())
        )
    );
    let silent = json!({"responseElements": {"ConsoleLogin": "Failure"}});
    assert_eq!(sign_in(silent).1.as_deref(), Some("Failure"));
}

#[test]
#[rustfmt::skip]
fn data() {
    let none = Value::Null;
    let bucket = json!({"bucketName": "assets"});
    let key = json!({"keyId": "arn:aws:kms:eu-west-1:111122223333:key/1234"});
    let db = |more: Value| { let mut all = json!({"dBInstanceIdentifier": "orders"}); all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone()); all };
    check(vec![
        ("s3", "PutBucketPolicy", bucket.clone(), none.clone(), "put a policy on bucket assets"),
        ("s3", "DeleteBucketPublicAccessBlock", bucket.clone(), none.clone(), "removed block public access of bucket assets"),
        ("s3", "PutAccountPublicAccessBlock", none.clone(), none.clone(), "changed block public access of the whole account"),
        ("s3", "PutBucketVersioning", json!({"bucketName": "assets", "VersioningConfiguration": {"Status": "Suspended"}}), none.clone(), "suspended versioning of bucket assets"),
        ("s3", "PutBucketVersioning", bucket.clone(), none.clone(), "changed versioning of bucket assets"),
        ("s3", "DeleteBucket", bucket, none.clone(), "deleted bucket assets"),
        ("rds", "ModifyDBInstance", db(json!({"dBInstanceClass": "db.t3.micro", "masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS"})), none.clone(), "changed DB instance orders: dBInstanceClass=db.t3.micro, masterUserPassword"),
        ("rds", "ModifyDBInstance", db(json!({"backupRetentionPeriod": 0})), none.clone(), "disabled automated backups of DB instance orders"),
        ("rds", "DeleteDBInstance", db(json!({"skipFinalSnapshot": true})), none.clone(), "deleted DB instance orders without a final snapshot"),
        ("rds", "FailoverDBCluster", json!({"dBClusterIdentifier": "shop", "targetDBInstanceIdentifier": "shop-2"}), none.clone(), "failed over DB cluster shop to shop-2"),
        ("rds", "ModifyDBParameterGroup", json!({"dBParameterGroupName": "pg", "parameters": [{"parameterName": "max_connections"}]}), none.clone(), "changed max_connections in parameter group pg"),
        ("rds", "ModifyDBSnapshotAttribute", json!({"dBSnapshotIdentifier": "s1", "attributeName": "restore", "valuesToAdd": ["444455556666"]}), none.clone(), "shared DB snapshot s1 with 444455556666"),
        ("rds", "RebootDBInstance", db(json!({})), json!({"engine": "docdb"}), "rebooted DB instance orders"),
        ("dynamodb", "UpdateTable", json!({"tableName": "orders", "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 1}}), none.clone(), "set capacity of table orders to 5 read, 1 write"),
        ("dynamodb", "UpdateContinuousBackups", json!({"tableName": "orders", "pointInTimeRecoverySpecification": {"pointInTimeRecoveryEnabled": false}}), none.clone(), "set point-in-time recovery of table orders to false"),
        ("elasticfilesystem", "DeleteMountTarget", json!({"mountTargetId": "fsmt-0123456789abcdef0"}), none.clone(), "deleted EFS MountTarget fsmt-0123456789abcdef0"),
        ("elasticache", "RebootCacheCluster", json!({"cacheClusterId": "c-001"}), none.clone(), "rebooted cache c-001"),
        ("secretsmanager", "RotateSecret", json!({"secretId": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3"}), none.clone(), "started rotating secret prod/db"),
        ("ssm", "PutParameter", json!({"name": "/prod/url"}), none.clone(), "put a new value into parameter /prod/url"),
        ("sqs", "PurgeQueue", json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"}), none.clone(), "purged queue jobs"),
        ("sns", "DeleteTopic", json!({"topicArn": "arn:aws:sns:eu-west-1:111122223333:oncall"}), none.clone(), "deleted topic oncall"),
        ("ec2", "ModifySnapshotAttribute", json!({"snapshotId": "snap-0123456789abcdef0", "createVolumePermission": {"add": {"items": [{"group": "all"}]}}}), none.clone(), "shared snap-0123456789abcdef0 with all"),
        ("backup", "DeleteRecoveryPoint", json!({"backupVaultName": "Default", "recoveryPointArn": "arn:aws:backup:eu-west-1:111122223333:recovery-point:1EB3"}), none.clone(), "deleted recovery point 1EB3"),
        ("backup", "UpdateBackupPlan", json!({"backupPlanId": "8f"}), none.clone(), "changed backup plan 8f"),
        ("dlm", "DeleteLifecyclePolicy", json!({"policyId": "policy-0123456789abcdef0"}), none.clone(), "deleted DLM LifecyclePolicy policy-0123456789abcdef0"),
        ("kms", "DisableKey", key.clone(), none.clone(), "disabled key 1234"),
        ("kms", "ScheduleKeyDeletion", json!({"keyId": "1234", "pendingWindowInDays": 7}), none.clone(), "scheduled key 1234 for deletion in 7 days"),
        ("kms", "PutKeyPolicy", key, none.clone(), "put a policy on key 1234"),
        ("kms", "UpdateAlias", json!({"aliasName": "alias/app", "targetKeyId": "1234"}), none.clone(), "moved alias/app to key 1234"),
        ("ec2", "DisableEbsEncryptionByDefault", none.clone(), none, "disabled EBS encryption by default"),
    ]);
}

#[test]
#[rustfmt::skip]
fn watching() {
    let none = Value::Null;
    check(vec![
        ("cloudtrail", "StopLogging", json!({"name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"}), none.clone(), "stopped logging of trail main"),
        ("cloudtrail", "PutEventSelectors", json!({"trailName": "main"}), none.clone(), "changed which events trail main records"),
        ("ec2", "DeleteFlowLogs", json!({"DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": "fl-0123456789abcdef0"}}}), none.clone(), "deleted flow logs fl-0123456789abcdef0"),
        ("logs", "PutRetentionPolicy", json!({"logGroupName": "/app", "retentionInDays": 1}), none.clone(), "set retention of log group /app to 1 days"),
        ("logs", "DeleteMetricFilter", json!({"logGroupName": "/app", "filterName": "errors"}), none.clone(), "deleted metric filter errors of log group /app"),
        ("monitoring", "DeleteAlarms", json!({"alarmNames": ["web-5xx", "web-cpu"]}), none.clone(), "deleted alarm web-5xx and 1 more"),
        ("monitoring", "DisableAlarmActions", json!({"alarmNames": ["web-5xx"]}), none.clone(), "disabled actions of alarm web-5xx"),
        ("monitoring", "SetAlarmState", json!({"alarmName": "web-5xx", "stateValue": "OK"}), none.clone(), "set alarm web-5xx to OK by hand"),
        ("monitoring", "PutAlarmMuteRule", json!({"name": "night"}), none.clone(), "created or changed alarm mute rule night"),
        ("config", "StopConfigurationRecorder", json!({"configurationRecorderName": "default"}), none.clone(), "stopped configuration recorder default"),
        ("guardduty", "DeleteDetector", json!({"detectorId": "d1"}), none.clone(), "deleted detector d1"),
        ("securityhub", "DisableSecurityHub", none.clone(), none.clone(), "disabled Security Hub"),
        ("inspector2", "Disable", none.clone(), none.clone(), "disabled Inspector"),
        ("macie2", "DisableMacie", none.clone(), none.clone(), "disabled Macie"),
        ("access-analyzer", "DeleteAnalyzer", json!({"analyzerName": "outside"}), none.clone(), "deleted analyzer outside"),
        ("events", "DisableRule", json!({"name": "nightly", "eventBusName": "shop"}), none.clone(), "disabled event rule shop/nightly"),
        ("events", "RemoveTargets", json!({"rule": "nightly", "ids": ["1", "2"]}), none.clone(), "removed targets 1 and 1 more from event rule nightly"),
        ("route53resolver", "DeleteResolverQueryLogConfig", json!({"resolverQueryLogConfigId": "rqlc-1"}), none, "deleted resolver query logging rqlc-1"),
    ]);
}
