//! What the account has none of: flow logs and peered VPCs.

use super::{Filters, Kind, answer, known_ids, paging};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::Tree,
};

const FLOW_LOG: Kind = Kind { prefix: "fl", code: "InvalidFlowLogId", what: "flow log" };
const PEERING: Kind =
    Kind { prefix: "pcx", code: "InvalidVpcPeeringConnectionID", what: "vpcPeeringConnection ID" };

/// `ec2:DescribeFlowLogs`.
pub(crate) fn flow_logs(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    none(cx, params, "DescribeFlowLogs", ("FlowLogId", &FLOW_LOG), "flowLogSet")
}

/// `ec2:DescribeVpcPeeringConnections`.
pub(crate) fn peerings(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let ids = ("VpcPeeringConnectionId", &PEERING);
    none(cx, params, "DescribeVpcPeeringConnections", ids, "vpcPeeringConnectionSet")
}

fn none(
    cx: &Cx<'_>,
    params: Params<'_>,
    operation: &str,
    (ids, kind): (&str, &Kind),
    name: &'static str,
) -> Result<Tree, ApiError> {
    paging(params, Tokens::new(cx, operation, params), ids)?;
    Filters::read(params)?;
    known_ids(&params.texts(ids), kind, |_| false)?;
    Ok(answer(name, [], None))
}
