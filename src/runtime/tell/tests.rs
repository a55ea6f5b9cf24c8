#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};

use super::*;
use crate::text::Lang;

fn parcel(text: &str) -> Parcel {
    Parcel {
        id: "INC-0042".into(),
        to: "vendor".into(),
        at: "2026-05-01T03:12:00Z".parse().unwrap(),
        text: text.into(),
        incident: json!({ "id": "INC-0042" }),
    }
}

fn said(told: &Told) -> String {
    told.sentence().text(&Catalogue::load(Lang::En))
}

const QUICK: Patience = Patience { program: Duration::from_millis(400), webhook: Duration::from_millis(400) };

async fn sent(channel: Channel, text: &str, patience: Patience) -> Told {
    tell(&channel, &parcel(text), patience, None).await.unwrap()
}

fn shell(line: &str) -> Channel {
    Channel::Command(["sh", "-c", line].map(str::to_owned).to_vec())
}

#[tokio::test]
async fn a_file_is_new_each_time_and_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let channel = || Channel::File(dir.path().to_owned());
    for text in ["first", "second"] {
        let told = sent(channel(), text, Patience::default()).await;
        assert!(told.is_sent(), "{told:?}");
    }
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(read("INC-0042-20260501T031200Z-vendor.txt"), "first");
    assert_eq!(read("INC-0042-20260501T031200Z-vendor-2.txt"), "second");
    let nowhere = sent(Channel::File(dir.path().join("none")), "x", Patience::default()).await;
    assert!(
        matches!(nowhere, Told::NotSent(_)) && said(&nowhere).contains("there is no directory"),
        "{nowhere:?}"
    );
}

#[tokio::test]
async fn a_party_s_name_leads_nowhere_else() {
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let hostile = Parcel { to: "../../etc/x".into(), ..parcel("x") };
    tell(&Channel::File(inner.clone()), &hostile, Patience::default(), None).await.unwrap();
    assert_eq!(fs::read_dir(&inner).unwrap().count(), 1);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_program_gets_the_whole_message_and_no_shell_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("got");
    let text = "当番 $(touch never) `x` 'y'\n".repeat(10_000);
    let tee = ["tee".to_owned(), place.display().to_string()].to_vec();
    let told = sent(Channel::Command(tee), &text, Patience::default()).await;
    assert!(told.is_sent(), "{told:?}");
    assert_eq!(fs::read_to_string(&place).unwrap(), text);
}

#[tokio::test]
async fn a_program_that_fails_is_told_with_its_status_and_first_words() {
    let told = sent(
        shell("cat > /dev/null; echo; echo 'no such \u{1b}[31mroom' >&2; echo more >&2; exit 3"),
        "x",
        Patience::default(),
    )
    .await;
    assert!(matches!(told, Told::NotSent(_)), "{told:?}");
    assert_eq!(said(&told), "Not sent: sh ended with status 3: no such room. Reach them in another way.");
    let silent = sent(shell("exit 1"), "x", Patience::default()).await;
    assert!(said(&silent).contains("status 1 and said nothing"), "{silent:?}");
    let gone = sent(Channel::Command(vec!["/nonexistent/notify".into()]), "x", Patience::default()).await;
    assert!(matches!(gone, Told::NotSent(_)) && said(&gone).contains("could not be started"), "{gone:?}");
    let killed = sent(shell("kill -9 $$"), "x", Patience::default()).await;
    assert!(said(&killed).contains("signal 9"), "{killed:?}");
}

#[tokio::test]
async fn a_program_that_hangs_is_ended_with_all_that_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("pid");
    let line = format!("echo waiting for it >&2; sleep 600 & echo $! > {}; wait", place.display());
    let told = sent(shell(&line), "x", QUICK).await;
    assert!(matches!(told, Told::Doubtful(_)), "{told:?}");
    assert!(said(&told).contains("waiting for it") && said(&told).contains("may have sent"), "{told:?}");
    let pid = fs::read_to_string(&place).unwrap();
    let alive =
        || fs::read_to_string(format!("/proc/{}/stat", pid.trim())).is_ok_and(|stat| !stat.contains(") Z "));
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while alive() && std::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    assert!(!alive(), "what it started was left running");
}

