/**
 * Where to deploy: the endpoint, the cluster and the values of the templates, from a file.
 *
 * @module
 */

import { z } from "zod";

const values = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().min(1));

const environment = z.strictObject({
  /** Instead of AWS's own. */
  endpoint: z.url().optional(),
  region: z.string().min(1),
  cluster: z.string().min(1),
  /** For every service. */
  values,
  /** For one of them, beside the shared ones. */
  services: z.record(z.string(), values),
});

/** One place to deploy to. */
export type Environment = z.output<typeof environment>;

/** A file that cannot be used. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/** Where `deno task ecs:local` writes its own. */
export const LOCAL_ENVIRONMENT = ".data/ecs-local/environment.json";

/** Reads `deploy/environments/<name>.json`, the local cluster's for "local", or a `.json` file. */
export async function readEnvironment(name: string): Promise<Environment> {
  const file = name === "local"
    ? LOCAL_ENVIRONMENT
    : name.endsWith(".json")
    ? name
    : `deploy/environments/${name}.json`;
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (cause) {
    const help = name === "local"
      ? "start the cluster by deno task ecs:local"
      : "copy deploy/environments/example.json";
    throw new EnvironmentError(`Cannot read "${file}": ${help}`, { cause });
  }
  const parsed = environment.safeParse(JSON.parse(text));
  if (parsed.success) {
    const endpoint = Deno.env.get("AWS_ENDPOINT_URL") || parsed.data.endpoint;
    return { ...parsed.data, ...(endpoint && { endpoint }) };
  }
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new EnvironmentError(`Cannot use "${file}": ${problems.join("; ")}`);
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
