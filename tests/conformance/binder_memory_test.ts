import { createBinder, createMemoryBroker } from "@cauce/messaging/binders/memory";
import { silentLogger } from "@cauce/messaging";
import { testBinder } from "@cauce/messaging/testing";

const memory = createMemoryBroker();
const clientIds = new WeakMap<object, string>();

testBinder({
  name: "memory",
  createBinder() {
    const clientId = crypto.randomUUID();
    const binder = createBinder({ env: {}, logger: silentLogger, clientId, memory });
    clientIds.set(binder, clientId);
    return binder;
  },
  crash: (binder) => {
    memory.expel(clientIds.get(binder));
    return Promise.resolve();
  },
  patienceMs: 5000,
});
