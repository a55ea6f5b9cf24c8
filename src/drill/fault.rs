//! Faults to practise with: slow, throttled, denied, expired, dropped, hanging and garbled answers.
//!
//! Whether a fault with a rate strikes a request is a function of the seed and the request's number, so a run with one
//! client repeats exactly.

use std::{fmt, str::FromStr, time::Duration};

use super::{error::ApiError, rng, wire::Service, world::World};

/// One injected fault, as `--fault` takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Latency(Duration),
    Trouble(Trouble, Aim),
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The rate is exceeded.
    Throttle,
    /// No permission.
    Deny,
    /// The credentials have expired.
    Expire,
    /// The connection closes without an answer.
    Drop,
    /// The connection stays open without an answer.
    Hang,
    /// The answer cannot be parsed.
    Garbage,
}

/// Which requests a fault strikes.
#[derive(Debug, Clone, PartialEq)]
enum Aim {
    /// This part of all.
    Rate(f64),
    /// Those of a service (`None`: of any), of an operation if one is named.
    Target(Option<String>, Option<String>),
}

/// A `--fault` that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no fault; use latency=200ms, or one of throttle, deny, expire, drop, hang, garbage with a part of all \
     requests (throttle=0.2), a service (deny=cloudwatch), an operation (deny=ec2:DescribeInstances) or all (expire=all)"
)]
pub struct FaultError(String);

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || FaultError(text.to_owned());
        let (name, value) = text.split_once('=').ok_or_else(bad)?;
        let trouble = match name {
            "latency" => return Ok(Self { kind: Kind::Latency(duration(value).ok_or_else(bad)?) }),
            "throttle" => Trouble::Throttle,
            "deny" => Trouble::Deny,
            "expire" => Trouble::Expire,
            "drop" => Trouble::Drop,
            "hang" => Trouble::Hang,
            "garbage" => Trouble::Garbage,
            _ => return Err(bad()),
        };
        Ok(Self { kind: Kind::Trouble(trouble, value.parse().map_err(|()| bad())?) })
    }
}

impl FromStr for Aim {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(rate) = text.parse::<f64>() {
            return if (0.0..=1.0).contains(&rate) { Ok(Self::Rate(rate)) } else { Err(()) };
        }
        let (service, operation) = text.split_once(':').map_or((text, None), |(s, o)| (s, Some(o)));
        let word =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !word(service) || !operation.is_none_or(word) || service.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(());
        }
        let service = (service != "all").then(|| service.to_ascii_lowercase());
        Ok(Self::Target(service, operation.map(str::to_owned)))
    }
}

/// `200ms`, `1.5s`.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    let number: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(number * unit).ok().filter(|duration| *duration <= Duration::from_hours(1))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Latency(duration) => write!(f, "latency={}ms", duration.as_millis()),
            Kind::Trouble(trouble, aim) => {
                let name = format!("{trouble:?}").to_lowercase();
                match aim {
                    Aim::Rate(rate) => write!(f, "{name}={rate}"),
                    Aim::Target(service, operation) => {
                        write!(f, "{name}={}", service.as_deref().unwrap_or("all"))?;
                        operation.as_ref().map_or(Ok(()), |operation| write!(f, ":{operation}"))
                    }
                }
            }
        }
    }
}

/// The delay and the first trouble that strike a request.
pub(crate) fn strike(
    faults: &[Fault],
    seed: u64,
    number: u64,
    service: Option<Service>,
    operation: &str,
) -> (Duration, Option<Trouble>) {
    let mut delay = Duration::ZERO;
    let mut trouble = None;
    for (index, fault) in (0_u64..).zip(faults) {
        match &fault.kind {
            Kind::Latency(more) => delay += *more,
            Kind::Trouble(kind, aim) => {
                let hit = match aim {
                    Aim::Rate(rate) => rng::unit(rng::mix(seed ^ rng::mix(number) ^ (index << 56))) < *rate,
                    Aim::Target(wanted, only) => {
                        let here = service.map(Service::prefix);
                        // IAM prefix and signing name both name CloudWatch.
                        let same = |wanted: &String| {
                            here == Some(wanted.as_str())
                                || (wanted == "monitoring" && here == Some("cloudwatch"))
                        };
                        wanted.as_ref().is_none_or(same) && only.as_ref().is_none_or(|only| only == operation)
                    }
                };
                if hit && trouble.is_none() {
                    trouble = Some(*kind);
                }
            }
        }
    }
    (delay, trouble)
}

