import type { Binder } from "@cauce/messaging/binder";
import { testBinder } from "@cauce/messaging/testing";
import { kafkaBrokers } from "../support/brokers.ts";
import { openKafkaBehindProxy } from "../support/kafka_client.ts";
import type { TcpProxy } from "../support/tcp_proxy.ts";

// Each client has a way to the broker of its own, so that one can be cut off.
const proxies = new Map<Binder, TcpProxy>();

testBinder({
  name: "kafka",
  async createBinder() {
    const { binder, proxy } = openKafkaBehindProxy(await kafkaBrokers());
    proxies.set(binder, proxy);
    return binder;
  },
  crash(binder) {
    proxies.get(binder)?.cut();
    return Promise.resolve();
  },
});

Deno.test.afterAll(async () => {
  for (const proxy of proxies.values()) await proxy[Symbol.asyncDispose]();
});
