import { silentLogger } from "@cauce/messaging";
import { createBinder } from "@cauce/messaging/binders/redis";
import { testBinder } from "@cauce/messaging/testing";
import { redisUrl } from "../support/brokers.ts";
import { openTcpProxy, type TcpProxy } from "../support/tcp_proxy.ts";

// Each client has a way to the broker of its own, so that one can be cut off.
const proxies = new Map<object, TcpProxy>();

testBinder({
  name: "redis",
  async createBinder() {
    const url = new URL(await redisUrl());
    const proxy = openTcpProxy({
      targetPort: Number(url.port),
      targetHost: url.hostname,
    });
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    const binder = createBinder({
      env: { REDIS_URL: url.href },
      logger: silentLogger,
      clientId: crypto.randomUUID(),
    });
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
