import { ok } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { Redis } from "ioredis";
import { parseRedisConfig } from "../../messaging/binders/redis/config.ts";
import { Connection } from "../../messaging/binders/redis/connection.ts";
import { Holding } from "../../messaging/binders/redis/holding.ts";
import { type Command, Nodes } from "../../messaging/binders/redis/nodes.ts";
import { Reader } from "../../messaging/binders/redis/reader.ts";
import { singleTopology } from "../../messaging/binders/redis/topology.ts";
import { redisUrl, uniqueName } from "../support/brokers.ts";
import { until } from "../support/until.ts";

/** A read that knows of nothing to read lasts two seconds. */
const SOONER_MS = 1000;

Deno.test("a partition that comes while the reader connects is read at once", async () => {
  const url = await redisUrl();
  const config = parseRedisConfig({ REDIS_URL: url });
  const [node] = config.nodes;
  const connect = () =>
    new Connection({ config, node, logger: silentLogger, name: "reader", socketTimeoutMs: 6000 });
  const toNodes = { topology: singleTopology(node), connect };
  const destination = uniqueName("orders");
  const read: number[] = [];
  const holdings = [hold(destination, 0, read)];
  const connecting = Promise.withResolvers<void>();
  const begins = Promise.withResolvers<void>();
  const nodes = new LateNodes(toNodes, () => {
    begins.resolve();
    return connecting.promise;
  });
  const control = new Nodes(toNodes);
  const client = new Redis(url);
  const reader = new Reader({
    nodes,
    control,
    holdings: () => holdings,
    readerCount: () => 1,
    onNudge() {},
    onContact() {},
    onHopeless() {},
  });
  try {
    reader.start();
    await begins.promise;
    const late = hold(destination, 1, read);
    holdings.push(late);
    reader.wake();
    connecting.resolve();
    await client.xadd(late.stream, "*", "value", "{}");

    await until(() => read.includes(1), "the entry of the new partition", {
      timeoutMs: SOONER_MS,
    });

    ok(!read.includes(0));
  } finally {
    await reader.stop();
    control.close();
    client.disconnect();
  }
});

/** The first command finds the connection still opening. */
class LateNodes extends Nodes {
  readonly #opening: () => Promise<void>;
  #isOpen = false;

  constructor(options: ConstructorParameters<typeof Nodes>[0], opening: () => Promise<void>) {
    super(options);
    this.#opening = opening;
  }

  override async run<T>(key: string, command: Command<T>): Promise<T> {
    if (!this.#isOpen) await this.#opening();
    this.#isOpen = true;
    return await super.run(key, command);
  }
}

function hold(destination: string, partition: number, read: number[]): Holding {
  return new Holding({
    destination,
    partition,
    epoch: 1,
    home: undefined,
    committed: { id: "0-0", entriesRead: 0 },
    provenUntil: Infinity,
    receive: () => ({
      deliver: (batch) => Promise.resolve(void read.push(...batch.map(() => partition))),
      drain: () => Promise.resolve(),
    }),
    onRoom() {},
    onSettled() {},
  });
}
