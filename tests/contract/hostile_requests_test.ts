/**
 * Both services under thousands of hostile requests of a tenant: none fails them, none shows what
 * is another tenant's, and nothing that is valid is lost.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { scopes } from "../../tools/access_matrix.ts";
import { type AuthServices, createTenant, openAuthServices } from "../support/auth_services.ts";
import {
  type HostileBytes,
  hostileBytes,
  type HostileCaller,
  type HostileRequest,
  hostileRequest,
  joined,
} from "../support/hostile_requests.ts";
import { licenseDetails, licensesOf } from "../support/licensing_service.ts";
import { ORGANIZATIONS } from "../support/organization_service.ts";
import { freshDatabase } from "../support/postgres.ts";
import { say } from "../support/say.ts";
import { converse } from "../support/wire.ts";

/** Half of them on each database. */
const REQUESTS = (Deno.env.has("TEST_LONG") ? 100_000 : 5_000) / 2;
/** Sent at once, then a valid write. */
const BATCH = 20;
const RAW_IN_BATCH = 2;
/** What every tenant may, and operators: so that no scope keeps a request from a handler. */
const SCOPES = Object.keys(scopes).filter((scope) => !scope.startsWith("organizations:"));
/** So often that one of them missing tells of requests that came nowhere. */
const EXPECTED = [200, 201, 400, 401, 403, 404, 405, 413, 415, 422];
const MARK = `foreign ${crypto.randomUUID()}`;

/** What came of a request. */
interface Outcome {
  readonly status: number;
  readonly text: string;
}

for (const database of ["SQLite", "PostgreSQL"]) {
  Deno.test(`on ${database}, of ${REQUESTS} hostile requests none fails a service or shows another tenant's data, and each valid write is kept`, async () => {
    await using services = await openServices(database);
    const caller = await createCaller(services);
    const seen = new Map<number, number>();
    const kept = new Map<string, string>();
    const begun = performance.now();

    await fc.assert(
      fc.asyncProperty(batchOf(caller), async ([requests, raw]) => {
        const outcomes = await Promise.all([
          ...requests.map((request) => send(services, request)),
          ...raw.map((bytes) => sendRaw(services, bytes)),
        ]);
        for (const { status, text } of outcomes) {
          ok(status < 500, `${status} ${text}`);
          ok(!text.includes(MARK), text);
          seen.set(status, (seen.get(status) ?? 0) + 1);
        }
        await write(services, { caller, kept });
      }),
      // A shrunk batch would meet what the one that failed has left.
      { numRuns: REQUESTS / BATCH, endOnFailure: true },
    );

    const seconds = (performance.now() - begun) / 1000;
    const counts = [...seen].sort().map(([status, count]) => `${count} × ${status}`).join(", ");
    say(`${REQUESTS} hostile requests in ${seconds.toFixed(1)} s: ${counts}`);
    deepStrictEqual(EXPECTED.filter((status) => !seen.has(status)), []);
    strictEqual(kept.size, REQUESTS / BATCH);
    deepStrictEqual(await findLost(services, { caller, kept }), []);
  });
}

