/**
 * Connects the binder port with a memory broker.
 *
 * @module
 */

import type { Binder } from "../../binder.ts";
import type { BinderOptions } from "../options.ts";
import { createMemoryBroker } from "./broker.ts";
import { joinGroup } from "./consumer.ts";
import { createMemoryProducer } from "./producer.ts";

/** Builds a binder on `options.memory`, or on a broker of its own. */
export function createBinder({ memory = createMemoryBroker(), clientId }: BinderOptions): Binder {
  const open = new Set<AsyncDisposable>();

  function keep<Binding extends AsyncDisposable>(binding: Binding): Binding {
    open.add(binding);
    return {
      ...binding,
      [Symbol.asyncDispose]: async () => {
        await binding[Symbol.asyncDispose]();
        open.delete(binding);
      },
    };
  }

  return {
    name: "memory",
    features: { ordered: true, durable: false, replayable: true, historyForNewGroups: true },
    // deno-lint-ignore require-await -- what it throws must arrive as a rejection
    async bindProducer(name, { partitionCount, requiredGroups }) {
      memory.reach();
      const destination = memory.openExactly(name, partitionCount);
      for (const group of requiredGroups) {
        memory.group(destination, { group, startOffset: "earliest" });
      }
      return keep(createMemoryProducer(memory, destination));
    },
    // deno-lint-ignore require-await -- what it throws must arrive as a rejection
    async bindConsumer(name, options, receive) {
      memory.reach();
      const destination = memory.open(name, options.partitionCount);
      return keep(joinGroup(memory, destination, { ...options, clientId, receive }));
    },
    // deno-lint-ignore require-await -- what it throws must arrive as a rejection
    async ping() {
      memory.reach();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((binding) => binding[Symbol.asyncDispose]()));
    },
  };
}