/// The rate is exceeded, in the service's words.
pub(crate) fn throttled(service: Service) -> ApiError {
    match service {
        Service::Ec2 => ApiError::new("RequestLimitExceeded", "Request limit exceeded.").status(503),
        Service::Lambda => ApiError::new("TooManyRequestsException", "Rate exceeded").status(429),
        _ => ApiError::new("Throttling", "Rate exceeded").shaped("ThrottlingException"),
    }
}

/// The status with which a service turns somebody away.
const fn refusal(service: Service) -> u16 {
    if service.json_only() { 400 } else { 403 }
}

/// No permission, in the service's words.
pub(crate) fn denied(service: Service, operation: &str, world: &World) -> ApiError {
    let action = format!("{}:{operation}", service.prefix());
    let message = format!(
        "User: {} is not authorized to perform: {action} because no identity-based policy allows the {action} action",
        world.caller()
    );
    match service {
        Service::Ec2 => ApiError::new(
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {message}"),
        ),
        _ => ApiError::new("AccessDenied", message).shaped("AccessDeniedException"),
    }
    .status(refusal(service))
}

/// The credentials have expired, in the service's words.
pub(crate) fn expired(service: Service) -> ApiError {
    match service {
        Service::Ec2 => ApiError::new("RequestExpired", "Request has expired."),
        _ => ApiError::new("ExpiredToken", "The security token included in the request is expired")
            .shaped("ExpiredTokenException")
            .status(refusal(service)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Fault {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn faults_read_and_write_alike() {
        for text in [
            "latency=200ms",
            "throttle=0.2",
            "deny=cloudwatch",
            "deny=ec2:DescribeInstances",
            "expire=all",
            "hang=sts",
        ] {
            assert_eq!(parse(text).to_string(), text);
        }
        assert_eq!(parse("latency=1.5s").to_string(), "latency=1500ms");
    }

    #[test]
    fn what_is_no_fault_is_told_with_all_that_are() {
        for text in [
            "",
            "latency",
            "latency=",
            "latency=-1s",
            "latency=soon",
            "throttle=2",
            "deny=",
            "deny=a b",
            "slow=1s",
            "drop=-0.1",
        ] {
            let said = text.parse::<Fault>().unwrap_err().to_string();
            for known in ["latency=200ms", "throttle", "deny", "expire", "drop", "hang", "garbage"] {
                assert!(said.contains(known), "{text}: {said}");
            }
        }
    }

    #[test]
    fn a_target_strikes_only_what_it_names() {
        let faults = [parse("deny=ec2:DescribeInstances"), parse("latency=10ms"), parse("latency=5ms")];
        let hit = |service, operation| strike(&faults, 1, 0, Some(service), operation);
        assert_eq!(hit(Service::Ec2, "DescribeInstances"), (Duration::from_millis(15), Some(Trouble::Deny)));
        assert_eq!(hit(Service::Ec2, "DescribeImages").1, None);
        assert_eq!(hit(Service::CloudWatch, "DescribeAlarms").1, None);
    }

    #[test]
    fn a_rate_strikes_about_that_part_and_the_same_ones_again() {
        let faults = [parse("throttle=0.2")];
        let hits = |seed| {
            let hit = |number: &u64| strike(&faults, seed, *number, None, "").1.is_some();
            (0..1000_u64).filter(hit).collect::<Vec<_>>()
        };
        assert!((150..250).contains(&hits(7).len()), "{}", hits(7).len());
        assert_eq!(hits(7), hits(7));
        assert_ne!(hits(7), hits(8));
    }
}
