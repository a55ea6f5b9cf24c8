//! Tests of the whole reader: formats, cuts at every byte, garbage and bounds. They never need the network.

mod bounds;

use super::{Head, Outcome, Reader, What};
use flate2::{Compression, write::GzEncoder};
use std::{
    io::{Read, Write},
    path::Path,
    sync::Mutex,
};

/// A record with braces, quotes and look-alike keys where they must not matter.
fn record(id: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.1","userIdentity":{{"eventTime":"nested","eventName":"nested","a":[{{"eventID":"no"}},[]]}},"eventTime":"2024-05-01T00:00:00Z","eventName":"Run","eventSource":"ec2.amazonaws.com","awsRegion":"eu-west-1","x":"}}]{{\\\"eventID\":\"é\\","n":-1.5e+3,"z":null,"Records":"no","readOnly":false,"recipientAccountId":"123456789012","errorCode":"Denied","eventID":"{id}"}}"#
    )
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('é', "\\u00e9");
    text.replace("Denied", "\\u0044enied")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// Reads one stream and gives the outcome with the texts of the records.
fn stream(source: impl Read, chunk: usize) -> (Outcome, Vec<String>) {
    let texts = Mutex::new(Vec::new());
    let each = |_: &Head<'_>, text: &str| texts.lock().unwrap().push(text.to_owned());
    let mut reader = Reader::new(&|_| true, &each, chunk);
    reader.stream(0, Path::new("file"), source);
    let outcome = std::mem::take(&mut reader.part).whole();
    drop(reader);
    (outcome, texts.into_inner().unwrap())
}

fn told(outcome: &Outcome) -> String {
    let troubles: Vec<_> = outcome.troubles.iter().map(ToString::to_string).collect();
    troubles.join(" | ")
}

/// Every format with the two records `one` and `two`.
fn formats() -> Vec<(&'static str, Vec<u8>)> {
    let (a, b) = (record("one"), record("two"));
    let (ea, eb) = (escaped(&a), escaped(&b));
    let simple = |id: &str| {
        format!("{{\n    \"eventTime\" : \"t\",\n    \"eventName\": \"n\",\n    \"eventID\": \"{id}\"\n  }}")
    };
    let delivery = format!("{{\"Records\":[{a},{b}]}}");
    vec![
        ("delivery", delivery.clone().into_bytes()),
        ("delivery, gzip", gzip(delivery.as_bytes())),
        ("two deliveries", format!("{{\"Records\":[{a}]}}{{\"Records\":[{b}]}}").into_bytes()),
        (
            "gzip of two members",
            [gzip(format!("{a}\n").as_bytes()), gzip(format!("{b}\n").as_bytes())].concat(),
        ),
        ("gzip split inside", {
            let (head, tail) = delivery.as_bytes().split_at(700);
            [gzip(head), gzip(tail)].concat()
        }),
        (
            "pretty delivery",
            format!("{{\r\n\t\"Records\" : [\n {} ,\n {}\n]\n}}\n", simple("one"), simple("two")).into(),
        ),
        ("lines", format!("{a}\n{b}\n").into_bytes()),
        ("lines, no last end", format!("{a}\r\n{b}").into_bytes()),
        ("byte order mark", format!("\u{feff}{a}\n\u{feff}{b}").into_bytes()),
        ("array", format!("[{a},\n{b}]").into_bytes()),
        ("array of deliveries", format!("[{{\"Records\":[{a}]}},{{\"Records\":[{b}]}}]").into_bytes()),
        (
            "lookup",
            format!(
                "{{\n    \"Events\": [\n {{\"EventId\": \"one\", \"Resources\": [{{\"x\":1}}],\n \"CloudTrailEvent\": \"{ea}\"}},\n {{\"CloudTrailEvent\": \"{eb}\", \"EventTime\": 1.5}} ],\n \"NextToken\": \"abc\"\n}}\n"
            )
            .into_bytes(),
        ),
        ("events by line", format!("{{\"CloudTrailEvent\":\"{ea}\"}}\n{{\"CloudTrailEvent\":\"{eb}\"}}").into()),
        ("frame with more", format!("{{\"a\":[{{}}],\"Records\":[{a}],\"b\":{{}},\"Records\":[{b}]}}").into()),
    ]
}

#[test]
fn every_format_gives_its_records() {
    for (name, bytes) in formats() {
        let (outcome, texts) = stream(bytes.as_slice(), 256 << 10);
        assert_eq!(told(&outcome), "", "{name}");
        assert_eq!((outcome.records, outcome.given, outcome.foreign, texts.len()), (2, 2, 0, 2), "{name}");
        if !name.contains("pretty") {
            assert_eq!(texts, [record("one"), record("two")], "{name}");
        }
    }
}

#[test]
fn the_head_holds_the_fields_of_the_record_itself() {
    let heads = Mutex::new(Vec::new());
    let each = |head: &Head<'_>, _: &str| heads.lock().unwrap().push(format!("{head:?}"));
    let mut reader = Reader::new(&|head| head.id != "two", &each, 7);
    let odd = r#"{"eventName":"a\"b","eventTime":"","readOnly":"true","eventID":7,"errorCode":null}"#;
    let text = format!("{}{}{odd}", record("one"), record("two"));
    reader.stream(0, Path::new("file"), text.as_bytes());
    assert_eq!((reader.part.outcome.records, reader.part.outcome.given), (3, 2));
    drop(reader);
    let one = Head {
        time: "2024-05-01T00:00:00Z",
        name: "Run",
        source: "ec2.amazonaws.com",
        region: "eu-west-1",
        account: "123456789012",
        read_only: "false",
        id: "one",
        error: "Denied",
    };
    let odd = Head { read_only: "true", ..Head::default() };
    assert_eq!(heads.into_inner().unwrap(), [format!("{one:?}"), format!("{odd:?}")]);
}

