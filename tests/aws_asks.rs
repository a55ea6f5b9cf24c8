//! What is asked by the registry, from a server that answers in each service's own protocol: pages to a stated limit, times that
//! are the same for every page, one Region for the services that have one, and a search that is waited for.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod aws_stub;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_stub::{Answer, Asked, KEYS, Stub, session, settings};
use serde_json::{Value as Json, json};
use toban::{
    aws::reads::ask,
    problem::{Problem, ProblemKind, Remedy},
    reads,
};

/// Puts a question to a server; the answer, and what the server was asked.
async fn put(
    operation: &str,
    args: Json,
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Result<Json, Problem>, Vec<Asked>) {
    let stub = Stub::start(answer).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let question = reads::check_args(reads::find(operation).unwrap(), &args).unwrap();
    let calls = Arc::new(AtomicU32::new(0));
    let told = ask(&session, &question, &calls).await;
    assert_eq!(calls.load(Ordering::Relaxed) as usize, stub.asked().len(), "every request is counted");
    (told, stub.asked())
}

/// A page of volumes, with the token of the next.
fn page(token: &str, next: &str) -> Answer {
    let volume = format!("<volumeSet><item><volumeId>vol-{token}</volumeId></item></volumeSet>");
    let next = if next.is_empty() { String::new() } else { format!("<nextToken>{next}</nextToken>") };
    Answer::xml(
        200,
        format!(
            "<DescribeVolumesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId>\
             {volume}{next}</DescribeVolumesResponse>"
        ),
    )
}

fn region(asked: &Asked) -> String {
    let signed = asked.headers.get("authorization").map_or("", String::as_str);
    signed.split('/').nth(2).unwrap_or_default().to_owned()
}

fn body(asked: &Asked) -> Json {
    serde_json::from_slice(&asked.body).unwrap()
}

#[tokio::test]
async fn ten_pages_are_read_and_that_there_is_more_is_said() {
    let endless = |asked: &Asked| {
        let token = asked.field("NextToken");
        let next = token.parse::<u32>().unwrap_or(0) + 1;
        page(if token.is_empty() { "0" } else { token }, &next.to_string())
    };
    let (told, asked) = put("ec2:DescribeVolumes", Json::Null, endless).await;
    let told = told.unwrap();
    assert_eq!((asked.len(), told["Volumes"].as_array().unwrap().len()), (10, 10));
    assert_eq!(told["NextToken"], "10", "where it would go on");
    assert!(asked.iter().all(|one| one.field("MaxResults") == "1000"));

    let (told, asked) = put("ec2:DescribeVolumes", json!({ "MaxResults": 7 }), endless).await;
    assert_eq!((asked.len(), asked[0].field("MaxResults")), (1, "7"));
    assert_eq!(told.unwrap()["NextToken"], "1");

    let in_a_circle = |asked: &Asked| match asked.field("NextToken") {
        "" => page("0", "a"),
        "a" => page("a", "b"),
        _ => page("b", "a"),
    };
    let (told, asked) = put("ec2:DescribeVolumes", Json::Null, in_a_circle).await;
    assert!(told.is_ok() && asked.len() <= 4, "a circle is left: {}", asked.len());

    let by_id = json!({ "VolumeIds": ["vol-0123456789abcdef0"] });
    let (_, asked) = put("ec2:DescribeVolumes", by_id, |_| page("0", "")).await;
    assert_eq!((asked.len(), asked[0].field("MaxResults")), (1, ""), "EC2 refuses a size beside ids");
}

#[tokio::test]
async fn a_page_that_fails_fails_the_answer() {
    let second = |asked: &Asked| match asked.field("NextToken") {
        "" => page("0", "1"),
        _ => Answer::ec2_error(403, "UnauthorizedOperation", "You are not authorized"),
    };
    let (told, _) = put("ec2:DescribeVolumes", Json::Null, second).await;
    assert_eq!(told.unwrap_err().kind, ProblemKind::Denied, "half a list would look like a whole one");
}

