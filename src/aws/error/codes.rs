//! The table of error codes: which word of AWS's means which class of ours (`aws-facts.md` §1.0).

use crate::problem::ProblemKind;

/// IAM, an SCP, a boundary or a resource policy said no: `AccessDenied` (query), `AccessDeniedException` (JSON),
/// `UnauthorizedOperation` (EC2), and what some services spell for themselves.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "AuthorizationException",
    "Blocked",
    "Forbidden",
    "ForbiddenException",
    "NotAuthorized",
    "NotAuthorizedException",
    "OperationNotPermitted",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

/// What the SDK itself retries as throttling (aws-runtime 1.10.2), and what it does not know.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RateLimitExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Credentials that are over, wrong, or of another time.
const EXPIRED: &[&str] = &[
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "InvalidTokenException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
];

/// The service, feature, Region or plan is not switched on, or this endpoint does not have the operation.
const NOT_ENABLED: &[&str] = &[
    "AWSOrganizationsNotInUseException",
    "DataUnavailableException",
    "InvalidAccessException",
    "InvalidAction",
    "NoAvailableConfigurationRecorderException",
    "OptInRequired",
    "OptInRequiredException",
    "PendingVerification",
    "RegionDisabledException",
    "SubscriptionRequiredException",
    "UnknownOperationException",
];

/// What is asked about by name is not there. EC2's ids that it would not take for one are here too: there is no such thing
/// either.
const GONE: &[&str] = &[
    "CaseIdNotFound",
    "DBClusterNotFound",
    "DBClusterNotFoundFault",
    "DBInstanceNotFound",
    "DBInstanceNotFoundFault",
    "DBSnapshotNotFound",
    "DBSnapshotNotFoundFault",
    "DoesNotExistException",
    "InvalidAMIID.Malformed",
    "InvalidAMIID.NotFound",
    "InvalidAllocationID.NotFound",
    "InvalidFlowLogId.NotFound",
    "InvalidGroup.NotFound",
    "InvalidGroupId.Malformed",
    "InvalidInstanceID.Malformed",
    "InvalidInstanceID.NotFound",
    "InvalidInternetGatewayID.NotFound",
    "InvalidLaunchTemplateId.Malformed",
    "InvalidLaunchTemplateId.NotFound",
    "InvalidLaunchTemplateId.NotFoundException",
    "InvalidNetworkAclID.NotFound",
    "InvalidNetworkInterfaceID.NotFound",
    "InvalidRouteTableID.NotFound",
    "InvalidSecurityGroupRuleId.NotFound",
    "InvalidSnapshot.NotFound",
    "InvalidSubnetID.NotFound",
    "InvalidVolume.NotFound",
    "InvalidVolumeID.Malformed",
    "InvalidVpcEndpointId.NotFound",
    "InvalidVpcPeeringConnectionID.NotFound",
    "InvocationDoesNotExist",
    "ListenerNotFound",
    "LoadBalancerNotFound",
    "RuleNotFound",
    "NatGatewayNotFound",
    "NoSuchEntity",
    "ResourceNotFoundException",
    "TargetGroupNotFound",
];

/// AWS's own trouble; it passes.
const PASSING: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "InternalServiceFault",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
];

/// A code as bare as the table has it: without `Client.` and `Server.` (EC2's older form), the namespace before `#`, and
/// what follows a `:`.
fn bare(code: &str) -> &str {
    let code = code.rsplit_once('#').map_or(code, |(_, tail)| tail);
    let code = code.split_once(':').map_or(code, |(head, _)| head);
    code.strip_prefix("Client.").or_else(|| code.strip_prefix("Server.")).unwrap_or(code)
}

/// The class of a code, where the table has it.
pub fn class(code: &str) -> Option<ProblemKind> {
    let code = bare(code);
    let table = [
        (DENIED, ProblemKind::Denied),
        (THROTTLED, ProblemKind::Throttled),
        (EXPIRED, ProblemKind::Expired),
        (NOT_ENABLED, ProblemKind::NotEnabled),
    ];
    table.into_iter().find(|(codes, _)| codes.contains(&code)).map(|(_, kind)| kind)
}

