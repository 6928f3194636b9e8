/**
 * What users do during a rehearsal: they read licenses and organizations and rename organizations;
 * somebody listens to every event.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import { createMessaging, type Messaging, parseMessagingConfig } from "@cauce/messaging";
import type { LocalPlatform } from "../local/local_platform.ts";
import { type Load, startLoad } from "./load.ts";
import { type RawRequest, rawRequest } from "./raw_client.ts";

/** Whether every change that was acknowledged was heard of. */
export interface EventReport {
  readonly acknowledged: number;
  readonly lost: number;
}

/** Users and a listener. Disposing ends the listener. */
export interface Traffic extends AsyncDisposable {
  /** Starts requests at both services. */
  start(options: { readonly readers: number }): Load;
  /** Waits until the events are there, for so long at most. */
  events(timeoutMs: number): Promise<EventReport>;
  /** Whether licensing shows the last name of each organization, after so long at most. */
  showsLatest(timeoutMs: number): Promise<boolean>;
}

interface Tenant {
  readonly id: string;
  readonly licenseUrl: string;
  readonly authorization: string;
  version: number;
  name: string;
}

const TENANTS = 4;
const PAUSE_MS = 8;
const SCOPES = "licenses:read licenses:write organization:read organization:write";

/** Makes organizations with a license each, and begins to listen. */
export async function openTraffic(
  { urls, issuer, brokerEnv }: Pick<LocalPlatform, "urls" | "issuer" | "brokerEnv">,
): Promise<Traffic> {
  const acknowledged: string[] = [];
  const heard = new Set<string>();
  const messaging = listen(brokerEnv, (id, version) => heard.add(`${id} ${version}`));
  const admin = await bearer({ scope: "organizations:admin" });
  const tenants = await Promise.all(
    Array.from({ length: TENANTS }, (_, index) => createTenant(index)),
  );

  async function bearer(claims: Readonly<Record<string, unknown>>): Promise<string> {
    return `Bearer ${await issuer.sign({ sub: "rehearsal", ...claims })}`;
  }

  async function createTenant(index: number): Promise<Tenant> {
    const name = `organization ${index}`;
    const organization = await ask({
      method: "POST",
      url: `${urls.organization}/v1/organization`,
      headers: { authorization: admin },
      body: details(name),
    }, 201);
    const id = organization.organizationId;
    acknowledged.push(`${id} ${organization.version}`);
    const authorization = await bearer({ scope: SCOPES, organizationId: id });
    const licenses = `${urls.licensing}/v1/organization/${id}/license`;
    const license = await ask({
      method: "POST",
      url: licenses,
      headers: { authorization },
      body: { description: "a rehearsal", productName: "Ostock", licenseType: "complete" },
    }, 201);
    const licenseUrl = `${licenses}/${license.licenseId}`;
    return { id, licenseUrl, authorization, version: organization.version, name };
  }

  async function rename(tenant: Tenant): Promise<void> {
    const name = `renamed ${crypto.randomUUID().slice(0, 8)}`;
    const { version } = await ask({
      method: "PUT",
      url: `${urls.organization}/v1/organization/${tenant.id}`,
      headers: { authorization: tenant.authorization },
      body: details(name),
    });
    Object.assign(tenant, { version, name });
    acknowledged.push(`${tenant.id} ${version}`);
  }

  async function read({ licenseUrl, authorization }: Tenant): Promise<void> {
    await ask({ method: "GET", url: licenseUrl, headers: { authorization } });
  }

  return {
    start({ readers }) {
      const next = (index: number) => tenants[index % tenants.length] as Tenant;
      return startLoad({
        pauseMs: PAUSE_MS,
        workers: [
          ...Array.from({ length: readers }, (_, index) => () => read(next(index))),
          // One writer a tenant, so that each knows its version.
          ...tenants.slice(0, 2).map((tenant) => () => rename(tenant)),
        ],
      });
    },
    async events(timeoutMs) {
      const lost = () => acknowledged.filter((change) => !heard.has(change)).length;
      const deadline = Date.now() + timeoutMs;
      while (lost() > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { acknowledged: acknowledged.length, lost: lost() };
    },
    async showsLatest(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (const tenant of tenants) {
        const { licenseUrl: url, authorization } = tenant;
        while (true) {
          const license = await ask({ method: "GET", url, headers: { authorization } });
          if (license.organization?.name === tenant.name) break;
          if (Date.now() > deadline) return false;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      return true;
    },
    [Symbol.asyncDispose]: () => messaging[Symbol.asyncDispose](),
  };
}

function listen(
  env: Readonly<Record<string, string>>,
  onEvent: (id: string, version: number) => void,
): Messaging {
  const config = parseMessagingConfig(env, { bindings: ["organization-changes-in"] });
  const messaging = createMessaging({ config, application: "rehearsal" });
  messaging.sink(organizationChanges, ({ payload }) => {
    onEvent(payload.organizationId, payload.version);
    return Promise.resolve();
  }, { group: "rehearsal" });
  messaging.start();
  return messaging;
}

// deno-lint-ignore no-explicit-any -- answers of the services under rehearsal
async function ask(request: RawRequest, expected = 200): Promise<any> {
  const { status, body } = await rawRequest(request);
  if (status === expected) return JSON.parse(body);
  throw new Error(`${request.method} ${status}`);
}

function details(name: string): Record<string, string> {
  return {
    name,
    contactName: "Ada Lovelace",
    contactEmail: "ada@example.com",
    contactPhone: "+44 20 5550 0100",
  };
}
