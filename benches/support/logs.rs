//! A gigabyte of CloudTrail log files, and how long `toban triage --trail` takes over it.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{median, report};

const FILES: u64 = 40;
const BYTES: u64 = 1 << 30;
/// The cause: a rule of the group that the instance uses is taken away, once.
const CAUSE: u64 = 600_001;

/// Records of 1 to 3 KB, one in a hundred about the instance, and the cause.
fn record(n: u64) -> String {
    let pair = |i| format!(r#"{{"key":"Name-{i}","value":"web-{}"}},"#, n * 31 % 997);
    let bulk = (0..n % 12).map(pair).collect::<Vec<_>>().concat();
    let (name, read_only) = match n {
        CAUSE => ("RevokeSecurityGroupIngress", false),
        n if n % 50 == 0 => ("CreateTags", false),
        _ => ("DescribeInstances", true),
    };
    let about = match n {
        CAUSE => r#""groupId":"sg-0aaa11111""#.to_owned(),
        n if n % 100 == 0 => r#""instanceId":"i-0abc12345""#.to_owned(),
        n => format!(r#""instanceId":"i-{n:017x}""#),
    };
    let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
    format!(
        concat!(
            r#"{{"eventVersion":"1.11","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE{n}:s","#,
            r#""arn":"arn:aws:sts::123456789012:assumed-role/deploy/s-{n}","accountId":"123456789012","#,
            r#""accessKeyId":"ASIAEXAMPLE{n}","sessionContext":{{"sessionIssuer":{{"type":"Role","#,
            r#""principalId":"AROAEXAMPLE","arn":"arn:aws:iam::123456789012:role/deploy","userName":"deploy"}},"#,
            r#""attributes":{{"creationDate":"2026-05-01T00:00:00Z","mfaAuthenticated":"false"}}}}}},"#,
            r#""eventTime":"2026-05-01T{hour:02}:{minute:02}:{second:02}Z","eventSource":"ec2.amazonaws.com","#,
            r#""eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","#,
            r#""userAgent":"aws-cli/2.17 \"quoted\"","requestParameters":{{{about},"filterSet":{{"items":[{bulk}"#,
            r#"{{"name":"end"}}]}},"maxResults":{n}}},"responseElements":null,"#,
            r#""eventID":"00000000-0000-4000-8000-{n:012}","readOnly":{read_only},"eventType":"AwsApiCall","#,
            r#""managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management","#,
            r#""tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256"}}}}"#
        ),
        n = n,
        name = name,
        read_only = read_only,
        about = about,
        bulk = bulk,
        hour = hour,
        minute = minute,
        second = second
    )
}

fn write(folder: &Path) -> u64 {
    let (mut n, mut all) = (0, 0);
    for file in 0..FILES {
        let mut out = BufWriter::new(File::create(folder.join(format!("{file:03}.json"))).unwrap());
        let mut written = 0;
        out.write_all(b"{\"Records\":[").unwrap();
        loop {
            let record = record(n);
            n += 1;
            out.write_all(record.as_bytes()).unwrap();
            written += record.len() as u64 + 1;
            if written > BYTES / FILES {
                break;
            }
            out.write_all(b",").unwrap();
        }
        out.write_all(b"]}").unwrap();
        all += written;
    }
    assert!(n > CAUSE, "the cause was written");
    all
}

/// Time and peak memory over a gigabyte.
pub(crate) fn logs() {
    let work = tempfile::tempdir().unwrap();
    let trail = work.path().join("logs");
    fs::create_dir(&trail).unwrap();
    let bytes = write(&trail);
    let context = work.path().join("context.json");
    let facts = r#"{"account": "123456789012", "region": "eu-west-1", "at": "2026-05-02T00:00:00Z",
        "alarm": {"namespace": "AWS/ApplicationELB", "metric": "UnHealthyHostCount", "state": "ALARM"},
        "resources": [{"type": "AWS::EC2::Instance", "id": "i-0abc12345"}],
        "related": [{"type": "AWS::EC2::SecurityGroup", "id": "sg-0aaa11111", "via": "attached"}]}"#;
    fs::write(&context, facts).unwrap();
    let (mut times, mut peak) = (Vec::new(), 0.0_f64);
    for _ in 0..3 {
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_toban"))
            .args(["triage", "--output", "json", "--context"])
            .arg(&context)
            .arg("--trail")
            .arg(&trail)
            .env("HOME", work.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // The answer is small: it waits in the pipe until the end.
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(resident_mb(child.id()));
            std::thread::sleep(Duration::from_millis(20));
        }
        times.push(started.elapsed().as_secs_f64());
        let answer: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
        assert_eq!(answer["suspects"][0]["event"]["name"], "RevokeSecurityGroupIngress");
    }
    let seconds = median(times);
    #[expect(clippy::cast_precision_loss, reason = "a gigabyte")]
    let rate = bytes as f64 / seconds / 1e6;
    report(
        "`toban triage --trail` over 1 GB of log files · memory",
        "≤ 6 s · ≤ 300 MB",
        &format!("{seconds:.1} s ({rate:.0} MB/s) · {peak:.0} MB"),
    );
}

fn resident_mb(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
