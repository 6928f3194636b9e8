import { silentLogger } from "@cauce/messaging";
import { createBinder } from "@cauce/messaging/binders/redis";
import { testBinder } from "@cauce/messaging/testing";
import { openRedisCluster, type RedisCluster } from "../support/redis_cluster.ts";

let opening: Promise<RedisCluster> | undefined;
// Each client is a user of its own: one that is deleted loses its connections and gets no more.
const users = new Map<object, string>();

testBinder({
  name: "redis cluster",
  async createBinder() {
    const cluster = await (opening ??= openRedisCluster());
    const user = crypto.randomUUID();
    await Promise.all(
      cluster.nodes.map(({ client }) => client.acl("SETUSER", user, "on", ">word", "~*", "+@all")),
    );
    const binder = createBinder({
      env: { REDIS_URL: cluster.url(`${user}:word`) },
      logger: silentLogger,
      clientId: user,
    });
    users.set(binder, user);
    return binder;
  },
  async crash(binder) {
    const user = users.get(binder) ?? "";
    const { nodes } = await opening ?? { nodes: [] };
    await Promise.all(nodes.map(({ client }) => client.acl("DELUSER", user)));
  },
});

Deno.test.afterAll(async () => {
  await (await opening)?.[Symbol.asyncDispose]();
});
