//! The wire: which operation of which service a request asks for, and how its answer is written.
//!
//! Five protocols are known: EC2 query, query, awsJson 1.x, REST-JSON, Smithy RPC v2 CBOR. A service answers in whichever
//! the request came in, as CloudWatch itself does. Signatures are not verified, only read for the service and the Region.
//! This module must never know what an operation does.

pub(crate) mod cbor;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod rest;
pub(crate) mod routes;
pub(crate) mod service;
pub(crate) mod xml;

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Bytes;

pub(crate) use self::service::Service;
use super::{error::ApiError, tree::Tree};

/// CloudWatch's target prefix in JSON and CBOR requests.
const CLOUDWATCH_TARGET: &str = "GraniteServiceVersion20100801";
/// Systems Manager's target prefix in JSON requests.
const SSM_TARGET: &str = "AmazonSSM";

/// CloudWatch Logs' target prefix.
const LOGS_TARGET: &str = "Logs_20140328";
/// AWS Health's target prefix in JSON and CBOR requests.
const HEALTH_TARGET: &str = "AWSHealth_20160804";
/// AWS Support's target prefix.
const SUPPORT_TARGET: &str = "AWSSupport_20130415";

/// CloudTrail's target prefix.
const CLOUDTRAIL_TARGET: &str = "CloudTrail_20131101";

/// How a request came in, and so how its answer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Form in, XML out, EC2's dialect.
    Ec2,
    /// Form in, XML out.
    Query,
    /// awsJson 1.0 or 1.1.
    Json(&'static str),
    /// REST-JSON.
    Rest,
    /// Smithy RPC v2 CBOR.
    Cbor,
}

/// One decoded request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// How it came in.
    pub(crate) protocol: Protocol,
    /// Of which service.
    pub(crate) service: Service,
    /// In which Region.
    pub(crate) region: String,
    /// The operation's name.
    pub(crate) operation: String,
    /// Its parameters.
    pub(crate) params: Tree,
}

/// Decodes a request, or says why it is none that the drill account understands.
pub(crate) fn decode(request: &Request<Bytes>) -> Result<Call, ApiError> {
    let headers = request.headers();
    let scope = CredentialScope::read(headers, request.uri().query());
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri().host())
        .unwrap_or_default();
    let region = scope
        .as_ref()
        .map(|scope| scope.region.clone())
        .or_else(|| host_region(host))
        .unwrap_or_else(|| "us-east-1".to_owned());
    let path = request.uri().path();
    if let Some((target, operation)) = rpc_path(path) {
        let service = by_target(target)?;
        let params = cbor::decode(request.body())?;
        return Ok(Call {
            protocol: Protocol::Cbor,
            service,
            region,
            operation: operation.to_owned(),
            params,
        });
    }
    if let Some(target) = headers.get("x-amz-target").and_then(|target| target.to_str().ok()) {
        // Some SDKs spell CloudTrail's target with its package: `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`.
        let (target, operation) = target.rsplit_once('.').ok_or_else(|| unknown(target))?;
        let service = by_target(target)?;
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let version =
            if kind.contains("1.1") { "application/x-amz-json-1.1" } else { "application/x-amz-json-1.0" };
        let params = json::decode(request.body())?;
        let operation = operation.to_owned();
        return Ok(Call { protocol: Protocol::Json(version), service, region, operation, params });
    }
    let signed_for = scope
        .as_ref()
        .and_then(|scope| Service::by_name(&scope.service))
        .or_else(|| Service::by_name(host.split('.').next().unwrap_or_default()));
    if let Some(found) = rest::find(routes::ROUTES, signed_for, request.method().as_str(), path) {
        let (service, operation) = (found.route.service, found.route.operation.to_owned());
        let params = rest::decode(found, request.uri().query().unwrap_or_default(), request.body())?;
        return Ok(Call { protocol: Protocol::Rest, service, region, operation, params });
    }
    if signed_for.is_some_and(Service::is_rest) {
        return Err(unknown(path));
    }
    let params = if request.body().is_empty() {
        form::decode(request.uri().query().unwrap_or_default().as_bytes())
    } else {
        form::decode(request.body())
    };
    let text = |name| match params.get(name) {
        Some(Tree::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let operation = text("Action").ok_or_else(|| unknown(path))?;
    let service =
        signed_for.or_else(|| Service::by_version(&text("Version")?)).ok_or_else(|| unknown(&operation))?;
    // Of classic load balancers there are none, and no operation either.
    let classic = service == Service::Elb && text("Version").as_deref() == Some(service::CLASSIC_ELB);
    let operation = if classic { format!("{operation} of {}", service::CLASSIC_ELB) } else { operation };
    let protocol = if service == Service::Ec2 { Protocol::Ec2 } else { Protocol::Query };
    Ok(Call { protocol, service, region, operation, params })
}

fn unknown(what: &str) -> ApiError {
    ApiError::new(
        "InvalidAction",
        format!(
            "{what}: no such operation; the drill account serves EC2, Elastic Load Balancing, Auto Scaling, RDS, Lambda, \
             CloudWatch and its logs, CloudTrail, Health, Support, SSM, Backup, DLM, STS and IAM."
        ),
    )
    .shaped("UnknownOperationException")
    .status(404)
}

fn by_target(target: &str) -> Result<Service, ApiError> {
    // boto3 and the CLI put CloudTrail's Java package before the name.
    match target.rsplit('.').next() {
        Some(CLOUDWATCH_TARGET) => Ok(Service::CloudWatch),
        Some(CLOUDTRAIL_TARGET) => Ok(Service::CloudTrail),
        Some(SSM_TARGET) => Ok(Service::Ssm),
        Some(LOGS_TARGET) => Ok(Service::Logs),
        Some(HEALTH_TARGET) => Ok(Service::Health),
        Some(SUPPORT_TARGET) => Ok(Service::Support),
        _ => Err(unknown(target)),
    }
}

/// `/service/TARGET/operation/NAME`.
fn rpc_path(path: &str) -> Option<(&str, &str)> {
    let (_, rest) = path.split_once("/service/")?;
    let (target, operation) = rest.split_once("/operation/")?;
    Some((target, operation.trim_end_matches('/')))
}

/// `ec2.eu-west-1.amazonaws.com` names its Region.
fn host_region(host: &str) -> Option<String> {
    let mut labels = host.split('.');
    let region = labels.nth(1)?;
    (labels.next() == Some("amazonaws")).then(|| region.to_owned())
}

/// What a SigV4 signature says about the request: `KEY/20260501/eu-west-1/ec2/aws4_request`.
struct CredentialScope {
    region: String,
    service: String,
}

impl CredentialScope {
    fn read(headers: &HeaderMap, query: Option<&str>) -> Option<Self> {
        let from_header = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split("Credential=").nth(1))
            .and_then(|rest| rest.split([',', ' ']).next())
            .map(str::to_owned);
        let from_query = || {
            let pair = query?.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
            Some(percent_encoding::percent_decode_str(pair).decode_utf8_lossy().into_owned())
        };
        let credential = from_header.or_else(from_query)?;
        let mut parts = credential.split('/').skip(2);
        let region = parts.next()?.to_owned();
        let service = parts.next()?.to_owned();
        Some(Self { region, service })
    }
}

