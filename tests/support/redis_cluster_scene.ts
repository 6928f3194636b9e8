/**
 * A group of two members on a Redis cluster under load, and how it is judged.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import type { Binder, ConsumerBinding, Receive } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/redis";
import { uniqueName } from "./brokers.ts";
import { checkOrder, type Numbered } from "./order_checker.ts";
import type { RedisCluster } from "./redis_cluster.ts";
import { say } from "./say.ts";
import { until } from "./until.ts";

/** What is promised. */
export const RESUMED_MS = 10_000;
const PARTITIONS = 6;

/** A load that goes on, on partitions of several nodes. */
export interface ClusterScene extends AsyncDisposable {
  readonly cluster: RedisCluster;
  /** Of partition 0, on whose node the fault is. */
  readonly stream: string;
  readonly delivered: readonly Numbered[];
  /** Why sends were rejected. */
  readonly rejections: readonly string[];
  /** Each key is sent and delivered again. */
  assertResumed(after: string): Promise<void>;
  /**
   * Ends the load. Order holds, and nothing is lost but what was acknowledged in a stretch of time,
   * by the clock of `performance.now()`.
   */
  assertKept(options?: { unlessStored: readonly [from: number, to: number] }): Promise<void>;
}

/** Two members of a group, and a load on every partition. */
export async function openClusterScene(cluster: RedisCluster): Promise<ClusterScene> {
  await using opened = new AsyncDisposableStack();
  const destination = uniqueName("cluster");
  const delivered: Numbered[] = [];
  const members: ConsumerBinding[] = [];
  const place = { group: "g", startOffset: "earliest", partitionCount: PARTITIONS } as const;
  for (let member = 0; member < 2; member += 1) {
    const binder = opened.use(openBinder(cluster.url()));
    members.push(await binder.bindConsumer(destination, place, recording(delivered)));
  }
  await until(
    () => members.every((member) => member.partitions().length === PARTITIONS / 2),
    "each member has its share",
  );
  const load = opened.use(startLoad(opened.use(openBinder(cluster.url())), destination));
  const stream = `{${destination}:0}`;
  const rest = opened.move();
  return {
    cluster,
    stream,
    delivered,
    rejections: load.rejections,
    async assertResumed(after) {
      const began = performance.now();
      const next = new Map(load.sent.map(({ key, sequence }) => [key, sequence + 1]));
      const seen = () => new Set(delivered.map(toText));
      await until(
        () =>
          seen().isSupersetOf(new Set([...next].map(([key, n]) => toText({ key, sequence: n })))),
        "a delivery of each key",
        { timeoutMs: RESUMED_MS, everyMs: 50 },
      );
      say(`redis cluster: all resumed ${Math.round(performance.now() - began)} ms after ${after}`);
    },
    async assertKept({ unlessStored: [from, to] } = { unlessStored: [Infinity, Infinity] }) {
      await load[Symbol.asyncDispose]();
      const acknowledged = load.acknowledged.filter(({ at }) => at < from || at > to);
      const missing = (sent: readonly Numbered[]) =>
        new Set(sent.map(toText)).difference(new Set(delivered.map(toText))).size;
      await until(() => missing(acknowledged) === 0, "all messages", { everyMs: 50 });
      const lost = missing(load.acknowledged);
      const { problems, repeats } = checkOrder({ sent: load.sent, acknowledged, delivered });
      say(`redis cluster: ${load.sent.length} sent, ${repeats} came again, ${lost} lost`);
      deepStrictEqual(problems, []);
      ok(load.sent.length > PARTITIONS, "there was a load");
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** A client of a cluster. */
export function openBinder(url: string): Binder {
  return createBinder({ env: { REDIS_URL: url }, logger: silentLogger, clientId: "cluster" });
}

function recording(delivered: Numbered[]): Receive {
  const decoder = new TextDecoder();
  return (assignment) => ({
    // deno-lint-ignore require-await -- the port wants a promise
    async deliver(batch) {
      for (const { key, body, offset } of batch) {
        if (assignment.signal.aborted) return;
        delivered.push({ key, sequence: Number(decoder.decode(body)) });
        assignment.settle(offset);
      }
    },
    drain: () => Promise.resolve(),
  });
}

interface Load extends AsyncDisposable {
  readonly sent: readonly Numbered[];
  readonly acknowledged: readonly (Numbered & { readonly at: number })[];
  readonly rejections: readonly string[];
}

/** Sends one key on each partition, each message as often as it takes. */
function startLoad(binder: Binder, destination: string): Load {
  const sent: Numbered[] = [];
  const acknowledged: (Numbered & { at: number })[] = [];
  const rejections: string[] = [];
  const stop = new AbortController();

  async function send(partition: number): Promise<void> {
    const key = `key-${partition}`;
    const producer = await binder.bindProducer(destination, {
      partitionCount: PARTITIONS,
      requiredGroups: [],
    });
    for (let sequence = 1; !stop.signal.aborted; sequence += 1) {
      sent.push({ key, sequence });
      const body = new TextEncoder().encode(`${sequence}`);
      const message = { key, partition, headers: {}, body };
      await until(
        () =>
          producer.send([message], AbortSignal.timeout(3000)).then(() => true, (error) => {
            rejections.push(String(error));
          }),
        `message ${sequence} of ${key} stored`,
        { timeoutMs: 2 * RESUMED_MS },
      );
      acknowledged.push({ key, sequence, at: performance.now() });
    }
  }

  const sending = Promise.all(Array.from({ length: PARTITIONS }, (_, index) => send(index)));
  return {
    sent,
    acknowledged,
    rejections,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sending;
    },
  };
}

function toText({ key, sequence }: Numbered): string {
  return `${key}#${sequence}`;
}
