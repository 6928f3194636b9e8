// deno-lint-ignore-file no-console -- a command-line program talks to its terminal
/**
 * Both services in one process, as `deno task dev` runs them.
 *
 * @module
 */

import { ConfigError, createMemoryBroker, type MessagingEvent } from "@cauce/messaging";
import {
  loadSampleData as loadOrganizations,
  openOrganization,
  type OrganizationService,
  parseOrganizationConfig,
  SOURCE_BINDING,
} from "@cauce/organization";
import {
  type LicensingConfig,
  type LicensingService,
  loadSampleData as loadLicenses,
  openLicensing,
  parseLicensingConfig,
  sampleLicenses,
  SINK_BINDING,
} from "@cauce/licensing";
import { createLogger, exitOnConfigError } from "@cauce/platform";
import { onParentGone } from "./child.ts";
import { toServiceEnv } from "./dev_env.ts";
import { toEventLine } from "./event_line.ts";

interface Services extends AsyncDisposable {
  readonly organization: OrganizationService;
  readonly licensing: LicensingService;
}

type Env = Readonly<Record<string, string>>;

async function openServices(env: Env): Promise<Services> {
  const messaging = { defaultBinder: "memory", bindings: [SOURCE_BINDING, SINK_BINDING] } as const;
  const organizationConfig = parseOrganizationConfig(toServiceEnv(env, "organization"), messaging);
  const licensingConfig = parseLicensingConfig(toServiceEnv(env, "licensing"), {
    ...messaging,
    embeddedCache: true,
  });
  const memory = createMemoryBroker();
  const observe = (event: MessagingEvent) => {
    const line = toEventLine(event, Date.now());
    if (line !== undefined) console.log(line);
  };
  await using opened = new AsyncDisposableStack();
  const organization = opened.use(
    await openOrganization(organizationConfig, {
      logger: createLogger({ service: "organization", level: "warn", format: "pretty" }),
      memory,
      observe,
      portVariable: "ORGANIZATION_PORT",
    }),
  );
  const licensing = opened.use(
    await openLicensing(facing(licensingConfig, env["ORGANIZATION_URL"] || organization.url), {
      logger: createLogger({ service: "licensing", level: "warn", format: "pretty" }),
      memory,
      observe,
      portVariable: "LICENSING_PORT",
    }),
  );
  await loadOrganizations(organization.store);
  await loadLicenses(licensing.store);
  const all = opened.move();
  return { organization, licensing, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Licensing that asks the organization service at this address. */
function facing(config: LicensingConfig, organizationUrl: string): LicensingConfig {
  return { ...config, settings: { ...config.settings, ORGANIZATION_URL: organizationUrl } };
}

function sayReady({ organization, licensing }: Services, env: Env): void {
  const [license] = sampleLicenses;
  const path = `/v1/organization/${license?.organizationId}/license/${license?.licenseId}`;
  const started = Number(env["DEV_STARTED_AT"]);
  const after = started > 0 ? ` in ${Date.now() - started} ms` : "";
  const isOpen = env["AUTH"] !== "jwt";
  console.log(`
ready${after}, on the ${env["MESSAGING_BINDER"] || "memory"} binder
  organization  ${organization.url}/docs
  licensing     ${licensing.url}/docs
  callers       ${
    isOpen ? "AUTH=open: anyone on this machine may do everything" : "by access token"
  }
try
${tokenCommand(env, license?.organizationId ?? "")}  curl -i ${
    isOpen ? "" : '-H "authorization: Bearer $token" '
  }${licensing.url}${path}
`);
}

/** How to get a token of the issuer that dev started; nothing where there is another. */
function tokenCommand(env: Env, organizationId: string): string {
  const url = env["DEV_TOKEN_URL"];
  if (url === undefined) return "";
  return `  token=$(curl -s ${url} -u dev:dev -H accept:text/plain -d grant_type=client_credentials ` +
    `-d scope=licenses:read -d organizationId=${organizationId})\n`;
}

async function main(): Promise<void> {
  const env = Deno.env.toObject();
  const { promise: stop, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, resolve);
  void onParentGone(resolve);
  const services = await openServices(env);
  sayReady(services, env);
  const refused = await Promise.race([
    stop,
    services.organization.messaging.fatal,
    services.licensing.messaging.fatal,
  ]);
  await services[Symbol.asyncDispose]();
  if (refused instanceof Error) throw refused;
}

try {
  await main();
  Deno.exit(0);
} catch (error) {
  exitOnConfigError(error instanceof ConfigError ? error : new ConfigError([String(error)]));
}