/// Writes an answer, or an error, in the protocol of its request. `id` becomes the request id.
pub(crate) fn encode(call: &Call, answer: &Result<Tree, ApiError>, id: &str) -> Response<Bytes> {
    let namespace = call.service.namespace();
    let dialect = if call.protocol == Protocol::Ec2 { xml::Dialect::Ec2 } else { xml::Dialect::Query };
    let (kind, body): (&'static str, Vec<u8>) = match (call.protocol, answer) {
        (Protocol::Ec2 | Protocol::Query, Ok(tree)) => {
            let body = xml::answer(dialect, &call.operation, namespace, id, tree);
            ("text/xml;charset=UTF-8", body.into_bytes())
        }
        (Protocol::Ec2 | Protocol::Query, Err(error)) => {
            ("text/xml;charset=UTF-8", xml::error(dialect, namespace, id, error).into_bytes())
        }
        (Protocol::Json(kind), Ok(tree)) => (kind, json::answer(tree).into_bytes()),
        (Protocol::Json(kind), Err(error)) => (kind, json::error(error).into_bytes()),
        (Protocol::Rest, Ok(tree)) => ("application/json", json::answer(tree).into_bytes()),
        (Protocol::Rest, Err(error)) => ("application/json", rest::error(error).into_bytes()),
        (Protocol::Cbor, Ok(tree)) => ("application/cbor", cbor::answer(tree)),
        (Protocol::Cbor, Err(error)) => ("application/cbor", cbor::error(shapes(call.service), error)),
    };
    let mut response = raw(answer.as_ref().map_or_else(|error| error.status, |_| 200), kind, body);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-amzn-requestid", id);
    }
    if call.protocol == Protocol::Cbor {
        headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
    }
    if let (Protocol::Json(_) | Protocol::Rest | Protocol::Cbor, Err(error)) = (call.protocol, answer) {
        // CloudWatch's model is `awsQueryCompatible`: clients of the newer protocols still see the old codes.
        let who = if error.is_senders() { "Sender" } else { "Receiver" };
        if call.service == Service::CloudWatch
            && let Ok(value) = HeaderValue::from_str(&format!("{};{who}", error.code))
        {
            headers.insert("x-amzn-query-error", value);
        }
        if let Ok(value) = HeaderValue::from_str(&error.shape) {
            headers.insert("x-amzn-errortype", value);
        }
    }
    response
}