async function openServices(database: string): Promise<AuthServices> {
  await using opened = new AsyncDisposableStack();
  const databases = database === "SQLite"
    ? []
    : [opened.use(await freshDatabase()), opened.use(await freshDatabase())];
  const [organization, licensing] = databases;
  const services = opened.use(
    await openAuthServices({
      env: { RATE_LIMIT_PER_SECOND: "0" },
      ...(organization && licensing &&
        { databaseUrls: { organization: organization.url, licensing: licensing.url } }),
    }),
  );
  const parts = opened.move();
  return { ...services, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function batchOf(caller: HostileCaller): fc.Arbitrary<[HostileRequest[], HostileBytes[]]> {
  const size = (length: number) => ({ minLength: length, maxLength: length });
  return fc.tuple(
    fc.array(hostileRequest(caller), size(BATCH - RAW_IN_BATCH)),
    fc.array(hostileBytes(caller), size(RAW_IN_BATCH)),
  );
}

/** Two tenants; the second one's data is marked. */
async function createCaller(services: AuthServices): Promise<HostileCaller> {
  const [own, foreign] = [await createTenant(services), await createTenant(services)];
  const caller = {
    token: await services.tokenFor(SCOPES, { organizationId: own.organizationId }),
    own: { ...own, letterId: "none" },
    foreign: { ...foreign, letterId: "none" },
  };
  await rename(services, { caller, version: 2 });
  const { status } = await services.call({
    service: "licensing",
    method: "PUT",
    path: `${licensesOf(foreign.organizationId)}/${foreign.licenseId}`,
    body: { ...licenseDetails, comment: MARK },
    token: await foreignToken(services, caller),
  });
  strictEqual(status, 200);
  return caller;
}

function foreignToken(services: AuthServices, { foreign }: HostileCaller): Promise<string> {
  return services.tokenFor(["organization:write", "licenses:read", "licenses:write"], {
    organizationId: foreign.organizationId,
  });
}

/** The other tenant's own change, which nobody else's comes between. */
async function rename(
  services: AuthServices,
  { caller, version }: { readonly caller: HostileCaller; readonly version: number },
): Promise<void> {
  const { body } = await services.call({
    service: "organization",
    method: "PATCH",
    path: `${ORGANIZATIONS}/${caller.foreign.organizationId}`,
    body: { name: `${MARK} ${version}` },
    token: await foreignToken(services, caller),
  });
  deepStrictEqual([body.name, body.version], [`${MARK} ${version}`, version]);
}

async function send(
  services: AuthServices,
  { service, method, path, headers, body }: HostileRequest,
): Promise<Outcome> {
  const response = await fetch(`${services[service].url}${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(20_000),
    ...(body && { body }),
  });
  const { status } = response;
  const text = await response.text();
  if (status >= 400 && method !== "HEAD" && text !== "") {
    strictEqual(response.headers.get("content-type"), "application/problem+json", text);
    strictEqual(JSON.parse(text).status, status);
  }
  return { status, text };
}

/** As long as any body, so that one that was cut short comes to its end; then a last request. */
const ENDING = new TextEncoder().encode(
  `${
    "\r\n".repeat(40_000)
  }GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
);
/** After an answer; who waits for a body without measure says no more. */
const QUIET_MS = 200;

/** A connection that ends without a word is an answer too: 0. */
async function sendRaw(services: AuthServices, { service, bytes }: HostileBytes): Promise<Outcome> {
  const text = await converse(services[service].url, joined([bytes, ENDING]), {
    isEnough: (heard) => /^connection: close\r$/im.test(heard),
    quietMs: QUIET_MS,
  });
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return { status: Math.max(0, ...statuses), text };
}

interface Scene {
  readonly caller: HostileCaller;
  /** Descriptions of licenses by their ids. */
  readonly kept: Map<string, string>;
}

/** A valid write of each tenant. */
async function write(services: AuthServices, { caller, kept }: Scene): Promise<void> {
  const { token, own } = caller;
  const path = licensesOf(own.organizationId);
  const description = `kept ${kept.size}`;
  const body = { ...licenseDetails, description };
  const created = await services.call({ service: "licensing", method: "POST", path, body, token });
  strictEqual(created.status, 201, JSON.stringify(created.body));
  kept.set(created.body.licenseId, description);
  await rename(services, { caller, version: 2 + kept.size });
}

/** Which of the licenses are not in the list, or not as they were written. */
async function findLost(services: AuthServices, { caller, kept }: Scene): Promise<string[]> {
  const { token, own, foreign } = caller;
  const found = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const path = `${licensesOf(own.organizationId)}?limit=200${query}`;
    const { body } = await services.call({ service: "licensing", method: "GET", path, token });
    for (const { licenseId, description } of body.items) found.set(licenseId, description);
    cursor = body.next;
  } while (cursor !== null);
  const { body } = await services.call({
    service: "licensing",
    method: "GET",
    path: `${licensesOf(foreign.organizationId)}/${foreign.licenseId}`,
    token: await foreignToken(services, caller),
  });
  strictEqual(body.comment, MARK);
  return [...kept].filter(([id, description]) => found.get(id) !== description).map(([id]) => id);
}
