import { deepStrictEqual, ok } from "node:assert/strict";
import { type Load, startLoad } from "../support/load.ts";
import { createCachedLicense, showsEverywhere } from "../support/main_job.ts";
import { openOwnBroker } from "../support/own_broker.ts";
import { request } from "../support/http.ts";
import { type BrokerName, openSystem, type System } from "../support/system.ts";
import { until } from "../support/until.ts";
import { wantedServices } from "../support/wanted_services.ts";

const OUTAGE_MS = 20_000;
const ARRIVES_WITHIN_MS = 10_000;

for (const broker of ["kafka", "redis"] as const) {
  if (!wantedServices().includes(broker)) continue;

  Deno.test(`${broker}: stopped for 20 s under load, reads and writes go on and every change arrives`, async () => {
    await using own = await openOwnBroker(broker);
    await using system = await openSystem({
      broker,
      env: broker === "kafka" ? { KAFKA_BROKERS: own.address } : { REDIS_URL: own.address },
    });
    const license = await createCachedLicense(system.addresses, "before");
    const load: Load = startLoad(license);

    await own.kill();
    await isReported(system, broker);
    // The outage itself is what is tested: nothing happens in it that could be waited for.
    await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
    await own.start();
    const report = await load.stop();

    deepStrictEqual(report.unexpected, []);
    ok(report.reads > 200 && report.writes > 100, JSON.stringify(report));
    await showsEverywhere(license, report.lastName, ARRIVES_WITHIN_MS);
    await isUp(system);
  });
}

/** The outage must show in the health, while every instance stays ready. */
async function isReported(system: System, broker: BrokerName): Promise<void> {
  for (const url of [system.addresses.organization, ...system.addresses.licensing]) {
    await until(
      async () => {
        const { status, body } = await request("GET", `${url}/health`);
        return status === 200 && body.status === "DEGRADED";
      },
      `${broker} missing in the health of ${url}`,
      { timeoutMs: 20_000 },
    );
    const { status } = await request("GET", `${url}/health/ready`);
    deepStrictEqual(status, 200);
  }
}

async function isUp(system: System): Promise<void> {
  for (const url of [system.addresses.organization, ...system.addresses.licensing]) {
    await until(async () => {
      const { body } = await request("GET", `${url}/health`);
      return body.status === "UP";
    }, `everything up at ${url}`);
  }
}
