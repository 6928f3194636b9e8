"""Checks RegisterTaskDefinition inputs with AWS's own models.

First argument: a JSON file of name -> input. Standard output: a JSON object of
name -> list of findings, one line each. botocore knows the names and types of all
keys; cfn-lint knows the allowed values and the Fargate sizes.
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


def botocore_findings(definition, shape):
    report = botocore.validate.ParamValidator().validate(definition, shape)
    return [f"botocore: {line}" for line in report.generate_report().splitlines() if line]


def cfn_lint_findings(definition, shape):
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "TaskDefinition": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": to_cloudformation(definition, shape),
            }
        },
    }
    config = ManualArgs(regions=["us-east-1"])
    matches = lint(json.dumps(template, indent=1), config=config)
    prefix = "Resources/TaskDefinition/Properties/"
    return [
        f"cfn-lint {match.rule.id}: {match.message} "
        f"({'/'.join(str(step) for step in match.path or []).removeprefix(prefix)})"
        for match in matches
    ]


def main():
    service = botocore.session.get_session().get_service_model("ecs")
    shape = service.operation_model("RegisterTaskDefinition").input_shape
    with open(sys.argv[1], encoding="utf-8") as file:
        definitions = json.load(file)
    findings = {
        name: botocore_findings(definition, shape) + cfn_lint_findings(definition, shape)
        for name, definition in definitions.items()
    }
    json.dump(findings, sys.stdout)


main()
