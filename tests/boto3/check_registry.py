"""The registry of reads against the service models that botocore has: names, kinds, what is required, lists of answers.

Usage: check_registry.py FILE, a JSON list of operations. Prints each that is right; stops at the first that is not.
"""

import json
import sys

import botocore.session

KINDS = {
    "text": {"string"},
    "flag": {"boolean"},
    "number": {"integer", "long"},
    # Some services take a moment as a number of seconds, or as a text.
    "time": {"timestamp", "long", "string"},
    "object": {"structure"},
}
# Two answers of ours are put together from what AWS gives in another form: a search's id, a file.
MADE = {"logs:StartQuery", "iam:GetCredentialReport"}


def holds(what, condition, got=None):
    if not condition:
        sys.exit(f"FAILED: {what}: {got!r}")


def check(args, shape, where):
    for arg in args:
        what = f"{where}.{arg['name']}"
        holds(f"{what} is known", arg["name"] in shape.members, list(shape.members))
        member = shape.members[arg["name"]]
        kind = arg["kind"]
        if kind in ("texts", "objects"):
            holds(f"{what} is a list", member.type_name == "list", member.type_name)
            member, kind = member.member, kind[:-1]
        holds(f"{what} is of kind {kind}", member.type_name in KINDS[kind], member.type_name)
        if kind == "object":
            check(arg["members"], member, what)
    names = {arg["name"] for arg in args if arg["required"]}
    missing = set(shape.required_members) - names
    holds(f"{where}: what AWS requires is required", not missing, missing)


loader = botocore.session.get_session()
for spec in json.load(open(sys.argv[1])):
    service, operation = spec["operation"].split(":")
    model = loader.get_service_model(service).operation_model(operation)
    if model.input_shape is not None:
        check(spec["args"], model.input_shape, spec["operation"])
        needed = {arg["name"] for arg in spec["args"] if arg["required"]}
        holds(f"{spec['operation']}: nothing else is required", needed == set(model.input_shape.required_members), needed)
    else:
        holds(f"{spec['operation']} takes nothing", not spec["args"])
    for name in spec["lists"] if spec["operation"] not in MADE else []:
        holds(f"{spec['operation']}: {name} is a list", model.output_shape.members[name].type_name == "list")
    print(f"ok  {spec['operation']}")
