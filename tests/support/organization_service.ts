/**
 * The organization service inside the test's process: real HTTP, a SQLite file, a memory broker.
 *
 * @module
 */

import { createMemoryBroker, type MemoryBroker, silentLogger } from "@cauce/messaging";
import {
  openOrganization,
  type OrganizationService,
  parseOrganizationConfig,
} from "@cauce/organization";

/** A service of one test. */
export interface TestOrganization extends AsyncDisposable {
  readonly service: OrganizationService;
  readonly memory: MemoryBroker;
  /** Calls the service: a path, then what `fetch` takes. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON. */
  send(method: string, path: string, options: SendJson): Promise<Response>;
}

/** A JSON body and headers beside its content type. */
export interface SendJson {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body that fits. */
export const details = {
  name: "Ostock",
  contactName: "Rosalind Vega",
  contactEmail: "rosalind.vega@ostock.example",
  contactPhone: "+51 1 555 0101",
} as const;

/** Where organizations live. */
export const ORGANIZATIONS = "/v1/organization";

/** Starts the service on a free port, on a SQLite file where no database is named. */
export async function openTestOrganization(
  { databaseUrl, env = {} }: {
    readonly databaseUrl?: string;
    /** More of the environment. */
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestOrganization> {
  const folder = await Deno.makeTempDir({ prefix: "organization-" });
  const memory = createMemoryBroker();
  const config = parseOrganizationConfig({
    AUTH: "open",
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: databaseUrl ?? `sqlite:${folder}/organization.sqlite`,
    MESSAGING_BINDER: "memory",
    SHUTDOWN_DELAY_MS: "0",
    ...env,
  });
  const service = await openOrganization(config, { logger: silentLogger, memory });
  const call = (path: string, init?: RequestInit) => fetch(`${service.url}${path}`, init);
  return {
    service,
    memory,
    call,
    send: (method, path, { body, headers }) =>
      call(path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Creates an organization and returns it. */
export async function create(
  { send }: TestOrganization,
  name: string = details.name,
): Promise<Record<string, unknown> & { organizationId: string; version: number }> {
  const response = await send("POST", ORGANIZATIONS, { body: { ...details, name } });
  if (response.status !== 201) throw new Error(`Cannot create: ${await response.text()}`);
  return await response.json();
}

/** Reads a problem document; throws when the answer is not one. */
export async function readProblem(
  response: Response,
): Promise<Record<string, unknown> & { errors?: { pointer?: string; parameter?: string }[] }> {
  const type = response.headers.get("content-type");
  const problem = JSON.parse(await response.text());
  if (type !== "application/problem+json" || problem.status !== response.status) {
    throw new Error(`Cannot read problem: ${response.status} ${type} ${JSON.stringify(problem)}`);
  }
  return problem;
}
