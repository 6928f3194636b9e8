/**
 * A change that no sink of organization changes can read, so that it becomes a dead letter.
 *
 * @module
 */

import { organizationChanges } from "@cauce/contracts";
import {
  createMessaging,
  defineChannel,
  type MemoryBroker,
  parseMessagingConfig,
} from "@cauce/messaging";
import { z } from "zod";

/** Its key, which mending it must not change. */
const SPOILT_KEY = "spoilt";

/** What it should have been. */
export const mendedPayload = {
  organizationId: SPOILT_KEY,
  action: "UPDATED",
  version: 1,
  correlationId: "c1",
} as const;

/** Sends it where organization changes go. */
export async function sendSpoiltChange(memory: MemoryBroker): Promise<void> {
  const spoilt = defineChannel({
    name: organizationChanges.name,
    schema: z.strictObject({ spoilt: z.string() }),
    keyOf: ({ spoilt }) => spoilt,
  });
  const config = parseMessagingConfig({ MESSAGING_BINDER: "memory" }, {
    bindings: [`${organizationChanges.name}-out`],
  });
  await using messaging = createMessaging({ config, application: "spoiler", memory });
  const source = messaging.source(spoilt);
  messaging.start();
  await source.send({ spoilt: SPOILT_KEY });
}
