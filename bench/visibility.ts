// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Measures commit → visible: how long after an organization's change was answered does licensing
 * show it? Runs against services that are up, for instance those of `deno task dev`.
 *
 * @module
 */

import { readOptions, refuse } from "../dev/command_line.ts";
import { percentile } from "./percentiles.ts";

/** Where the services are and how often to measure. */
export interface VisibilityOptions {
  readonly organizationUrl: string;
  readonly licensingUrl: string;
  readonly updates: number;
}

/** Milliseconds from the answer to a PUT until a read of the license shows it; one sample an update. */
export interface Visibility {
  readonly samples: readonly number[];
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A service does not answer at its address. */
class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** How long one change may take to show before the measurement gives up. */
const GIVE_UP_MS = 30_000;

/** Creates an organization with a license, changes its name again and again, and watches the license. */
export async function measureVisibility(options: VisibilityOptions): Promise<Visibility> {
  const organizations = `${options.organizationUrl}/v1/organization`;
  const created = await send("POST", organizations, organization("visibility 0"));
  const id = String(created["organizationId"]);
  const license = await send(
    "POST",
    `${options.licensingUrl}/v1/organization/${id}/license`,
    { description: "measured", productName: "visibility", licenseType: "full" },
  );
  const licenseUrl = `${options.licensingUrl}/v1/organization/${id}/license/${
    license["licenseId"]
  }`;
  await shows(licenseUrl, "visibility 0");

  const samples: number[] = [];
  for (let update = 1; update <= options.updates; update++) {
    const name = `visibility ${update}`;
    await send("PUT", `${organizations}/${id}`, organization(name));
    const answered = performance.now();
    await shows(licenseUrl, name);
    samples.push(performance.now() - answered);
  }
  return {
    samples,
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
    max: Math.max(...samples),
  };
}

function organization(name: string): Record<string, string> {
  return {
    name,
    contactName: "Grace Hopper",
    contactEmail: "grace@example.com",
    contactPhone: "+1 555 0100",
  };
}

async function send(method: string, url: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch((cause) => {
    throw new UnreachableError(`Cannot reach ${url}: is "deno task dev" running?`, { cause });
  });
  if (!response.ok) {
    throw new Error(`Cannot ${method} ${url}: ${response.status} ${await response.text()}`);
  }
  return await response.json();
}

/** Reads without a pause: the interval between reads would be part of the measured time. */
async function shows(licenseUrl: string, name: string): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (performance.now() < deadline) {
    const response = await fetch(licenseUrl);
    const license = await response.json();
    if (license.organization?.name === name) return;
  }
  throw new Error(`Cannot see "${name}" at ${licenseUrl}: not there after ${GIVE_UP_MS} ms`);
}

const USAGE = `Measures how soon licensing shows a change of an organization.

deno task bench:visibility [options]     (start "deno task dev" first)
  --updates N         updates to measure (500)
  --organization URL  (http://127.0.0.1:8081)
  --licensing URL     (http://127.0.0.1:8080)
  --max-p99 MS        exit with 1 when p99 is above it
  --json              one JSON document instead of a line`;

async function main(): Promise<void> {
  const values = readOptions({
    updates: { type: "string", default: "500" },
    organization: { type: "string", default: "http://127.0.0.1:8081" },
    licensing: { type: "string", default: "http://127.0.0.1:8080" },
    "max-p99": { type: "string" },
    json: { type: "boolean", default: false },
  }, USAGE);
  const updates = Number(values.updates);
  if (!Number.isInteger(updates) || updates < 1) {
    refuse(`"${values.updates}" is no whole number of updates from 1`, USAGE);
  }
  const { p50, p99, max } = await measureVisibility({
    organizationUrl: values.organization,
    licensingUrl: values.licensing,
    updates,
  });
  console.log(
    values.json
      ? JSON.stringify({ updates, p50, p99, max })
      : `commit → visible over ${updates} updates: p50 ${p50.toFixed(1)} ms, ` +
        `p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`,
  );
  const limit = values["max-p99"];
  if (limit !== undefined && p99 > Number(limit)) Deno.exit(1);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
