/**
 * Both services with `AUTH=jwt` inside the test's process, with a real issuer: real HTTP, SQLite, a
 * memory broker.
 *
 * @module
 */

import { type LicensingService, openLicensing, parseLicensingConfig } from "@cauce/licensing";
import { createMemoryBroker, type MemoryBroker } from "@cauce/messaging";
import {
  openOrganization,
  type OrganizationService,
  parseOrganizationConfig,
} from "@cauce/organization";
import { createLogger } from "@cauce/platform";
import type { Issuer } from "../../dev/issuer/issuer.ts";
import { type Answer, request } from "./http.ts";
import { licenseDetails, licensesOf } from "./licensing_service.ts";
import { details, ORGANIZATIONS } from "./organization_service.ts";
import { sendSpoiltChange } from "./spoilt_change.ts";
import { openTcpProxy, type TcpProxy } from "./tcp_proxy.ts";
import { jwtSettings, openTestIssuer, tokenOf } from "./test_issuer.ts";
import { until } from "./until.ts";

/** A request to one of the services, with or without a token. */
export interface Call {
  readonly service: "organization" | "licensing";
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** The access token. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The services of one test. */
export interface AuthServices extends AsyncDisposable {
  readonly issuer: Issuer;
  /** Between the services and the issuer. */
  readonly network: TcpProxy;
  readonly organization: OrganizationService;
  readonly licensing: LicensingService;
  readonly memory: MemoryBroker;
  /** What both logged, debug lines too. */
  readonly lines: readonly string[];
  /** Sends a request. */
  call(call: Call): Promise<Answer>;
  /** A token of the issuer for a person or program with these scopes. */
  tokenFor(scopes: readonly string[], claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** What a test may set. */
export interface AuthServicesOptions {
  /** More of both services' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** SQLite files without them. */
  readonly databaseUrls?: Readonly<Record<Call["service"], string>>;
}

/** Starts issuer and services on free ports. */
export async function openAuthServices(
  { env = {}, databaseUrls }: AuthServicesOptions = {},
): Promise<AuthServices> {
  await using opened = new AsyncDisposableStack();
  const issuer = opened.use(await openTestIssuer());
  const network = opened.use(openTcpProxy({ targetPort: Number(new URL(issuer.url).port) }));
  const folder = await Deno.makeTempDir({ prefix: "auth-" });
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const memory = createMemoryBroker();
  const lines: string[] = [];
  const options = (service: string) => ({
    memory,
    logger: createLogger({
      service,
      level: "debug",
      format: "json",
      write: (line) => void lines.push(line),
    }),
  });
  const envOf = (service: Call["service"]) => ({
    ...jwtSettings(service, { issuer, at: `http://127.0.0.1:${network.port}` }),
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: databaseUrls?.[service] ?? `sqlite:${folder}/${service}.sqlite`,
    MESSAGING_BINDER: "memory",
    ...env,
  });
  const organization = opened.use(
    await openOrganization(
      parseOrganizationConfig(envOf("organization")),
      options("organization"),
    ),
  );
  const licensing = opened.use(
    await openLicensing(
      parseLicensingConfig({ ...envOf("licensing"), ORGANIZATION_URL: organization.url }, {
        embeddedCache: true,
      }),
      options("licensing"),
    ),
  );
  const urls = { organization: organization.url, licensing: licensing.url };
  const parts = opened.move();
  return {
    issuer,
    network,
    organization,
    licensing,
    memory,
    lines,
    call: ({ service, method, path, body, token, headers }) =>
      request(method, `${urls[service]}${path}`, {
        ...(body !== undefined && { body }),
        headers: {
          ...headers,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      }),
    tokenFor: (scopes, claims) => tokenOf(issuer, { scopes, claims }),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Creates an organization with a license, as an administrator and as somebody who belongs to it. */
export async function createTenant(
  services: AuthServices,
): Promise<{ readonly organizationId: string; readonly licenseId: string }> {
  const { body: { organizationId } } = await created(services, {
    service: "organization",
    method: "POST",
    path: ORGANIZATIONS,
    body: details,
    token: await services.tokenFor(["organizations:admin"]),
  });
  const { body: { licenseId } } = await created(services, {
    service: "licensing",
    method: "POST",
    path: licensesOf(organizationId),
    body: licenseDetails,
    token: await services.tokenFor(["licenses:write"], { organizationId }),
  });
  return { organizationId, licenseId };
}

async function created(services: AuthServices, call: Call): Promise<Answer> {
  const answer = await services.call(call);
  if (answer.status !== 201) throw new Error(`Cannot create: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Makes a dead letter of licensing's sink; its id. */
export async function createDeadLetter(services: AuthServices): Promise<string> {
  await sendSpoiltChange(services.memory);
  const token = await services.tokenFor(["operations:read"]);
  return await until(async () => {
    const { body } = await services.call({
      service: "licensing",
      method: "GET",
      path: "/dead-letters",
      token,
    });
    return body.items[0]?.id as string | undefined;
  }, "the dead letter");
}
