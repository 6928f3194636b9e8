// deno-lint-ignore-file no-console -- its standard output says that it is ready
/**
 * A process that makes every change of an organization take effect: a row in its own database, written
 * in one transaction with the inbox. Its argument makes it wrong on purpose.
 *
 * @module
 */

import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import { createMessaging, type Message, parseMessagingConfig } from "@cauce/messaging";
import {
  type Database,
  inboxMigration,
  migrate,
  openDatabase,
  sqlInbox,
  type Transaction,
} from "@cauce/platform/database";
import { createLogger } from "@cauce/platform";
import { EFFECTS_GROUP, effectsMigrationOf } from "./effects.ts";

const mutant = Deno.args[0];
const env = Deno.env.toObject();
const logger = createLogger({ service: "effects", level: "warn", format: "json" });
const database = await openDatabase(env["DATABASE_URL"] ?? "", { logger });
await migrate(database, [inboxMigration, effectsMigrationOf(database.dialect)]);
const inbox = sqlInbox({ now: Date.now });

async function takeEffect(
  database: Database,
  { id, payload }: Message<OrganizationChanged>,
): Promise<void> {
  await database.transaction(async (transaction) => {
    if (!await isFirst(transaction, id)) return;
    await transaction.query(
      "INSERT INTO effect (event_id, organization_id, version, made_by) VALUES ($1, $2, $3, $4)",
      [id, payload.organizationId, payload.version, Deno.pid],
    );
  });
}

async function isFirst(transaction: Transaction, eventId: string): Promise<boolean> {
  if (mutant === "effect-without-inbox") return true;
  return await inbox.firstTime(transaction, { group: EFFECTS_GROUP, eventId });
}

const running = Promise.withResolvers<void>();
const messaging = createMessaging({
  config: parseMessagingConfig(env, { bindings: [`${organizationChanges.name}-in`] }),
  application: "effects",
  logger,
  observe: (event) => {
    if (event.kind === "binding-state" && event.state === "running") running.resolve();
  },
});
messaging.sink(organizationChanges, (message) => {
  const effect = takeEffect(database, message);
  return mutant === "acknowledges-before-effect" ? Promise.resolve() : effect;
}, { group: EFFECTS_GROUP });
messaging.start();
await running.promise;
console.log("takes effect");
