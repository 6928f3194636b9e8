/**
 * The licensing service as a process that kills itself at one step of the first change of an
 * organization that is no longer new: `before-fence` or `before-acknowledge`.
 *
 * @module
 */

import type { Binder } from "@cauce/messaging/binder";
import { createBinder as createKafkaBinder } from "@cauce/messaging/binders/kafka";
import { createBinder as createRedisBinder } from "@cauce/messaging/binders/redis";
import { delegateAssignment, delegateBinder, delegateReceiver } from "@cauce/messaging/testing";
import { openLicensing, parseLicensingConfig } from "@cauce/licensing";
import { createLogger } from "@cauce/platform";

const step = Deno.args[0];
const decoder = new TextDecoder();

function die(): never {
  Deno.kill(Deno.pid, "SIGKILL");
  throw new Error("Cannot come here: the process is gone");
}

/** Dies at the step, but lets the creation pass, which fills the cache. */
function mortal(binder: Binder): Binder {
  return delegateBinder(binder, {
    bindConsumer: (destination, options, receive) => {
      let armedFrom: string | undefined;
      return binder.bindConsumer(destination, options, (assignment) => {
        const receiver = receive(delegateAssignment(assignment, {
          settle(offset) {
            if (step === "before-acknowledge" && offset === armedFrom) die();
            assignment.settle(offset);
          },
        }));
        return delegateReceiver(receiver, {
          deliver(batch) {
            const update = batch.find(({ body }) => decoder.decode(body).includes('"UPDATED"'));
            if (update !== undefined && step === "before-fence") die();
            armedFrom ??= update?.offset;
            return receiver.deliver(batch);
          },
        });
      });
    },
  });
}

const env = Deno.env.toObject();
const logger = createLogger({ service: "licensing", level: "info", format: "json" });
const options = { env, logger, clientId: "mortal" };
const service = await openLicensing(parseLicensingConfig(env), {
  logger,
  binders: {
    kafka: () => mortal(createKafkaBinder(options)),
    redis: () => mortal(createRedisBinder(options)),
  },
});
logger.info("Started licensing", { url: service.url });
