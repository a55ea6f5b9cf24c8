//! `ec2:DescribeImages`: the images of the account and those it launches from. The tens of thousands of other public
//! images are not there; asking for them by id fails as for any image that does not exist.

use super::{Filters, Kind, answer, here, known_ids, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    wire::xml::iso,
    world::instance::Image,
};

const IMAGE: Kind = Kind { prefix: "ami", code: "InvalidAMIID", what: "image id" };

const FILTERS: &[&str] = &[
    "architecture",
    "creation-date",
    "description",
    "image-id",
    "image-type",
    "is-public",
    "name",
    "owner-alias",
    "owner-id",
    "platform",
    "platform-details",
    "root-device-type",
    "state",
    "virtualization-type",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeImages", params);
    let (offset, size) = paging(params, tokens, "ImageId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("ImageId");
    let owners = params.texts("Owner");
    let mut found: Vec<&Image> =
        here(cx, &cx.world.images, |image| &image.region).filter(|image| !image.gone).collect();
    known_ids(&ids, &IMAGE, |id| found.iter().any(|image| image.id == id))?;
    let owned = |image: &Image, owner: &str| match owner {
        "self" => image.owner == cx.world.account,
        other => image.owner == other || image.owner_alias == Some(other),
    };
    let deprecated = |image: &Image| image.deprecated.is_some_and(|at| at <= cx.now);
    let by_id = !ids.is_empty();
    found.retain(|image| {
        (!by_id || ids.contains(&image.id.as_str()))
            && (owners.is_empty() || owners.iter().any(|owner| owned(image, owner)))
            // Deprecated images of others are hidden unless asked for, by id or by flag.
            && (!deprecated(image) || by_id || image.owner == cx.world.account || params.flag("IncludeDeprecated"))
    });
    let found = found.into_iter().map(|image| (image, tags(cx, image))).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(image, _), name| values(image, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(image, tags)| describe(cx, image, tags));
    Ok(answer("imagesSet", page.collect::<Vec<_>>(), next))
}

/// Tags are the account's own, and so only on its own images.
fn tags(cx: &Cx<'_>, image: &Image) -> Vec<(String, String)> {
    let own = image.owner == cx.world.account;
    own.then(|| ("Name".to_owned(), image.name.clone())).into_iter().collect()
}

fn values(image: &Image, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "architecture" => one(&image.architecture),
        "creation-date" => vec![iso(image.created)],
        "description" => one(&image.about),
        "image-id" => one(&image.id),
        "image-type" => one("machine"),
        "is-public" => vec![(image.owner_alias.is_some()).to_string()],
        "name" => one(&image.name),
        "owner-alias" => image.owner_alias.map(str::to_owned).into_iter().collect(),
        "owner-id" => one(&image.owner),
        "platform" => image.platform.clone().map(|text| text.to_lowercase()).into_iter().collect(),
        "platform-details" => one(&image.platform_details),
        "root-device-type" => one("ebs"),
        "state" => one("available"),
        "virtualization-type" => one("hvm"),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, image: &Image, tags: &[(String, String)]) -> Tree {
    let location = format!("{}/{}", image.owner_alias.unwrap_or(&image.owner), image.name);
    let root = Fields::new().put("deviceName", "/dev/xvda").put(
        "ebs",
        Fields::new()
            .put("snapshotId", image.id.replace("ami-", "snap-"))
            .put("volumeSize", 20_i64)
            .put("deleteOnTermination", true)
            .put("volumeType", "gp3")
            .put("encrypted", image.owner == cx.world.account),
    );
    let mut fields = Fields::new()
        .put("imageId", &image.id)
        .put("imageLocation", location)
        .put("imageState", "available")
        .put("imageOwnerId", &image.owner)
        .put("creationDate", iso(image.created))
        .put("isPublic", image.owner_alias.is_some())
        .put("architecture", &image.architecture)
        .put("imageType", "machine")
        .maybe("platform", image.platform.as_ref())
        .put("platformDetails", &image.platform_details)
        .put("usageOperation", if image.platform.is_some() { "RunInstances:0002" } else { "RunInstances" })
        .put("name", &image.name)
        .put("description", &image.about)
        .maybe("imageOwnerAlias", image.owner_alias)
        .put("rootDeviceType", "ebs")
        .put("rootDeviceName", "/dev/xvda")
        .put("blockDeviceMapping", list([Tree::from(root)]))
        .put("virtualizationType", "hvm")
        .put("hypervisor", "xen")
        .put("enaSupport", true)
        .put("sriovNetSupport", "simple")
        .maybe("deprecationTime", image.deprecated.map(iso));
    if !tags.is_empty() {
        fields = fields.put("tagSet", tag_set(tags));
    }
    fields.into()
}