/// Whether an answer says that there is no such thing. Auto Scaling has no code of its own for that.
pub fn is_gone(code: &str, message: &str) -> bool {
    let code = bare(code);
    GONE.contains(&code) || code == "ValidationError" && message.contains("not found")
}

/// Whether an answer says that IAM has no credential report, or none that is not too old: it was asked for then.
pub fn is_no_report(code: &str, _: &str) -> bool {
    let code = bare(code);
    let code = code.strip_suffix("Exception").unwrap_or(code);
    let code = code.strip_prefix("Credential").unwrap_or(code);
    ["ReportNotPresent", "ReportExpired", "ReportNotReady", "ReportInProgress"].contains(&code)
}

/// Whether a code says that the account's AWS Support plan does not open the API.
pub fn wants_a_plan(code: &str) -> bool {
    bare(code) == "SubscriptionRequiredException"
}

/// Whether a code is AWS's own passing trouble.
pub fn passes(code: &str) -> bool {
    PASSING.contains(&bare(code))
}

/// Codes that also mean "this Region is not switched on for the account" when the same credentials work elsewhere.
pub fn may_be_region_off(code: &str) -> bool {
    matches!(bare(code), "AuthFailure" | "InvalidClientTokenId" | "UnrecognizedClientException")
}

/// The first code of the table that stands as a word in a text. Errors inside the credentials chain come as text only.
pub fn in_text(text: &str) -> Option<(&str, ProblemKind)> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find_map(|word| class(word).map(|kind| (word, kind)))
}

/// Whether a text tells of AWS's own passing trouble: by a code, or by an HTTP status from 500 on as the SDK writes it.
pub fn passes_in_text(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(passes)
        || text.split("StatusCode(").skip(1).any(|rest| rest.starts_with('5'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_its_class() {
        for (kind, codes) in [
            (
                ProblemKind::Denied,
                "AccessDenied AccessDeniedException UnauthorizedOperation UnauthorizedException \
                 AuthorizationException AuthorizationError Client.UnauthorizedOperation",
            ),
            (
                ProblemKind::Throttled,
                "Throttling ThrottlingException ThrottledException RequestThrottledException \
                 TooManyRequestsException ProvisionedThroughputExceededException TransactionInProgressException \
                 RequestLimitExceeded BandwidthLimitExceeded LimitExceededException RequestThrottled SlowDown \
                 PriorRequestNotComplete EC2ThrottledException RateLimitExceededException",
            ),
            (
                ProblemKind::Expired,
                "ExpiredToken ExpiredTokenException RequestExpired InvalidClientTokenId \
                 UnrecognizedClientException AuthFailure SignatureDoesNotMatch RequestTimeTooSkewed",
            ),
            (
                ProblemKind::NotEnabled,
                "InvalidAccessException OptInRequiredException AWSOrganizationsNotInUseException \
                 NoAvailableConfigurationRecorderException DataUnavailableException SubscriptionRequiredException \
                 OptInRequired com.amazonaws.sts#RegionDisabledException:http://internal",
            ),
        ] {
            for code in codes.split_whitespace() {
                assert_eq!(class(code), Some(kind), "{code}");
            }
        }
        for code in ["InvalidParameterValue", "ValidationError", "ResourceNotFound", ""] {
            assert_eq!(class(code), None, "{code}");
        }
        assert!(passes("InternalError") && !passes("AccessDenied"));
        assert!(
            is_gone("NoSuchEntity", "") && is_gone("ValidationError", "AutoScalingGroup name not found - x")
        );
        assert!(!is_gone("ValidationError", "1 validation error detected") && !is_gone("AccessDenied", ""));
    }

    #[test]
    fn codes_are_found_in_the_credentials_chain_s_text() {
        let text = "an error occurred: service error: unhandled error (AccessDenied): Error { code: \"AccessDenied\" }";
        assert_eq!(in_text(text), Some(("AccessDenied", ProblemKind::Denied)));
        assert_eq!(in_text("no such file"), None);
    }
}
