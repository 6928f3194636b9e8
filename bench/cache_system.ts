/**
 * One organization and one license, read through a licensing service of each variant: processes, on
 * one database, one Redis and one organization service.
 *
 * @module
 */

import { openServices } from "../dev/services/provider.ts";
import { type VariantName, variantNames } from "./cache_variants.ts";

/** A licensing service. */
export interface VariantService {
  readonly pid: number;
  /** Of the license. */
  readonly url: string;
}

/** All of them. Disposing ends what was started. */
export interface CacheSystem extends AsyncDisposable {
  readonly services: Readonly<Record<VariantName, VariantService>>;
}

const READY_WITHIN_MS = 30_000;

/** Starts everything, and fills the cache. */
export async function openCacheSystem(say: (line: string) => void): Promise<CacheSystem> {
  await using opened = new AsyncDisposableStack();
  const { env } = opened.use(await openServices({ wanted: ["redis"], say }));
  const folder = await Deno.makeTempDir({ prefix: "bench-cache-" });
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const destination = `bench-${crypto.randomUUID().slice(0, 8)}`;

  async function start(program: string, ...args: string[]) {
    const [name, way] = program === ORGANIZATION ? ["organization", "OUT"] : ["licensing", "IN"];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...PERMISSIONS, program, ...args],
      env: {
        ...env,
        AUTH: "open",
        HOST: "127.0.0.1",
        PORT: "0",
        LOG_FORMAT: "json",
        SHUTDOWN_DELAY_MS: "0",
        MESSAGING_BINDER: "redis",
        [`MESSAGING_BINDINGS_ORGANIZATION_CHANGES_${way}_DESTINATION`]: destination,
        DATABASE_URL: `sqlite:${folder}/${name}.sqlite`,
        ORGANIZATION_URL: organizationUrl,
        // No entry ends while it is measured.
        CACHE_TTL_MS: "3600000",
      },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    opened.defer(async () => {
      child.kill("SIGTERM");
      await child.status;
    });
    return { pid: child.pid, url: await addressIn(child.stdout) };
  }

  let organizationUrl = "";
  organizationUrl = (await start(ORGANIZATION)).url;
  const started = [];
  // One after the other: the first one makes the database.
  for (const variant of variantNames) started.push(await start(LICENSING, variant));
  const path = await createLicense(organizationUrl, started[0]?.url ?? "");
  const services = started.map(({ pid, url }, index) => [
    variantNames[index],
    { pid, url: `${url}${path}` },
  ]);
  await isCached(`${started[0]?.url}${path}`);
  const rest = opened.move();
  return {
    services: Object.fromEntries(services),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

const ORGANIZATION = "organization/main.ts";
const LICENSING = "bench/cache_service.ts";
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-net"];

/** The first one in the output, which is read on, so that the process never waits to write. */
async function addressIn(output: ReadableStream<Uint8Array>): Promise<string> {
  const found = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => found.reject(new Error("Cannot start a service: it does not say its address")),
    READY_WITHIN_MS,
  );
  void (async () => {
    let text = "";
    for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
      text = (text + chunk).slice(-10_000);
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (address !== undefined) found.resolve(address);
    }
    found.reject(new Error(`Cannot start a service: it ended: ${text}`));
  })();
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}

async function createLicense(organizationUrl: string, licensingUrl: string): Promise<string> {
  const { organizationId } = await post(`${organizationUrl}/v1/organization`, {
    name: "Ostock",
    contactName: "Grace Hopper",
    contactEmail: "grace@example.com",
    contactPhone: "+1 555 0100",
  });
  const path = `/v1/organization/${organizationId}/license`;
  const { licenseId } = await post(`${licensingUrl}${path}`, {
    description: "measured",
    productName: "Ostock",
    licenseType: "complete",
  });
  return `${path}/${licenseId}`;
}

async function post(url: string, body: unknown): Promise<Record<string, string>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Cannot POST ${url}: ${await response.text()}`);
  return await response.json();
}

/** The event of the creation may still fence the first fill. */
async function isCached(url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const response = await fetch(url);
    await response.body?.cancel();
    if (response.headers.get("cache-status") === "organization; hit") return;
  }
  throw new Error(`Cannot fill the cache by ${url}`);
}
