/**
 * The organization service as a process that kills itself at one step of its first change:
 * `before-commit`, `after-commit`, `after-publish` or `before-mark`.
 *
 * @module
 */

import { silentLogger } from "@cauce/messaging";
import type { Binder } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { openOrganization, parseOrganizationConfig } from "@cauce/organization";
import { type Database, openDatabase } from "@cauce/platform/database";
import { say } from "./say.ts";

const step = Deno.args[0];
let isArmed = false;

function dieAt(here: string): void {
  if (isArmed && here === step) Deno.kill(Deno.pid, "SIGKILL");
}

function mortalDatabase(database: Database): Database {
  return {
    dialect: database.dialect,
    query(text, parameters) {
      if (text.startsWith("UPDATE outbox SET published_at")) dieAt("before-mark");
      return database.query(text, parameters);
    },
    async transaction(work) {
      const result = await database.transaction(async (transaction) => {
        const worked = await work(transaction);
        dieAt("before-commit");
        return worked;
      });
      dieAt("after-commit");
      return result;
    },
    listen: (topic, wake) => database.listen(topic, wake),
    ping: () => database.ping(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function mortalBinder(binder: Binder): Binder {
  return {
    name: binder.name,
    features: binder.features,
    bindConsumer: (...args) => binder.bindConsumer(...args),
    ping: (signal) => binder.ping(signal),
    async bindProducer(destination, options) {
      const producer = await binder.bindProducer(destination, options);
      return {
        partitionCount: producer.partitionCount,
        async send(batch, signal) {
          await producer.send(batch, signal);
          dieAt("after-publish");
        },
        [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
      };
    },
    [Symbol.asyncDispose]: () => binder[Symbol.asyncDispose](),
  };
}

const env = Deno.env.toObject();
const config = parseOrganizationConfig(env);
const database = mortalDatabase(await openDatabase(config.settings.DATABASE_URL));
const service = await openOrganization(config, {
  logger: silentLogger,
  database,
  binders: {
    redis: () => mortalBinder(createBinder({ env, logger: silentLogger, clientId: "mortal" })),
  },
});
isArmed = true;
say(`mortal organization at ${service.url}`);
