"""Checks CloudFormation templates with cfn-lint, and reads them for rules of our own.

Arguments: the templates. Standard output: a JSON object of file name -> {"findings": one line each,
"template": the template with its short forms (!Ref) written out}.
"""

import json
import sys
from pathlib import Path

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from cfnlint.decode import decode


def findings(path):
    return [
        f"cfn-lint {match.rule.id}: {match.message} (line {match.linenumber})"
        for match in lint_file(Path(path), config=ManualArgs(regions=["eu-central-1"]))
    ]


def main():
    result = {}
    for path in sys.argv[1:]:
        template, _ = decode(path)
        result[path] = {"findings": findings(path), "template": template or {}}
    json.dump(result, sys.stdout, default=str)


main()
