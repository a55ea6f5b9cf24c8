//! A loopback server for the tests of AWS access: answers whatever a closure says, and remembers what was asked.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test server fails its test")]

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use toban::{
    aws::{Clients, Session, Settings, Timeouts},
    problem::Problem,
    scope::ScopeId,
};
use tokio::net::TcpListener;

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HashMap<String, String>,
    /// The form's fields (EC2, STS and IAM are asked by form), or the query's (AWS Backup and DLM).
    pub form: HashMap<String, String>,
    pub body: Bytes,
    pub at: Instant,
}

impl Asked {
    pub fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }

    pub fn action(&self) -> &str {
        self.field("Action")
    }

    /// The access key that signed it.
    pub fn key(&self) -> &str {
        let authorization = self.headers.get("authorization").map_or("", String::as_str);
        authorization.split("Credential=").nth(1).and_then(|c| c.split('/').next()).unwrap_or_default()
    }
}

/// What the server says.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: Bytes,
    pub after: Duration,
}

impl Answer {
    pub fn xml(status: u16, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type", "text/xml;charset=UTF-8")];
        Self { status, headers, body: body.into(), after: Duration::ZERO }
    }

    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        let headers = vec![("content-type", "application/json")];
        Self { status, headers, body: body.to_string().into(), after: Duration::ZERO }
    }

    /// REST-JSON's shape of an error.
    pub fn json_error(status: u16, code: &'static str, message: &str) -> Self {
        let mut answer = Self::json(status, &serde_json::json!({ "message": message }));
        answer.headers.push(("x-amzn-errortype", code));
        answer
    }

    pub fn cbor(status: u16, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
        Self { status, headers, body: body.into(), after: Duration::ZERO }
    }

    /// CBOR's shape of an error (CloudWatch, Health): a map of two short texts.
    pub fn cbor_error(status: u16, code: &str, message: &str) -> Self {
        let text = |text: &str| {
            let length = u8::try_from(text.len()).unwrap();
            [&[0x78, length], text.as_bytes()].concat()
        };
        let fields = [text("__type"), text(code), text("message"), text(message)].concat();
        Self::cbor(status, [&[0xa2], fields.as_slice()].concat())
    }

    /// EC2's shape of an error.
    pub fn ec2_error(status: u16, code: &str, message: &str) -> Self {
        Self::xml(
            status,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>r</RequestID></Response>"
            ),
        )
    }

    /// The query protocol's shape of an error (STS, IAM).
    pub fn query_error(status: u16, code: &str, message: &str) -> Self {
        Self::xml(
            status,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            ),
        )
    }

    pub fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }
}

/// The server; it stops when it is dropped.
pub struct Stub {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// The server stops when this is dropped.
    _running: tokio::sync::oneshot::Sender<()>,
}

impl Stub {
    #[expect(clippy::unused_async, reason = "reads as what it is")]
    pub async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        let (running, stopped) = tokio::sync::oneshot::channel::<()>();
        // A thread of its own, so that a client busy with decoding does not make its server slow.
        let serve = async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                    async move {
                        let asked = read(request).await;
                        log.lock().unwrap().push(asked.clone());
                        let said = answer(&asked);
                        tokio::time::sleep(said.after).await;
                        let mut response = Response::builder().status(said.status);
                        for (name, value) in &said.headers {
                            response = response.header(*name, *value);
                        }
                        Ok::<_, Infallible>(response.body(Full::new(said.body)).unwrap())
                    }
                });
                // A client that goes away in the middle is no failure of the test.
                tokio::spawn(async move {
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        };
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = serve => {}
                    _ = stopped => {}
                }
            });
        });
        Self { url, asked, _running: running }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn actions(&self, action: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|a| a.action() == action || a.path.ends_with(action)).collect()
    }
}

async fn read(request: Request<hyper::body::Incoming>) -> Asked {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap_or_default().to_owned())
    };
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    let query = parts.uri.query().unwrap_or_default();
    let form = std::str::from_utf8(&body)
        .unwrap_or_default()
        .split('&')
        .chain(query.split('&'))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    Asked {
        path: parts.uri.path().to_owned(),
        headers: parts.headers.iter().map(header).collect(),
        form,
        body,
        at,
    }
}

/// Configuration text as files.
pub fn config(text: &str) -> EnvConfigFiles {
    EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, text).build()
}

/// A profile with access keys, so that nothing on the machine matters.
pub const KEYS: &str = "[profile test]
region = eu-west-1
aws_access_key_id = AKIATEST
aws_secret_access_key = secret
";

/// Settings for a stub, with short time-outs.
pub fn settings(url: &str, text: &str, profile: &str) -> Settings {
    Settings {
        profiles: vec![profile.to_owned()],
        endpoint_url: Some(url.to_owned()),
        timeouts: Timeouts {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(10),
            operation: Duration::from_secs(30),
        },
        files: Some(config(text)),
        ..Settings::default()
    }
}

/// The session of the only scope.
pub async fn session(settings: Settings) -> Result<Arc<Session>, Problem> {
    let scopes = Clients::plan(&settings);
    Clients::new(settings, &scopes).session(ScopeId(0)).await
}