#[tokio::test]
async fn now_is_the_same_on_every_page() {
    let events = |asked: &Asked| {
        let next = if body(asked).get("NextToken").is_none() { json!("more") } else { Json::Null };
        Answer::json(
            200,
            &json!({ "Events": [{ "EventId": "1", "EventTime": 1_777_600_000 }], "NextToken": next }),
        )
    };
    let args = json!({ "StartTime": "-1h", "EndTime": "now" });
    let (told, asked) = put("cloudtrail:LookupEvents", args, events).await;
    let told = told.unwrap();
    assert_eq!(told["Events"][1]["EventTime"], "2026-05-01T01:46:40Z");
    let ends: BTreeSet<String> = asked.iter().map(|one| body(one)["EndTime"].to_string()).collect();
    assert_eq!((asked.len(), ends.len()), (2, 1), "a token is only good for the same question");
}

#[tokio::test]
async fn support_is_asked_where_it_is() {
    let closed =
        |_: &Asked| Answer::json_error(400, "SubscriptionRequiredException", "Premium Support is required.");
    let (told, asked) =
        put("support:DescribeCases", json!({ "afterTime": "2026-05-01T00:00:00Z" }), closed).await;
    let problem = told.unwrap_err();
    assert_eq!((problem.kind, problem.remedy), (ProblemKind::NotEnabled, Remedy::SupportPlan));
    assert_eq!((asked.len(), region(&asked[0]).as_str()), (1, "us-east-1"));
    assert_eq!(body(&asked[0])["afterTime"], "2026-05-01T00:00:00Z");
    let (told, asked) = put("health:DescribeEvents", Json::Null, closed).await;
    assert!(told.is_err());
    assert_eq!(region(&asked[0]), "us-east-1");
}

#[tokio::test]
async fn a_search_is_waited_for() {
    let looks = Arc::new(AtomicU32::new(0));
    let search = move |asked: &Asked| {
        let target = asked.headers.get("x-amz-target").map_or("", String::as_str);
        let answer = if target.ends_with("StartQuery") {
            let asked = body(asked);
            assert_eq!(
                asked["endTime"].as_i64().unwrap() - asked["startTime"].as_i64().unwrap(),
                900,
                "seconds"
            );
            json!({ "queryId": "q" })
        } else if looks.fetch_add(1, Ordering::Relaxed) == 0 {
            json!({ "status": "Running", "results": [] })
        } else {
            json!({
                "status": "Complete",
                "results": [[{ "field": "@message", "value": "out of \u{1b}[31mmemory" }]],
                "statistics": { "recordsMatched": 1.0, "bytesScanned": 20.0 },
            })
        };
        Answer::json(200, &answer)
    };
    let args = json!({
        "logGroupName": "/shop", "startTime": "-15m", "endTime": "now", "queryString": "limit 1",
    });
    let (told, asked) = put("logs:StartQuery", args, search).await;
    let told = told.unwrap();
    assert_eq!(told["results"], json!([[{ "field": "@message", "value": "out of memory" }]]));
    assert_eq!((&told["status"], &told["statistics"]["bytesScanned"]), (&json!("Complete"), &json!(20.0)));
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn policies_are_told_as_json_and_made_harmless() {
    let document = "%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22a%5Cu001b%5B31mb%22%7D%5D%7D";
    let role = format!(
        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><Path>/</Path>\
         <RoleName>web</RoleName><RoleId>AROA</RoleId><Arn>arn:aws:iam::111122223333:role/web</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>{document}</AssumeRolePolicyDocument>\
         </Role></GetRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetRoleResponse>"
    );
    let (told, _) =
        put("iam:GetRole", json!({ "RoleName": "web" }), move |_| Answer::xml(200, role.clone())).await;
    let told = told.unwrap();
    let sid = told["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Sid"].as_str().unwrap();
    assert!(!sid.chars().any(char::is_control), "{told}");
}
