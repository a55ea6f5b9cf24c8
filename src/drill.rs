//! The drill account: an AWS account simulated inside the program, spoken to through AWS's real wire formats.
//!
//! A request comes in as HTTP, through the SDK's own HTTP hook ([`Drill::http_client`]) or over loopback ([`serve`]);
//! `wire` decodes it, `ops` asks the `world` at the drill's time, `wire` encodes the answer. A `script` says what the
//! account holds and what happens in it on a clock. Everything in an answer is a function of the seed, the moment the
//! drill was opened at, and the request: the same request at the same moment has the same bytes.
//!
//! This module must never ask anything of a network, and never verify a signature: any credentials will do.

mod connector;
mod error;
mod fault;
mod limit;
mod ops;
mod params;
mod rng;
mod script;
mod server;
mod trail;
mod tree;
mod wire;
mod world;

use std::{
    collections::BTreeSet,
    fmt,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use http::{Request, Response};
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};

use self::{
    error::ApiError,
    fault::Trouble,
    limit::Limits,
    ops::Cx,
    params::Params,
    script::Script,
    tree::Tree,
    wire::{Call, Service},
    world::World,
};
pub use self::{
    fault::{Fault, FaultError},
    script::{ScenarioInfo, expected, scenarios},
    server::serve,
};
use crate::text::sentence::Sentence;

/// How a drill is to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The scenario's name.
    pub scenario: String,
    /// Identifiers and noise grow from it.
    pub seed: u64,
    /// The moment the drill is opened at. The clock then stands still unless `speed` is given.
    pub now: Option<Timestamp>,
    /// How much faster than real time the clock goes.
    pub speed: Option<f64>,
    /// How far into the scenario it is opened; the scenario says where when this does not.
    pub at: Option<Duration>,
    /// What goes wrong on purpose.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scenario: "web-down".to_owned(),
            seed: 1,
            now: None,
            speed: None,
            at: None,
            faults: Vec::new(),
        }
    }
}

/// Why a drill cannot be opened or served.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// No such scenario.
    #[error("no drill '{name}'")]
    UnknownScenario {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// An embedded file is wrong, which the tests catch.
    #[error("the drill file '{name}' is broken: {why}")]
    Broken {
        /// The file.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A speed that no clock can have.
    #[error("no clock goes at {0}")]
    Speed(f64),
    /// Others could reach it.
    #[error("{addr} is not on loopback")]
    NotLoopback {
        /// What was asked for.
        addr: SocketAddr,
    },
    /// The address is taken, or not ours.
    #[error("cannot listen on {addr}: {source}")]
    Bind {
        /// What was asked for.
        addr: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl DrillError {
    fn broken(name: &str, why: impl fmt::Display) -> Self {
        Self::Broken { name: name.to_owned(), why: why.to_string() }
    }

    /// One sentence with the next step, for standard error.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::UnknownScenario { name, known } => {
                Sentence::new("drill.unknown").with("name", name).with("known", known)
            }
            Self::Broken { name, why } => Sentence::new("drill.broken").with("name", name).with("why", why),
            Self::Speed(speed) => Sentence::new("drill.speed").with("speed", speed).with("most", MAX_SPEED),
            Self::NotLoopback { addr } => {
                Sentence::new("drill.not_loopback").with("addr", addr).with("port", addr.port())
            }
            Self::Bind { addr, source } => Sentence::new("drill.bind").with("addr", addr).with("why", source),
        }
    }
}

/// The fastest clock that still makes sense.
const MAX_SPEED: f64 = 100_000.0;

/// An open drill. Clones are the same drill.
#[derive(Clone)]
pub struct Drill(Arc<Inner>);

struct Inner {
    world: World,
    base: Timestamp,
    opened: Instant,
    speed: f64,
    faults: Vec<Fault>,
    limits: Limits,
    requests: AtomicU64,
    asked: Mutex<BTreeSet<(&'static str, String)>>,
}

impl fmt::Debug for Drill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Drill({})", self.0.world.account)
    }
}

/// What becomes of a request.
pub(crate) enum Outcome {
    /// It is answered.
    Answer(Response<Bytes>),
    /// Its connection is closed.
    Drop,
    /// It is never answered.
    Hang,
}

impl Drill {
    /// Opens a drill.
    pub fn open(options: &Options) -> Result<Self, DrillError> {
        let script = Script::load(&options.scenario)?;
        let speed = options.speed.unwrap_or(if options.now.is_some() { 0.0 } else { 1.0 });
        if !(0.0..=MAX_SPEED).contains(&speed) {
            return Err(DrillError::Speed(speed));
        }
        let base = options.now.unwrap_or_else(|| {
            let now = Timestamp::now();
            Timestamp::from_second(now.as_second()).unwrap_or(now)
        });
        let at = match options.at {
            Some(at) => i64::try_from(at.as_secs()).unwrap_or(i64::MAX / 4),
            None => script.opens_at.0,
        };
        let world = World::build(&script, options.seed, world::shift(base, -at))?;
        Ok(Self(Arc::new(Inner {
            world,
            base,
            opened: Instant::now(),
            speed,
            faults: options.faults.clone(),
            limits: Limits::default(),
            requests: AtomicU64::new(0),
            asked: Mutex::default(),
        })))
    }

