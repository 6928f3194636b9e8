import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { valuesOfStacks } from "./stack_outputs.ts";

const SERVICES = ["organization", "licensing"];

Deno.test("valuesOfStacks() gives each output to its service, or to all", () => {
  const found = valuesOfStacks({
    Stacks: [
      { StackName: "network", Outputs: [output("SubnetA", "subnet-1")] },
      { Outputs: [output("LicensingOrganizationUrl", "https://api.example")] },
      {
        Parameters: [{ ParameterKey: "Service", ParameterValue: "organization" }],
        Outputs: [output("AlbResourceLabel", "app/cauce/1")],
      },
    ],
  }, SERVICES);

  deepStrictEqual(found, {
    values: { SUBNET_A: "subnet-1" },
    services: {
      organization: { ALB_RESOURCE_LABEL: "app/cauce/1" },
      licensing: { ORGANIZATION_URL: "https://api.example" },
    },
  });
});

Deno.test("valuesOfStacks() refuses what is no answer of DescribeStacks", () => {
  strictEqual(valuesOfStacks([output("SubnetA", "subnet-1")], SERVICES), undefined);
});

function output(OutputKey: string, OutputValue: string) {
  return { OutputKey, OutputValue };
}
