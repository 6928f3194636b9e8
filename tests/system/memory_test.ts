import { strictEqual } from "node:assert/strict";
import { createMemoryBroker, silentLogger } from "@cauce/messaging";
import type { Binder } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/memory";
import { delegateBinder, delegateProducer } from "@cauce/messaging/testing";
import { openLicensing, parseLicensingConfig } from "@cauce/licensing";
import { openOrganization, parseOrganizationConfig } from "@cauce/organization";
import { request } from "../support/http.ts";
import { createCachedLicense, rename, showsEverywhere } from "../support/main_job.ts";
import { until } from "../support/until.ts";

const LOCAL = {
  MESSAGING_BINDER: "memory",
  DATABASE_URL: "sqlite::memory:",
  AUTH: "open",
  HOST: "127.0.0.1",
  PORT: "0",
};

/** Both services in this process, the organization's binder changed where a test asks for it. */
async function openBoth(change: (binder: Binder) => Binder = (binder) => binder) {
  await using opened = new AsyncDisposableStack();
  const memory = createMemoryBroker();
  const organization = opened.use(
    await openOrganization(parseOrganizationConfig(LOCAL), {
      logger: silentLogger,
      binders: {
        memory: () =>
          change(createBinder({ env: {}, logger: silentLogger, clientId: "organization", memory })),
      },
    }),
  );
  const licensing = opened.use(
    await openLicensing(
      parseLicensingConfig({ ...LOCAL, ORGANIZATION_URL: organization.url }, {
        embeddedCache: true,
      }),
      { logger: silentLogger, memory },
    ),
  );
  const all = opened.move();
  return {
    addresses: { organization: organization.url, licensing: [licensing.url] },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A broker that says it stored an update and forgets it. */
function dropsUpdates(binder: Binder): Binder {
  return delegateBinder(binder, {
    async bindProducer(destination, options) {
      const producer = await binder.bindProducer(destination, options);
      return delegateProducer(producer, {
        send: (batch, signal) =>
          producer.send(
            batch.filter(({ headers }) => headers["ce_type"] !== "organization.updated"),
            signal,
          ),
      });
    },
  });
}

Deno.test("memory: a change of an organization shows in licensing", async () => {
  await using both = await openBoth();
  const license = await createCachedLicense(both.addresses, "before");

  await rename(license, "after");

  await showsEverywhere(license, "after");
});

Deno.test("memory: a change does not show when the broker drops its event", async () => {
  await using both = await openBoth(dropsUpdates);
  const license = await createCachedLicense(both.addresses, "before");
  const [url = ""] = license.licenseUrls;

  await rename(license, "after");
  const published = async () =>
    String((await request("GET", `${both.addresses.organization}/metrics`)).body);
  await until(
    async () => /outbox_waiting_events\S* 0\b/.test(await published()),
    "an outbox with nothing left to publish",
  );

  const { headers, body } = await request("GET", url);
  strictEqual(headers.get("cache-status"), "organization; hit");
  strictEqual(body.organization.name, "before");
});
