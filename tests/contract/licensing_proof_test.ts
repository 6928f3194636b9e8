import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  createWithLicense,
  fenced,
  openTestLicensing,
  type TestLicensing,
} from "../support/licensing_service.ts";
import { details, ORGANIZATIONS } from "../support/organization_service.ts";
import { until } from "../support/until.ts";

const PROOF_MS = 1000;
const env = { CACHE_PROOF_MS: String(PROOF_MS) };

/** Reads a license for a while; how its organization was found, without repetitions in a row. */
async function watch(test: TestLicensing, path: string, forMs: number): Promise<string[]> {
  const seen: string[] = [];
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    const { status, headers, body } = await test.call("GET", path);
    const line = `${status} ${headers.get("cache-status")} ${body.organizationStatus}`;
    if (seen.at(-1) !== line) seen.push(line);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return seen;
}

/** Stops the sink: what changes from now on reaches no cache, and no heartbeat does. */
async function stopSink(test: TestLicensing): Promise<void> {
  const { status } = await test.call("POST", "/bindings/organization-changes-in", {
    body: { state: "stopped" },
  });
  strictEqual(status, 200);
}

async function rename(test: TestLicensing, organizationId: string): Promise<void> {
  const response = await test.organization.send("PUT", `${ORGANIZATIONS}/${organizationId}`, {
    body: { ...details, name: "Renamed" },
  });
  strictEqual(response.status, 200);
  await response.body?.cancel();
}

async function metric(test: TestLicensing, name: string): Promise<number> {
  const response = await fetch(`${test.services[0]?.url}/metrics`);
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function watermark(test: TestLicensing): Promise<{ status: string; error?: string }> {
  return (await test.call("GET", "/health")).body.components.watermark;
}

Deno.test("while heartbeats arrive, every hit is believed, also with organization's HTTP down", async () => {
  await using test = await openTestLicensing({ env });
  const { organizationId, path } = await createWithLicense(test);
  await fenced(test, { organizationId, version: 1 });
  // What this process loaded itself proves hits for a while, too: that has to be over.
  await watch(test, path, PROOF_MS);
  test.network.cut();

  const seen = await watch(test, path, 2 * PROOF_MS);

  deepStrictEqual(seen, ["200 organization; hit current"]);
  strictEqual(await metric(test, "organization_revalidations_total"), 0);
  strictEqual((await watermark(test)).status, "UP");
  ok(await metric(test, "organization_watermark_age_seconds") < PROOF_MS / 1000);
});

Deno.test("without heartbeats, a hit is asked about, and what changed is seen", async () => {
  await using test = await openTestLicensing({ env });
  const { organizationId, path } = await createWithLicense(test);
  await fenced(test, { organizationId, version: 1 });
  await stopSink(test);
  await until(
    async () =>
      (await test.call("GET", path)).headers.get("cache-status") ===
        "organization; hit; detail=revalidated",
    "a hit that was asked about",
  );
  ok(await metric(test, 'organization_revalidations_total{outcome="unchanged"') > 0);

  await rename(test, organizationId);
  const begun = performance.now();
  await until(
    async () => (await test.call("GET", path)).body.organization.name === "Renamed",
    "the change",
  );

  const tookMs = performance.now() - begun;
  // The last question was asked just before the change; the next one follows when that is old.
  ok(tookMs < 2 * PROOF_MS, `${tookMs} ms`);
  const { status, error } = await watermark(test);
  strictEqual(status, "DOWN");
  ok(error?.startsWith("Cannot prove hits: the oldest watermark is "), error);
  strictEqual((await test.call("GET", "/health/ready")).status, 200);
});

Deno.test("without heartbeats and without organization, a hit is stale, and at last unavailable", async () => {
  await using test = await openTestLicensing({ env: { ...env, CACHE_MAX_STALE_MS: "3000" } });
  const { organizationId, path } = await createWithLicense(test);
  await fenced(test, { organizationId, version: 1 });
  test.network.cut();
  await stopSink(test);

  const seen = await watch(test, path, 3000 + PROOF_MS);

  deepStrictEqual(seen, [
    "200 organization; hit current",
    "200 organization; fwd=stale stale",
    "200 organization; fwd=miss unavailable",
  ]);
});
