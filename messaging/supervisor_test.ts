import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { BrokerUnavailableError, PartitionCountError } from "./errors.ts";
import { silentLogger } from "./logger.ts";
import { type Supervised, Supervisor, type SupervisorOptions } from "./supervisor.ts";
import { until } from "./testing/conformance/until.ts";

interface Binding extends Supervised {
  readonly fail: (error: Error) => void;
}

function createBindings() {
  const disposed: number[] = [];
  const made: Binding[] = [];
  function create(lastContactAt: () => number = () => Date.now()): Binding {
    const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
    const index = made.length;
    const binding = {
      failed,
      fail,
      lastContactAt,
      [Symbol.asyncDispose]: () => Promise.resolve(void disposed.push(index)),
    };
    made.push(binding);
    return binding;
  }
  return { create, made, disposed };
}

function supervise(
  options: Partial<SupervisorOptions<Binding>> & { bind: () => Promise<Binding> },
) {
  const states: string[] = [];
  const refusals: Error[] = [];
  const supervisor = new Supervisor<Binding>({
    name: "b",
    logger: silentLogger,
    changed: (state) => void states.push(state),
    refused: (error) => void refusals.push(error),
    ...options,
  });
  return { supervisor, states, refusals };
}

Deno.test("Supervisor tries again with back-off until the broker is there", async () => {
  const { create } = createBindings();
  let tries = 0;
  const { supervisor, states } = supervise({
    bind: () => {
      tries += 1;
      return tries < 3
        ? Promise.reject(new BrokerUnavailableError("b"))
        : Promise.resolve(create());
    },
  });

  supervisor.start();
  await supervisor.bound();
  await supervisor.stop();

  deepStrictEqual(states, ["starting", "down", "running", "stopped"]);
});

Deno.test("Supervisor gives up for good when the binding is refused, and turns away who waits", async () => {
  const error = new PartitionCountError("d", { found: 1, wanted: 2 });
  const { supervisor, refusals } = supervise({ bind: () => Promise.reject(error) });
  const waiting = rejects(supervisor.bound(), error);

  supervisor.start();
  await waiting;
  await rejects(supervisor.bound(), error);

  strictEqual(supervisor.state, "failed");
  deepStrictEqual(refusals, [error]);
  await supervisor.stop();
});

Deno.test("Supervisor binds anew what failed, after it has ended the old one", async () => {
  const { create, made, disposed } = createBindings();
  const { supervisor } = supervise({ bind: () => Promise.resolve(create()) });
  supervisor.start();
  await supervisor.bound();

  made[0]?.fail(new Error("crashed"));
  await until(() => made.length === 2, "it is bound anew");

  deepStrictEqual(disposed, [0]);
  await supervisor.stop();
  deepStrictEqual(disposed, [0, 1]);
});

Deno.test("Supervisor binds anew what had no contact for too long", async () => {
  const { create, made } = createBindings();
  const { supervisor } = supervise({
    bind: () => Promise.resolve(made.length === 0 ? create(() => 0) : create()),
    silenceMs: 20,
  });

  supervisor.start();

  await until(() => made.length === 2, "it is bound anew");
  await supervisor.stop();
});

Deno.test("Supervisor can be stopped while it backs off, and started again", async () => {
  const { create } = createBindings();
  let reachable = false;
  const { supervisor } = supervise({
    bind: () => reachable ? Promise.resolve(create()) : Promise.reject(new Error("down")),
  });
  supervisor.start();
  await until(() => supervisor.state === "down", "it is down");

  await supervisor.stop();
  strictEqual(supervisor.state, "stopped");
  reachable = true;
  supervisor.start();
  await supervisor.bound();

  await supervisor.stop();
});

Deno.test("bound() rejects with why the binding is down when its signal aborts", async () => {
  const { supervisor } = supervise({ bind: () => Promise.reject(new BrokerUnavailableError("b")) });
  supervisor.start();
  await until(() => supervisor.state === "down", "it is down");

  await rejects(supervisor.bound(AbortSignal.timeout(10)), { name: "BrokerUnavailableError" });

  await supervisor.stop();
});

Deno.test("Supervisor says down while there is no contact, and keeps the binding", async () => {
  const { create, made, disposed } = createBindings();
  let contactAt = Date.now();
  const bind = () => Promise.resolve(create(() => contactAt));
  const { supervisor, states } = supervise({ bind, quietMs: 20 });
  supervisor.start();
  await supervisor.bound();

  await until(() => supervisor.state === "down", "it is down");
  contactAt = Date.now() + 60_000;
  await until(() => supervisor.state === "running", "it runs again");
  const before = [...disposed];
  await supervisor.stop();

  deepStrictEqual(before, []);
  strictEqual(made.length, 1);
  deepStrictEqual(states, ["starting", "running", "down", "running", "stopped"]);
});

Deno.test("Supervisor binds anew what it is told to rebuild", async () => {
  const { create, made } = createBindings();
  const { supervisor, states } = supervise({ bind: () => Promise.resolve(create()) });
  supervisor.start();
  await supervisor.bound();

  supervisor.rebuild(new Error("It is stuck"));
  await until(() => made.length === 2, "it is bound anew");
  await supervisor.stop();

  deepStrictEqual(states, ["starting", "running", "down", "running", "stopped"]);
});
