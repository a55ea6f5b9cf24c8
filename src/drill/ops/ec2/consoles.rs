//! `ec2:GetConsoleOutput` and `ec2:GetConsoleScreenshot`: what a guest wrote when it started, and, where its own check fails
//! on a host that is well, that it hangs.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    instances::{INSTANCE, present},
    known_ids,
};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::instance::{Instance, Look},
};

/// The smallest JPEG there is: one grey dot.
const DOT: &str = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////\
                   ////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z";

fn asked<'a>(cx: &'a Cx<'_>, params: Params<'_>) -> Result<(&'a Instance, Look), ApiError> {
    let id = params.required("InstanceId")?;
    let there = present(cx);
    known_ids(&[id], &INSTANCE, |id| there.iter().any(|(one, _)| one.id == id))?;
    let found = there.into_iter().find(|(one, _)| one.id == id);
    found.ok_or_else(|| {
        ApiError::new("InvalidInstanceID.NotFound", format!("The instance ID '{id}' does not exist"))
    })
}

/// The first.
pub(crate) fn output(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (one, look) = asked(cx, params)?;
    let host = one.private_ip.replace('.', "-");
    let mut lines = vec![
        "[    0.000000] Linux version 6.8.0-79-generic (x86_64-linux-gnu-gcc-13) #79-Ubuntu SMP".to_owned(),
        "[    0.412350] nvme nvme0: pci function 0000:00:04.0".to_owned(),
        "[    1.902114] EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode".to_owned(),
        "[    4.310027] cloud-init[612]: Cloud-init v. 24.4 finished".to_owned(),
        format!("ip-{host} login:"),
    ];
    if look.instance.status == "impaired" && look.system.status == "ok" {
        lines.push("INFO: task kworker/u8:2:1187 blocked for more than 120 seconds.".to_owned());
        lines.push("INFO: task nginx:2044 blocked for more than 120 seconds.".to_owned());
    }
    let at = look.instance.since.unwrap_or(one.launched);
    Ok(Fields::new()
        .put("instanceId", &one.id)
        .put("timestamp", at)
        .put("output", STANDARD.encode(lines.join("\r\n")))
        .into())
}

/// The second.
pub(crate) fn screenshot(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (one, look) = asked(cx, params)?;
    if look.state != "running" {
        let message =
            format!("The instance '{}' is not in a state from which its screen can be read.", one.id);
        return Err(ApiError::new("IncorrectInstanceState", message));
    }
    Ok(Fields::new().put("instanceId", &one.id).put("imageData", DOT).into())
}