    /// The drill's clock, which everything shown beside its answers should go by.
    pub fn now(&self) -> Timestamp {
        let inner = &self.0;
        let passed = inner.opened.elapsed().as_secs_f64() * inner.speed;
        let passed = SignedDuration::try_from_secs_f64(passed).unwrap_or_default();
        inner.base.saturating_add(passed).unwrap_or(inner.base)
    }

    /// When it was opened, by its own clock.
    pub fn opened_at(&self) -> Timestamp {
        self.0.base
    }

    /// How much faster than real time the clock goes; 0 when it stands still.
    pub fn speed(&self) -> f64 {
        self.0.speed
    }

    /// The operations that it has been asked so far, as `service:Operation` with the service's IAM prefix, sorted.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().map(|(service, operation)| format!("{service}:{operation}")).collect()
    }

    /// An HTTP client for SDK configurations, whose requests this drill answers in the process.
    pub fn http_client(&self) -> SharedHttpClient {
        connector::client(self.clone())
    }

    /// Answers a request: how long the answer is to be held back, and the answer. A request whose connection is to be
    /// dropped or left hanging ([`Fault`]) is answered with status 502 or 504 here, since there is no connection.
    pub fn answer(&self, request: &Request<Bytes>) -> (Duration, Response<Bytes>) {
        let (delay, outcome) = self.reply(request);
        let response = match outcome {
            Outcome::Answer(response) => response,
            Outcome::Drop => wire::raw(502, "text/plain", Vec::new()),
            Outcome::Hang => wire::raw(504, "text/plain", Vec::new()),
        };
        (delay, response)
    }

    /// What becomes of a request, and after how long.
    pub(crate) fn reply(&self, request: &Request<Bytes>) -> (Duration, Outcome) {
        let inner = &self.0;
        let number = inner.requests.fetch_add(1, Ordering::Relaxed);
        let decoded = wire::decode(request);
        let (service, operation) =
            decoded.as_ref().map_or((None, ""), |call| (Some(call.service), call.operation.as_str()));
        if let Some(service) = service {
            let mut asked = inner.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.insert((service.prefix(), operation.to_owned()));
        }
        let (delay, trouble) = fault::strike(&inner.faults, inner.world.seed, number, service, operation);
        let outcome = match (trouble, &decoded) {
            (Some(Trouble::Drop), _) => Outcome::Drop,
            (Some(Trouble::Hang), _) => Outcome::Hang,
            (Some(Trouble::Garbage), _) => {
                Outcome::Answer(wire::raw(200, "text/html", b"<html><body>\xff\xfe It works!</bod".to_vec()))
            }
            (_, Err(error)) => Outcome::Answer(wire::refuse(error)),
            (trouble, Ok(call)) => {
                let answer = match trouble {
                    Some(Trouble::Throttle) => Err(fault::throttled(call.service)),
                    // Asking who one is needs no permission.
                    Some(Trouble::Deny) if call.service != Service::Sts => {
                        Err(fault::denied(call.service, &call.operation, &inner.world))
                    }
                    Some(Trouble::Expire) => Err(fault::expired(call.service)),
                    _ => self.run(call),
                };
                Outcome::Answer(wire::encode(call, &answer, &self.request_id(request, number)))
            }
        };
        (delay, outcome)
    }

    fn run(&self, call: &Call) -> Result<Tree, ApiError> {
        let inner = &self.0;
        let unknown = || ApiError::unknown_operation(call.service.prefix(), &call.operation);
        let operation = ops::find(call.service, &call.operation).ok_or_else(unknown)?;
        let params = Params::new(&call.params);
        if let Some(rate) = operation.rate {
            // Pages, filters and ids all make a request narrower; the rest is what every one has.
            let paged = match &call.params {
                Tree::Map(members) => {
                    members.iter().any(|(name, _)| !matches!(name.as_ref(), "Action" | "Version" | "DryRun"))
                }
                _ => false,
            };
            let unpaged = call.service == Service::Ec2 && !paged;
            let rate = if unpaged { ops::EC2_UNPAGED } else { rate };
            if !inner.limits.admit(operation.name, unpaged, &call.region, rate, Instant::now()) {
                return Err(fault::throttled(call.service));
            }
        }
        let now = self.now();
        let cx = Cx { world: &inner.world, region: &call.region, now, elapsed: inner.world.elapsed(now) };
        (operation.run)(&cx, params)
    }

    /// A request id: of the request where the clock stands still, so that its answer repeats exactly; else of its
    /// number too.
    fn request_id(&self, request: &Request<Bytes>, number: u64) -> String {
        let inner = &self.0;
        let number = if inner.speed > 0.0 { number } else { 0 };
        let digits = rng::hex(rng::bytes(inner.world.seed ^ number, request.body()), 32);
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }
}

#[cfg(test)]
mod tests;
