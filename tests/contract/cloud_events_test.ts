import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { CloudEvent, type CloudEventV1, HTTP, Kafka, type KafkaMessage } from "cloudevents";
import {
  createMemoryBroker,
  createMessaging,
  defineChannel,
  type Message,
  parseMessagingConfig,
  silentLogger,
} from "@cauce/messaging";
import type { Binder, Delivery } from "@cauce/messaging/binder";
import { createBinder } from "@cauce/messaging/binders/memory";
import { z } from "zod";
import { until } from "../support/until.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

const orders = defineChannel({
  name: "orders",
  schema: z.strictObject({ id: z.string(), note: z.string() }),
  keyOf: ({ id }) => id,
  typeOf: () => "order.placed",
  partitionCount: 1,
});
const order = { id: "order-1", note: "grün, 50 %" };

/** An application and, beside it, somebody who speaks with the broker by himself. */
function openPeers(contentMode: string) {
  const memory = createMemoryBroker();
  const config = parseMessagingConfig({
    MESSAGING_BINDER: "memory",
    MESSAGING_BINDINGS_ORDERS_OUT_PRODUCER_CONTENT_MODE: contentMode,
  }, { bindings: ["orders-in", "orders-out"] });
  const messaging = createMessaging({ config, application: "shop", memory });
  const peer = createBinder({ env: {}, logger: silentLogger, clientId: "peer", memory });
  return {
    messaging,
    peer,
    async [Symbol.asyncDispose]() {
      await messaging[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

/** The first message of the channel, as it lies at the broker. */
async function firstDelivery(peer: Binder): Promise<Delivery> {
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const options = { group: "peer", startOffset: "earliest", partitionCount: 1 } as const;
  await using _consumer = await peer.bindConsumer(orders.name, options, () => ({
    deliver([first]) {
      if (first !== undefined) resolve(first);
      return Promise.resolve();
    },
    drain: () => Promise.resolve(),
  }));
  return await promise;
}

/** What the application sends, as it lies at the broker. */
async function sent(contentMode: string): Promise<Delivery> {
  await using peers = openPeers(contentMode);
  const source = peers.messaging.source(orders);
  peers.messaging.start();
  await source.send(order, { id: "e-1", time: TIME, traceparent: TRACEPARENT });
  return await firstDelivery(peers.peer);
}

/** What the application's handler makes of a message of the SDK. */
async function handled({ headers, value }: KafkaMessage): Promise<Message<unknown>> {
  await using peers = openPeers("binary");
  const messages: Message<unknown>[] = [];
  peers.messaging.sink(orders, (message) => {
    messages.push(message);
    return Promise.resolve();
  }, { group: "shop" });
  peers.messaging.start();
  const producer = await peers.peer.bindProducer(orders.name, {
    partitionCount: 1,
    requiredGroups: [],
  });
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // What the SDK leaves undefined, a client for Kafka leaves out.
  const given = Object.entries(headers).filter(([, header]) => header !== undefined);
  await producer.send([{
    key: order.id,
    partition: 0,
    headers: Object.fromEntries(given.map(([name, header]) => [name, String(header)])),
    body: new TextEncoder().encode(text),
  }], new AbortController().signal);
  return await until(() => messages[0], "the handler gets the event");
}

function attributesOf(event: CloudEventV1<unknown>): unknown {
  const { specversion, id, source, type, subject, time, data } = event;
  return { specversion, id, source, type, subject, time: Date.parse(time ?? ""), data };
}

const asSent = {
  specversion: "1.0",
  id: "e-1",
  source: "/shop",
  type: "order.placed",
  subject: order.id,
  time: TIME,
  data: order,
};

/** Reads with the SDK and its validation. */
function readBySdk({ key, headers, body }: Delivery): CloudEventV1<unknown> {
  const value = new TextDecoder().decode(body);
  const message: KafkaMessage<string> = { key, headers, value, body: value, timestamp: "0" };
  const event = Kafka.toEvent(message);
  if (Array.isArray(event)) throw new Error("Cannot compare: it is a batch");
  new CloudEvent(event).validate();
  return event as CloudEventV1<unknown>;
}

for (const mode of ["binary", "structured"]) {
  Deno.test(`what a source sends in ${mode} mode is a CloudEvent to the SDK`, async () => {
    const delivery = await sent(mode);

    deepStrictEqual(attributesOf(readBySdk(delivery)), asSent);
  });
}

Deno.test("what a source sends in binary mode is one over HTTP too, header by header", async () => {
  const { headers, body } = await sent("binary");

  const renamed = Object.entries(headers).map(([name, value]) => [name.replace("_", "-"), value]);
  const event = HTTP.toEvent({
    headers: Object.fromEntries(renamed),
    body: new TextDecoder().decode(body),
  }) as CloudEventV1<unknown>;

  deepStrictEqual(attributesOf(event), asSent);
});

const ofPeer = new CloudEvent({
  id: "p-1",
  source: "https://peer.example/orders",
  type: "order.placed",
  subject: order.id,
  time: new Date(TIME).toISOString(),
  datacontenttype: "application/json",
  data: order,
  traceparent: TRACEPARENT,
});

for (const mode of ["binary", "structured"] as const) {
  Deno.test(`a handler reads what the SDK sends in ${mode} mode, its trace included`, async () => {
    const message = await handled(Kafka[mode](ofPeer) as KafkaMessage);

    const { id, source, type, subject, time, payload, traceparent } = message;
    deepStrictEqual({ specversion: "1.0", id, source, type, subject, time, data: payload }, {
      ...asSent,
      id: "p-1",
      source: "https://peer.example/orders",
    });
    strictEqual(traceparent, TRACEPARENT);
  });
}