/// The namespace of a service's shapes, where one speaks CBOR.
const fn shapes(service: Service) -> &'static str {
    match service {
        Service::Health => "com.amazonaws.health",
        _ => "com.amazonaws.cloudwatch",
    }
}

/// An answer to what is no request of a known operation: a JSON error that every SDK can read as a failure.
pub(crate) fn refuse(error: &ApiError) -> Response<Bytes> {
    raw(error.status, "application/x-amz-json-1.0", json::error(error).into_bytes())
}

/// A bare response.
pub(crate) fn raw(status: u16, kind: &'static str, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTH: &str = "AWS4-HMAC-SHA256 Credential=AKID/20260501/eu-west-1/SERVICE/aws4_request, SignedHeaders=host, \
                        Signature=0";

    fn post(path: &str, headers: &[(&str, &str)], body: &'static str) -> Request<Bytes> {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Bytes::from(body)).unwrap()
    }

    #[test]
    fn the_signature_names_service_and_region() {
        let auth = AUTH.replace("SERVICE", "ec2");
        let request = post(
            "/",
            &[("authorization", &auth), ("host", "127.0.0.1:1")],
            "Action=DescribeInstances&MaxResults=5",
        );
        let call = decode(&request).unwrap();
        assert_eq!((call.service, call.protocol), (Service::Ec2, Protocol::Ec2));
        assert_eq!((call.region.as_str(), call.operation.as_str()), ("eu-west-1", "DescribeInstances"));
    }

    #[test]
    fn unsigned_requests_are_known_by_host_or_version() {
        let call =
            decode(&post("/", &[("host", "sts.eu-central-1.amazonaws.com")], "Action=GetCallerIdentity"))
                .unwrap();
        assert_eq!((call.service, call.region.as_str()), (Service::Sts, "eu-central-1"));
        let call = decode(&post("/", &[], "Action=ListMetrics&Version=2010-08-01")).unwrap();
        assert_eq!((call.service, call.protocol), (Service::CloudWatch, Protocol::Query));
    }

    #[test]
    fn json_and_cbor_are_known_by_target_and_path() {
        let target = format!("{CLOUDWATCH_TARGET}.DescribeAlarms");
        let call = decode(&post("/", &[("x-amz-target", &target)], "{\"MaxRecords\":3}")).unwrap();
        assert_eq!(
            (call.protocol, call.operation.as_str()),
            (Protocol::Json("application/x-amz-json-1.0"), "DescribeAlarms")
        );
        let path = format!("/service/{CLOUDWATCH_TARGET}/operation/DescribeAlarms");
        let call = decode(&post(&path, &[], "")).unwrap();
        assert_eq!((call.protocol, call.operation.as_str()), (Protocol::Cbor, "DescribeAlarms"));
    }

    #[test]
    fn anything_else_is_refused_in_a_sentence() {
        for request in [
            post("/", &[], ""),
            post("/", &[("x-amz-target", "AWSBackup.ListX")], "{}"),
            post("/", &[("x-amz-target", "nonsense")], "{}"),
            post("/service/Other/operation/X", &[], ""),
        ] {
            let error = decode(&request).unwrap_err();
            assert!(
                error.message.contains("CloudTrail, Health, Support, SSM, Backup, DLM, STS and IAM"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn rest_requests_are_known_by_method_and_path() {
        let get = |path: &str, service: &str| {
            let auth = AUTH.replace("SERVICE", service);
            decode(&Request::get(path).header("authorization", &auth).body(Bytes::new()).unwrap())
        };
        let call = get("/backup-jobs/?state=FAILED&maxResults=5", "backup").unwrap();
        assert_eq!((call.service, call.protocol), (Service::Backup, Protocol::Rest));
        assert_eq!((call.region.as_str(), call.operation.as_str()), ("eu-west-1", "ListBackupJobs"));
        assert_eq!(call.params.get("ByState"), Some(&Tree::from("FAILED")));
        let call = get("/policies/policy-0123", "dlm").unwrap();
        assert_eq!((call.service, call.operation.as_str()), (Service::Dlm, "GetLifecyclePolicy"));
        let error = get("/no-such-thing/", "backup").unwrap_err();
        assert_eq!((error.shape.as_str(), error.status), ("UnknownOperationException", 404));
        assert!(get("/backup-jobs/", "ec2").is_err(), "another service's path");
    }
}