#[tokio::test]
async fn a_program_that_does_not_read_the_message_has_not_surely_sent_it() {
    // More than a pipe holds, so that writing fails once the reader is gone.
    let told = sent(shell("exec 0<&-; exit 0"), &"x".repeat(1_000_000), Patience::default()).await;
    assert!(matches!(told, Told::Doubtful(_)) && said(&told).contains("may be cut"), "{told:?}");
}

/// Answers one connection with these bytes (none: says nothing and keeps it open; empty: closes it), and tells what it got.
async fn serve(answer: Option<&'static str>) -> (String, oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/services/T0/secret", listener.local_addr().unwrap());
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut got = Vec::new();
        let mut part = [0; 4_096];
        // Until the JSON is whole.
        while !got.ends_with(b"}") {
            let count = stream.read(&mut part).await.unwrap();
            if count == 0 {
                break;
            }
            got.extend_from_slice(&part[..count]);
        }
        let _ = tell.send(String::from_utf8(got).unwrap());
        match answer {
            Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            None => std::future::pending().await,
        }
        // A redirect or a second try would come on a further connection.
        drop(stream);
        if let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    (url, told)
}

async fn posted(answer: Option<&'static str>) -> (Told, String) {
    let (url, got) = serve(answer).await;
    let told = sent(Channel::Webhook(url), "all targets out", QUICK).await;
    (told, got.await.unwrap())
}

#[tokio::test]
async fn a_webhook_gets_the_text_and_the_incident_as_json() {
    let (told, got) = posted(Some("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")).await;
    assert!(told.is_sent(), "{told:?}");
    let (head, body) = got.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /services/T0/secret HTTP/1.1"), "{head}");
    assert!(head.to_ascii_lowercase().contains("content-type: application/json"), "{head}");
    let body: Json = serde_json::from_str(body).unwrap();
    assert_eq!(body, json!({ "text": "all targets out", "incident": { "id": "INC-0042" } }));
    assert!(!said(&told).contains("secret"), "an address is not shown whole: {}", said(&told));
}

#[tokio::test]
async fn a_webhook_that_refuses_has_not_sent_it() {
    let answer =
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 21\r\n\r\n\r\nno \u{1b}[31mroom today\n\n";
    let (told, _) = posted(Some(answer)).await;
    assert!(matches!(told, Told::NotSent(_)), "{told:?}");
    assert!(
        said(&told).contains("answered 500: no room today. Reach them in another way."),
        "{}",
        said(&told)
    );
    let elsewhere = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
    let (told, _) = posted(Some(elsewhere)).await;
    assert!(matches!(told, Told::NotSent(_)) && said(&told).contains("not followed"), "{told:?}");
}

#[tokio::test]
async fn a_webhook_that_breaks_off_or_is_silent_may_have_taken_it() {
    let (cut, _) = posted(Some("")).await;
    assert!(matches!(cut, Told::Doubtful(_)) && said(&cut).contains("ask whether it arrived"), "{cut:?}");
    let (silent, _) = posted(None).await;
    assert!(matches!(silent, Told::Doubtful(_)) && said(&silent).contains("has not answered"), "{silent:?}");
}

#[tokio::test]
async fn an_address_where_nobody_listens_has_not_got_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    drop(listener);
    let told = sent(Channel::Webhook(url), "x", Patience::default()).await;
    assert!(matches!(told, Told::NotSent(_)) && said(&told).contains("could not be reached"), "{told:?}");
}

#[tokio::test]
async fn what_came_of_it_stands_in_the_journal() {
    let channel = shell("exit 1");
    let told = sent(channel.clone(), "x", Patience::default()).await;
    let kept = told.escalated(parcel("x"), &channel, None, &Catalogue::load(Lang::En));
    assert_eq!((kept.to.as_str(), kept.channel.as_str(), kept.sent), ("vendor", "command", false));
    assert_eq!(kept.answer, said(&told));
    for channel in [Channel::Text, Channel::SupportCase, Channel::OpsItem] {
        assert_eq!(tell(&channel, &parcel("x"), QUICK, None).await, None, "not this module's");
    }
}
