import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { request } from "../support/http.ts";
import { createCachedLicense, rename, showsEverywhere } from "../support/main_job.ts";
import { openSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { wantedServices } from "../support/wanted_services.ts";

for (const broker of ["kafka", "redis"] as const) {
  if (!wantedServices().includes(broker)) continue;

  Deno.test(`${broker}: a change of an organization shows in two licensing services of one group`, async () => {
    await using system = await openSystem({ broker });
    const license = await createCachedLicense(system.addresses, "before");

    for (const name of ["after", "once more", "at last"]) {
      await rename(license, name);
      await showsEverywhere(license, name);
    }
  });

  Deno.test(`${broker}: a deleted organization shows as deleted, and its license stays`, async () => {
    await using system = await openSystem({ broker });
    const license = await createCachedLicense(system.addresses, "short-lived");

    const { status } = await request("DELETE", license.organizationUrl);

    strictEqual(status, 204);
    for (const url of license.licenseUrls) {
      await until(async () => {
        const { body } = await request("GET", url);
        return body.organizationStatus === "deleted" && body.organization === null;
      }, `the deletion at ${url}`);
    }
  });

  Deno.test(`${broker}: a reader that asks for a version never gets an older one`, async () => {
    await using system = await openSystem({ broker });
    const license = await createCachedLicense(system.addresses, "v1");
    const seen: number[] = [];

    for (let version = 2; version <= 20; version++) {
      await rename(license, `v${version}`);
      for (const url of license.licenseUrls) {
        const { body } = await request("GET", url, {
          headers: { "x-min-organization-version": String(version) },
        });
        seen.push(body.organization.version - version);
      }
    }

    deepStrictEqual([...new Set(seen)], [0]);
  });

  Deno.test(`${broker}: both services stop within their grace and say so by exit code 0`, async () => {
    await using system = await openSystem({ broker });
    await createCachedLicense(system.addresses, "leaving");

    for (const { process } of [system.organization, ...system.licensing]) {
      strictEqual(await process.terminate(), 0, process.lines.join("\n"));
    }
  });
}
