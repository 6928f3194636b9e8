import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { type OutgoingMessage, toBytes } from "./message.ts";
import { SendQueue, type SendQueueOptions } from "./send_queue.ts";

function message(text: string): OutgoingMessage {
  return { key: "k", partition: 0, headers: {}, body: new TextEncoder().encode(text) };
}

function texts(batch: readonly OutgoingMessage[]): string {
  return batch.map(({ body }) => new TextDecoder().decode(toBytes(body))).join("");
}

/** A broker whose sends are settled by hand. */
function createBroker() {
  const calls: { batch: string; signal: AbortSignal; settle: PromiseWithResolvers<void> }[] = [];
  const send: SendQueueOptions["send"] = (batch, signal) => {
    const settle = Promise.withResolvers<void>();
    calls.push({ batch: texts(batch), signal, settle });
    return settle.promise;
  };
  return { calls, send };
}

async function turns(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("SendQueue sends what one turn enqueues as one batch, in order", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send });

  const sent = Promise.all([..."abc"].map((text) => queue.enqueue([message(text)])));
  await turns();
  calls[0]?.settle.resolve();
  await sent;

  deepStrictEqual(calls.map(({ batch }) => batch), ["abc"]);
});

Deno.test("SendQueue has one outstanding batch and coalesces what waits behind it", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send });
  const sent = [queue.enqueue([message("a")])];
  await turns();

  sent.push(queue.enqueue([message("b")]), queue.enqueue([message("c"), message("d")]));
  await turns();
  strictEqual(calls.length, 1);
  calls[0]?.settle.resolve();
  await turns();
  calls[1]?.settle.resolve();
  await Promise.all(sent);

  deepStrictEqual(calls.map(({ batch }) => batch), ["a", "bcd"]);
});

Deno.test("SendQueue bounds a batch by count and by bytes, and cuts a large entry in order", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send, batchMessages: 2 });
  const sent = queue.enqueue([..."abcde"].map(message));

  for (let index = 0; index < 3; index += 1) {
    await turns();
    calls[index]?.settle.resolve();
  }
  await sent;

  deepStrictEqual(calls.map(({ batch }) => batch), ["ab", "cd", "e"]);
  const bytes = createBroker();
  await using small = new SendQueue({ destination: "d", send: bytes.send, batchBytes: 150 });
  const both = small.enqueue(["x".repeat(60), "y".repeat(60)].map(message));
  await turns();
  bytes.calls[0]?.settle.resolve();
  await turns();
  bytes.calls[1]?.settle.resolve();
  await both;
  strictEqual(bytes.calls.length, 2);
});

Deno.test("SendQueue rejects all of a failed batch, drops the rest of a cut entry and goes on", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send, batchMessages: 2 });
  const first = queue.enqueue([..."abc"].map(message));
  const second = queue.enqueue([message("d")]);
  await turns();

  calls[0]?.settle.reject(new Error("lost"));
  await rejects(first, { name: "SendError", message: 'Cannot send to "d": lost' });
  await turns();
  calls[1]?.settle.resolve();
  await second;

  deepStrictEqual(calls.map(({ batch }) => batch), ["ab", "d"]);
});

Deno.test("SendQueue rejects at the deadline, aborts the send and waits until it has settled", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send, deadlineMs: 20 });

  await rejects(queue.enqueue([message("a")]), { name: "SendError", retriable: true });
  ok(calls[0]?.signal.aborted);
  const next = queue.enqueue([message("b")]);
  await turns();
  strictEqual(calls.length, 1);
  calls[0]?.settle.reject(new Error("aborted"));
  await turns();
  ok(!calls[1]?.signal.aborted, "the next batch has a signal of its own");
  calls[1]?.settle.resolve();
  await next;

  deepStrictEqual(calls.map(({ batch }) => batch), ["a", "b"]);
});

Deno.test("SendQueue gives up no batch for one that was settled before", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send });
  const giveUp = new AbortController();
  const first = queue.enqueue([message("a")], giveUp.signal);
  await turns();
  const second = queue.enqueue([message("b")]);
  calls[0]?.settle.resolve();
  await first;
  await turns();

  giveUp.abort();
  ok(!calls[1]?.signal.aborted);
  calls[1]?.settle.resolve();
  await second;
});

Deno.test("SendQueue does not send what passed its deadline while it waited", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send, deadlineMs: 20 });
  const first = queue.enqueue([message("a")]);
  await turns();
  const second = queue.enqueue([message("b")]);

  await rejects(first);
  await rejects(second);
  calls[0]?.settle.resolve();
  await turns();

  deepStrictEqual(calls.map(({ batch }) => batch), ["a"]);
});

Deno.test("SendQueue refuses at once when too much waits", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send, waitingMessages: 2 });
  const waiting = [queue.enqueue([message("a")]), queue.enqueue([message("b")])];

  await rejects(queue.enqueue([message("c")]), { name: "SendError", retriable: true });
  await turns();
  calls[0]?.settle.resolve();
  await Promise.all(waiting);

  strictEqual(queue.waiting, 0);
});

Deno.test("SendQueue flushes at its disposal and refuses from then on", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send });
  const sent = queue.enqueue([message("a")]);
  let disposed = false;

  const disposal = queue[Symbol.asyncDispose]().then(() => disposed = true);
  await rejects(queue.enqueue([message("b")]), { name: "SendError" });
  strictEqual(disposed, false);
  calls[0]?.settle.resolve();
  await Promise.all([sent, disposal]);

  strictEqual(calls.length, 1);
});

Deno.test("SendQueue drops what waits and aborts what is on its way when the sender's signal aborts", async () => {
  const { calls, send } = createBroker();
  await using queue = new SendQueue({ destination: "d", send });
  const sender = new AbortController();
  const onItsWay = queue.enqueue([message("a")], sender.signal);
  await turns();
  const waiting = queue.enqueue([message("b")], sender.signal);

  sender.abort(new Error("no lease"));

  await rejects(onItsWay, /no lease/);
  await rejects(waiting, /no lease/);
  ok(calls[0]?.signal.aborted);
  calls[0].settle.reject(new Error("aborted"));
  await turns();
  strictEqual(calls.length, 1);
  await rejects(queue.enqueue([message("c")], sender.signal), /no lease/);
});
