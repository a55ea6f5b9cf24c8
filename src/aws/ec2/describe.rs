//! One resource of EC2's, asked about when somebody looks at its page.
//!
//! Asked by filter and not by id: an id that is gone, or that EC2 would not take for one, is then an empty answer and no
//! error. What comes back is compared with what was asked, since filters know wildcards.

mod convert;

use std::sync::{Arc, atomic::AtomicU32};

use aws_sdk_ec2::types::Filter;

use crate::{
    aws::{Session, ask, probe::Probe},
    problem::Problem,
    rows::described::{Described, What},
};

/// Most network interfaces that are read of a security group's: a page names those that use it, and says when there are
/// more.
const INTERFACES: i32 = 200;

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// What EC2 says of a resource, in one call.
pub async fn describe(session: &Session, what: What, id: &str) -> Result<Described, Problem> {
    let probe = Probe::new(&Arc::new(AtomicU32::new(0)));
    let found = match what {
        What::Volume => {
            let request = session.ec2().describe_volumes().filters(filter("volume-id", id));
            let answer = ask!(session, "ec2:DescribeVolumes", probe, request)?;
            let found = answer.volumes().iter().find(|v| v.volume_id() == Some(id));
            found.map(|v| Described::Volume(convert::volume(v)))
        }
        What::SecurityGroup => {
            let request = session.ec2().describe_security_groups().filters(filter("group-id", id));
            let answer = ask!(session, "ec2:DescribeSecurityGroups", probe, request)?;
            let found = answer.security_groups().iter().find(|g| g.group_id() == Some(id));
            found.map(|g| Described::SecurityGroup(convert::security_group(g)))
        }
        What::Subnet => {
            let request = session.ec2().describe_subnets().filters(filter("subnet-id", id));
            let answer = ask!(session, "ec2:DescribeSubnets", probe, request)?;
            let found = answer.subnets().iter().find(|s| s.subnet_id() == Some(id));
            found.map(|s| Described::Subnet(convert::subnet(s)))
        }
        What::Vpc => {
            let request = session.ec2().describe_vpcs().filters(filter("vpc-id", id));
            let answer = ask!(session, "ec2:DescribeVpcs", probe, request)?;
            let found = answer.vpcs().iter().find(|v| v.vpc_id() == Some(id));
            found.map(|v| Described::Vpc(convert::vpc(v)))
        }
        What::Image => {
            let request = session.ec2().describe_images().filters(filter("image-id", id));
            let request = request.include_deprecated(true).include_disabled(true);
            let answer = ask!(session, "ec2:DescribeImages", probe, request)?;
            let found = answer.images().iter().find(|i| i.image_id() == Some(id));
            found.map(|i| Described::Image(convert::image(i)))
        }
        What::Interface | What::GroupInterfaces | What::BalancerInterfaces => {
            let (name, value) = match what {
                What::GroupInterfaces => ("group-id", id.to_owned()),
                // Elastic Load Balancing describes its interfaces so.
                What::BalancerInterfaces => ("description", format!("ELB {id}")),
                _ => ("network-interface-id", id.to_owned()),
            };
            let request = session.ec2().describe_network_interfaces().filters(filter(name, &value));
            let request = request.max_results(INTERFACES);
            let answer = ask!(session, "ec2:DescribeNetworkInterfaces", probe, request)?;
            let more = answer.next_token().is_some_and(|token| !token.is_empty());
            let mut list: Vec<_> = answer.network_interfaces().iter().map(convert::interface).collect();
            if what == What::Interface {
                list.into_iter().find(|i| i.id == id).map(Described::Interface)
            } else {
                list.sort_by(|a, b| (&a.about, &a.id).cmp(&(&b.about, &b.id)));
                Some(Described::Interfaces { list, more })
            }
        }
    };
    Ok(found.unwrap_or(Described::Gone))
}