#[test]
fn a_cut_at_every_byte_gives_the_whole_records_before_it() {
    for (name, bytes) in formats() {
        let (_, whole) = stream(bytes.as_slice(), 256 << 10);
        let plain = !bytes.starts_with(&[0x1f, 0x8b]);
        let mut before = 0;
        for cut in 0..bytes.len() {
            let part = &bytes[..cut];
            let (outcome, texts) = stream(part, 64);
            assert!(whole.starts_with(&texts), "{name} at {cut}");
            assert!(texts.len() >= before, "{name} at {cut}");
            before = texts.len();
            let cut_off = outcome.troubles.iter().any(|t| matches!(t.what, What::CutOff { .. }));
            if plain {
                let text = String::from_utf8_lossy(part);
                let ended = text.matches("\"one\"}").count() + text.matches("\"two\"}").count();
                if ["delivery", "lines", "array"].contains(&name) {
                    assert_eq!(texts.len(), ended, "{name} at {cut}");
                }
                if ["delivery", "array", "lookup"].contains(&name) && cut > 0 && !text.ends_with('}') {
                    assert!(cut_off, "{name} at {cut}: {}", told(&outcome));
                }
            } else if cut > 1 && name.starts_with("delivery") {
                assert!(cut_off, "{name} at {cut}: {}", told(&outcome));
            }
        }
        // The last byte missing of gzip is only the checksum's.
        assert!(before >= if name.contains("gzip") { 2 } else { 1 }, "{name}: {before}");
    }
}

#[test]
fn the_chunk_size_changes_nothing() {
    let mut all = formats();
    all.push((
        "garbage",
        b"{\"a\":[1,2}\n\x00\xff\n{\"eventTime\":\"\",\n{\"eventTime\":\"\",\"eventName\":\"\xff\"}".into(),
    ));
    for (name, bytes) in all {
        let (want, texts) = stream(bytes.as_slice(), 256 << 10);
        for chunk in [1, 2, 3, 7, 100] {
            let (got, same) = stream(bytes.as_slice(), chunk);
            assert_eq!(same, texts, "{name} by {chunk}");
            assert_eq!(told(&got), told(&want), "{name} by {chunk}");
            assert_eq!((got.bytes, got.foreign), (want.bytes, want.foreign), "{name} by {chunk}");
        }
    }
}

#[test]
fn what_is_wrong_is_told() {
    let good = record("one");
    let none = "It holds no CloudTrail record.".to_owned();
    let nothing = "There is nothing in it.".to_owned();
    let cut = |n: u64| format!("It is cut off; the {n} whole records before the cut are used.");
    let wrong = |at: usize, n: u64| {
        format!("It is not JSON at byte {at}; the {n} whole records on sound lines are used.")
    };
    let cases: Vec<(Vec<u8>, u64, String)> = vec![
        (b"".into(), 0, nothing.clone()),
        (gzip(b""), 0, nothing),
        (b"{\"digestStartTime\":\"x\",\"logFiles\":[{}]}".into(), 0, none.clone()),
        (b"[1,\"a\",[],{}] true 5".into(), 0, none.clone()),
        (b"{\"Records\":[]}".into(), 0, none.clone()),
        (b"{\"eventTime\":1,\"eventName\":\"\"}".into(), 0, none.clone()),
        (b"{\"CloudTrailEvent\":\"{\\\"a\\\":\\ud800\\uZ\"}".into(), 0, none),
        (b"hello".into(), 0, wrong(0, 0)),
        (b"{\"a\":1,}".into(), 0, wrong(7, 0)),
        (b"{\"a\":[1}".into(), 0, wrong(7, 0)),
        (b"}".into(), 0, wrong(0, 0)),
        (b"\x1f\x8b".into(), 0, cut(0)),
        (b"{\"a\":tru".into(), 0, cut(0)),
        (format!("{good}{{").into(), 1, cut(1)),
        // A line that is cut costs only itself: in a string, before a key, before a value.
        (format!("{{\"a\":\"b\n{good}\n").into(), 1, wrong(7, 1)),
        (format!("{{\"a\":1,\n{good}\n").into(), 1, wrong(8, 1)),
        (format!("{good}\n2024 error: {{\n{good}").into(), 2, wrong(good.len() + 6, 2)),
        ([vec![b'['; 10_000], b"\n".to_vec(), good.clone().into()].concat(), 1, wrong(512, 1)),
    ];
    for (bytes, records, want) in cases {
        let (outcome, _) = stream(bytes.as_slice(), 5);
        assert_eq!((told(&outcome), outcome.records), (format!("file: {want}"), records));
    }
    let broken = [gzip(good.as_bytes()), b"this is no gzip".to_vec()].concat();
    let (outcome, _) = stream(broken.as_slice(), 256);
    assert_eq!(outcome.records, 1);
    assert!(told(&outcome).starts_with("file: It cannot be read: "), "{}", told(&outcome));
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_in_that_record_only() {
    let bytes = b"{\"eventTime\":\"a\",\"eventName\":\"\xff\",\"x\":\"\xfe\"}";
    let (outcome, texts) = stream([bytes.as_slice(), record("two").as_bytes()].concat().as_slice(), 9);
    assert_eq!(told(&outcome), "");
    assert_eq!(
        texts,
        ["{\"eventTime\":\"a\",\"eventName\":\"\u{fffd}\",\"x\":\"\u{fffd}\"}", &record("two")]
    );
}
