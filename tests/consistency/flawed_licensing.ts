/**
 * The licensing service with one flaw, which the checker has to find: `below-fence` takes what is
 * below the fence for a hit, `lost-event` never hears of one change in three.
 *
 * @module
 */

import { openLicensing, type OrganizationCache, parseLicensingConfig } from "@cauce/licensing";
import type { Binder, Delivery } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { delegateBinder, delegateReceiver } from "@cauce/messaging/testing";
import { createLogger } from "@cauce/platform";

const flaw = Deno.args[0];
const LOSES_ONE_IN = 3;

function ignoresFence(cache: OrganizationCache): OrganizationCache {
  return {
    ...cache,
    async read(id, options) {
      const read = await cache.read(id, options);
      if (read.outcome === "HIT" || read.old === undefined) return read;
      return { outcome: "HIT", fact: read.old, ageMs: read.fence?.ageMs ?? 0 };
    },
  };
}

/** Takes them for changes of nobody. */
function losesEvents(binder: Binder): Binder {
  return delegateBinder(binder, {
    bindConsumer: (destination, options, receive) =>
      binder.bindConsumer(destination, options, (assignment) => {
        const receiver = receive(assignment);
        return delegateReceiver(receiver, {
          deliver: (batch) => receiver.deliver(batch.map(loseSome)),
        });
      }),
  });
}

function loseSome(delivery: Delivery): Delivery {
  if (Math.random() * LOSES_ONE_IN >= 1) return delivery;
  const text = new TextDecoder().decode(delivery.body);
  const { organizationId } = JSON.parse(text);
  return { ...delivery, body: new TextEncoder().encode(text.replace(organizationId, "nobody")) };
}

const env = Deno.env.toObject();
const logger = createLogger({ service: "licensing", level: "info", format: "json" });
const service = await openLicensing(parseLicensingConfig(env), {
  logger,
  ...(flaw === "below-fence" && { wrapCache: ignoresFence }),
  ...(flaw === "lost-event" && {
    binders: { redis: () => losesEvents(createBinder({ env, logger, clientId: "flawed" })) },
  }),
});
logger.info("Started licensing", { url: service.url });
