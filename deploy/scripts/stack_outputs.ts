/**
 * Values of the templates from what CloudFormation's stacks put out.
 *
 * @module
 */

import { z } from "zod";

const pairs = <Key extends string, Value extends string>(key: Key, value: Value) =>
  z.array(z.looseObject({ [key]: z.string(), [value]: z.string() } as Record<
    Key | Value,
    z.ZodString
  >)).default([]);

/** DescribeStacks' answer, as the AWS CLI prints it. */
const answer = z.looseObject({
  Stacks: z.array(z.looseObject({
    Outputs: pairs("OutputKey", "OutputValue"),
    Parameters: pairs("ParameterKey", "ParameterValue"),
  })),
});

/** For every service, and for one of them. */
export interface StackValues {
  readonly values: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Returns the outputs under the names of placeholders: `SubnetA` is `SUBNET_A`. Those of a stack with
 * the parameter `Service`, and those that begin with the name of a service, are that service's.
 * Returns nothing where this is no such answer.
 */
export function valuesOfStacks(
  text: unknown,
  services: readonly string[],
): StackValues | undefined {
  const parsed = answer.safeParse(text);
  if (!parsed.success) return undefined;
  const shared: Record<string, string> = {};
  const own: Record<string, Record<string, string>> = Object.fromEntries(
    services.map((service) => [service, {}]),
  );
  for (const { Outputs, Parameters } of parsed.data.Stacks) {
    const parameter = Parameters.find(({ ParameterKey }) => ParameterKey === "Service");
    for (const { OutputKey, OutputValue } of Outputs) {
      const prefix = services.find((service) => OutputKey.startsWith(capitalized(service)));
      const service = parameter?.ParameterValue ?? prefix ?? "";
      const key = prefix && !parameter ? OutputKey.slice(prefix.length) : OutputKey;
      (own[service] ?? shared)[toPlaceholder(key)] = OutputValue;
    }
  }
  return { values: shared, services: own };
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function toPlaceholder(key: string): string {
  return key.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
}
