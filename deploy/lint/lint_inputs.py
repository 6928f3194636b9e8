"""Checks inputs of AWS's operations with AWS's own models.

First argument: a JSON file of name -> {"service", "operation", "input"}. Standard output: a JSON
object of name -> list of findings, one line each. botocore knows the names and types of all keys;
cfn-lint knows the allowed values and the Fargate sizes.
"""

import json
import sys

import botocore.session
import botocore.validate
from cfnlint.api import ManualArgs, lint

# Keys whose CloudFormation name is not the API's name with a capital letter.
RENAMED = {
    "efsVolumeConfiguration": "EFSVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration": "FSxWindowsFileServerVolumeConfiguration",
}

# Operations whose input is also a resource of CloudFormation. Keys that it does not take are the
# API's alone.
RESOURCES = {
    "RegisterTaskDefinition": "AWS::ECS::TaskDefinition",
    "CreateService": "AWS::ECS::Service",
    "RegisterScalableTarget": "AWS::ApplicationAutoScaling::ScalableTarget",
    "PutScalingPolicy": "AWS::ApplicationAutoScaling::ScalingPolicy",
}


def to_cloudformation(value, shape):
    """Renames the keys of structures; the keys of maps belong to the user."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            RENAMED.get(key, key[:1].upper() + key[1:]): (
                to_cloudformation(inner, shape.members[key]) if key in shape.members else inner
            )
            for key, inner in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [to_cloudformation(inner, shape.member) for inner in value]
    return value


def botocore_findings(value, shape):
    report = botocore.validate.ParamValidator().validate(value, shape)
    return [f"botocore: {line}" for line in report.generate_report().splitlines() if line]


def cfn_lint_findings(items, shapes):
    """One template for all: most of the time goes into reading CloudFormation's schemas."""
    known = [name for name, item in items.items() if item["operation"] in RESOURCES]
    names = {f"Input{index}": name for index, name in enumerate(known)}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            key: {
                "Type": RESOURCES[items[name]["operation"]],
                "Properties": to_cloudformation(items[name]["input"], shapes[name]),
            }
            for key, name in names.items()
        },
    }
    found = {name: [] for name in items}
    for match in lint(json.dumps(template, indent=1), config=ManualArgs(regions=["us-east-1"])):
        _, key, *path = [str(step) for step in match.path]
        place = "/".join(path).removeprefix("Properties/")
        found[names[key]].append(f"cfn-lint {match.rule.id}: {match.message} ({place})")
    return found


def main():
    session = botocore.session.get_session()
    with open(sys.argv[1], encoding="utf-8") as file:
        items = json.load(file)
    models = {
        service: session.get_service_model(service)
        for service in {item["service"] for item in items.values()}
    }
    shapes = {
        name: models[item["service"]].operation_model(item["operation"]).input_shape
        for name, item in items.items()
    }
    found = cfn_lint_findings(items, shapes)
    json.dump(
        {
            name: botocore_findings(item["input"], shapes[name]) + found[name]
            for name, item in items.items()
        },
        sys.stdout,
    )


main()
