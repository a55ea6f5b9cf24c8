//! Which route table a subnet has: the one that names it, else its VPC's main one.

use crate::triage::{
    pick,
    read::{Facts, Read},
};

/// `rtb-…`; none while that is not known.
pub(super) fn of_subnet<'a>(subnet: &str, facts: &'a Facts) -> Option<&'a str> {
    let tables = || facts.items(Read::RouteTables, "RouteTables[]");
    let own = tables().find(|table| pick::texts(table, "Associations[].SubnetId").contains(&subnet));
    let main = || {
        let subnets = facts.items(Read::Subnets, "Subnets[]");
        let vpc = subnets.into_iter().find(|one| pick::text(one, "SubnetId") == subnet);
        let vpc = pick::text(vpc?, "VpcId");
        let is_main = |table: &&serde_json::Value| {
            let main = pick::all(table, "Associations[].Main");
            pick::text(table, "VpcId") == vpc && main.iter().any(|main| main.as_bool() == Some(true))
        };
        tables().find(is_main)
    };
    own.or_else(main).map(|table| pick::text(table, "RouteTableId")).filter(|id| !id.is_empty())
}
