import { strictEqual } from "node:assert/strict";
import { createCachedLicense, rename, showsEverywhere } from "../support/main_job.ts";
import { openSystem } from "../support/system.ts";
import { wantedServices } from "../support/wanted_services.ts";

const STEPS = ["before-fence", "before-acknowledge"] as const;

for (const broker of ["kafka", "redis"] as const) {
  if (!wantedServices().includes(broker)) continue;

  for (const step of STEPS) {
    Deno.test(`${broker}: a change arrives although licensing is killed ${step}`, async () => {
      await using system = await openSystem({
        broker,
        licensing: 1,
        wrapper: [
          "--permission-set=services",
          "--config=tests/deno.json",
          "tests/support/crashing_licensing.ts",
          step,
        ],
      });
      const license = await createCachedLicense(system.addresses, "before");

      await rename(license, "after");
      const death = await system.licensing[0]?.process.status;
      strictEqual(death?.signal, "SIGKILL");
      const reborn = await system.addLicensing();

      const path = new URL(license.licenseUrls[0] ?? "").pathname;
      await showsEverywhere({ ...license, licenseUrls: [`${reborn.url}${path}`] }, "after", 20_000);
    });
  }

  Deno.test(`${broker}: the other member of the group takes over when one is killed`, async () => {
    await using system = await openSystem({ broker });
    const license = await createCachedLicense(system.addresses, "before");
    const [first, second] = system.licensing;

    await first?.process.kill9();
    await rename(license, "after");

    const survivors = license.licenseUrls.filter((url) => url.startsWith(second?.url ?? "none"));
    strictEqual(survivors.length, 1);
    await showsEverywhere({ ...license, licenseUrls: survivors }, "after", 20_000);
  });
}
