/**
 * Where to deploy: the endpoint, the cluster and the values of the templates, from a file.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { z } from "zod";
import { BROKERS } from "./broker.ts";
import { valuesOfStacks } from "./stack_outputs.ts";

const values = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().min(1));

const environment = z.strictObject({
  /** Instead of AWS's own. */
  endpoint: z.url().optional(),
  region: z.string().min(1),
  cluster: z.string().min(1),
  broker: z.enum(BROKERS).default("kafka"),
  /** A file beside this one with what `aws cloudformation describe-stacks` printed. */
  stacks: z.string().min(1).optional(),
  /** For every service. */
  values,
  /** For one of them, beside the shared ones. */
  services: z.record(z.string(), values),
});

/** One place to deploy to. */
export type Environment = Omit<z.output<typeof environment>, "stacks">;

/** A file that cannot be used. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/** Where `deno task ecs:local` writes its own. */
export const LOCAL_ENVIRONMENT = ".data/ecs-local/environment.json";

/**
 * Reads `deploy/environments/<name>.json`, the local cluster's for "local", or a `.json` file. What
 * the file says goes before what its stacks say.
 */
export async function readEnvironment(name: string): Promise<Environment> {
  const file = name === "local"
    ? LOCAL_ENVIRONMENT
    : name.endsWith(".json")
    ? name
    : `deploy/environments/${name}.json`;
  const help = name === "local"
    ? "start the cluster by deno task ecs:local"
    : "copy deploy/environments/example.json";
  const parsed = environment.safeParse(await readJson(file, help));
  if (!parsed.success) {
    const found = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new EnvironmentError(`Cannot use "${file}": ${found.join("; ")}`);
  }
  const { stacks, ...written } = parsed.data;
  const endpoint = Deno.env.get("AWS_ENDPOINT_URL") || written.endpoint;
  const whole = { ...written, ...(endpoint && { endpoint }) };
  return stacks === undefined ? whole : await addStacks(whole, resolve(dirname(file), stacks));
}

async function addStacks(written: Environment, file: string): Promise<Environment> {
  const help = "write it by aws cloudformation describe-stacks";
  const found = valuesOfStacks(await readJson(file, help), Object.keys(written.services));
  if (!found) throw new EnvironmentError(`Cannot use "${file}": ${help}`);
  const services = Object.entries(written.services)
    .map(([service, own]) => [service, { ...found.services[service], ...own }]);
  return {
    ...written,
    values: { ...found.values, ...written.values },
    services: Object.fromEntries(services),
  };
}

async function readJson(file: string, help: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch (cause) {
    throw new EnvironmentError(`Cannot read "${file}": ${help}`, { cause });
  }
}

/** The services of an environment, in the order in which they start. */
export function servicesOf({ services }: Environment): string[] {
  return Object.keys(services);
}

/** What a template of a service may use. */
export function valuesFor(
  environment: Environment,
  service: string,
): Readonly<Record<string, string>> {
  return {
    ...environment.values,
    ...environment.services[service],
    AWS_REGION: environment.region,
    CLUSTER: environment.cluster,
  };
}
