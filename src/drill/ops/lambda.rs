//! Lambda: `GetFunctionConfiguration`, `ListFunctions` and `ListEventSourceMappings`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Cx,
    page::{Pages, Tokens},
};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::{Ids, functions::Function},
};

/// A page holds 50, however many are asked for.
const PAGE: usize = 50;

fn invalid(message: String) -> ApiError {
    ApiError::new("InvalidParameterValueException", message)
}

const PAGES: Pages = Pages {
    token: "Marker",
    size: "MaxItems",
    sizes: (1, 10_000, 50),
    bad_size: |size| {
        invalid(format!(
            "1 validation error detected: Value '{size}' at 'maxItems' failed to satisfy constraint: Member must have \
             value between 1 and 10000"
        ))
    },
    bad_token: |token| invalid(format!("Invalid Marker: {token}")),
};

fn here<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a Function> {
    let region = cx.region;
    cx.world.functions.all.iter().filter(move |function| function.region == region)
}

/// A function as it can be named: by name or by an ARN, whole or in part, with or without a qualifier.
fn named<'a, 'b>(cx: &Cx<'a>, text: &'b str) -> Result<(&'a Function, Option<&'b str>), ApiError> {
    let rest = text.rsplit_once("function:").map_or(text, |(_, rest)| rest);
    let (name, qualifier) = rest.split_once(':').map_or((rest, None), |(name, more)| (name, Some(more)));
    let missing = || {
        let arn = format!("arn:aws:lambda:{}:{}:function:{rest}", cx.region, cx.world.account);
        ApiError::new("ResourceNotFoundException", format!("Function not found: {arn}")).status(404)
    };
    let wrong_place = text.starts_with("arn:")
        && !text.starts_with(&format!("arn:aws:lambda:{}:{}:", cx.region, cx.world.account));
    let found = here(cx).find(|function| function.name == name && !wrong_place).ok_or_else(missing)?;
    Ok((found, qualifier))
}

/// `lambda:GetFunctionConfiguration`.
pub(crate) fn configuration(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (function, in_name) = named(cx, params.required("FunctionName")?)?;
    let (_, build) = code(cx, function);
    let qualifier = params.text("Qualifier").or(in_name);
    match qualifier {
        None | Some("$LATEST") => Ok(describe(cx, function, None)),
        Some(text) if text == "live" || text == build.to_string() => Ok(describe(cx, function, Some(text))),
        Some(text) => {
            let message = format!("Function not found: {}:{text}", function.arn);
            Err(ApiError::new("ResourceNotFoundException", message).status(404))
        }
    }
}

/// `lambda:ListFunctions`.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "ListFunctions", params);
    let (offset, size) = PAGES.read(tokens, params)?;
    let (page, next) = tokens.cut(here(cx).collect(), offset, size.min(PAGE));
    let page = page.into_iter().map(|function| describe(cx, function, None));
    Ok(Fields::new().put("Functions", list(page)).maybe("NextMarker", next).into())
}

/// When the code came, and the number of its build.
fn code(cx: &Cx<'_>, function: &Function) -> (jiff::Timestamp, i64) {
    let found = cx.world.story.latest_code(cx.world, &function.name, cx.now.as_second());
    let found = found.and_then(|(at, build)| Some((jiff::Timestamp::from_second(at).ok()?, build)));
    found.unwrap_or((function.changed, 41))
}

fn describe(cx: &Cx<'_>, function: &Function, qualifier: Option<&str>) -> Tree {
    let (changed, build) = code(cx, function);
    let mark = rng::text(cx.world.seed, &format!("{}/{build}", function.name));
    let digest: Vec<u8> = (0..4).flat_map(|n| rng::mix(mark ^ n).to_be_bytes()).collect();
    let arn = qualifier.map_or_else(|| function.arn.clone(), |text| format!("{}:{text}", function.arn));
    let version = if qualifier.is_some() { build.to_string() } else { "$LATEST".to_owned() };
    let network = function.network.as_ref().map(|(vpc, subnets, groups)| {
        let fields = Fields::new().put("SubnetIds", list(subnets)).put("SecurityGroupIds", list(groups));
        fields.put("VpcId", vpc).put("Ipv6AllowedForDualStack", false)
    });
    let role = format!("arn:aws:iam::{}:role/service-role/{}", cx.world.account, function.role);
    Fields::new()
        .put("FunctionName", &function.name)
        .put("FunctionArn", arn)
        .put("Runtime", &function.runtime)
        .put("Role", role)
        .put("Handler", "app.handler")
        .put("CodeSize", i64::try_from(900_000 + mark % 9_000_000).unwrap_or_default())
        .put("Description", "")
        .put("Timeout", 30_i64)
        .put("MemorySize", 512_i64)
        // Text, and with a zone without a colon.
        .put("LastModified", changed.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string())
        .put("CodeSha256", STANDARD.encode(digest))
        .put("Version", version)
        .maybe("VpcConfig", network)
        .maybe(
            "DeadLetterConfig",
            function.dead_letters.as_ref().map(|arn| Fields::new().put("TargetArn", arn)),
        )
        .maybe("KMSKeyArn", function.key.as_ref())
        .put("TracingConfig", Fields::new().put("Mode", "PassThrough"))
        .put("RevisionId", Ids { seed: mark }.uuid("revision"))
        .put("Layers", list::<Tree>([]))
        .put("State", "Active")
        .put("LastUpdateStatus", "Successful")
        .put("PackageType", "Zip")
        .put("Architectures", list(["x86_64"]))
        .put("EphemeralStorage", Fields::new().put("Size", 512_i64))
        .put("SnapStart", Fields::new().put("ApplyOn", "None").put("OptimizationStatus", "Off"))
        .put(
            "LoggingConfig",
            Fields::new().put("LogFormat", "Text").put("LogGroup", format!("/aws/lambda/{}", function.name)),
        )
        .into()
}

/// `lambda:ListEventSourceMappings`.
pub(crate) fn mappings(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "ListEventSourceMappings", params);
    let (offset, size) = PAGES.read(tokens, params)?;
    let of = params
        .text("FunctionName")
        .map(|text| named(cx, text))
        .transpose()?
        .map(|(function, _)| &function.name);
    let from = params.text("EventSourceArn");
    let wanted = |function: &&Function| {
        function.source.as_ref().is_some_and(|(arn, _)| from.is_none_or(|from| from == arn))
            && of.is_none_or(|name| *name == function.name)
    };
    let found = here(cx).filter(wanted).collect();
    let (page, next) = tokens.cut(found, offset, size.min(PAGE));
    let mapping = |function: &Function| {
        let (source, id) = function.source.as_ref()?;
        let arn =
            format!("arn:aws:lambda:{}:{}:event-source-mapping:{id}", function.region, cx.world.account);
        let fields = Fields::new()
            .put("UUID", id)
            .put("BatchSize", 10_i64)
            .put("MaximumBatchingWindowInSeconds", 0_i64)
            .put("EventSourceArn", source)
            .put("FunctionArn", &function.arn)
            .put("LastModified", function.changed)
            .put("State", "Enabled")
            .put("StateTransitionReason", "USER_INITIATED")
            .put("EventSourceMappingArn", arn);
        Some(Tree::from(fields))
    };
    Ok(Fields::new()
        .put("EventSourceMappings", list(page.into_iter().filter_map(mapping)))
        .maybe("NextMarker", next)
        .into())
}
