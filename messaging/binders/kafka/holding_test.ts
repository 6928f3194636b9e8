import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Assignment } from "../../binder.ts";
import type { Delivery } from "../../message.ts";
import { Holding } from "./holding.ts";

Deno.test("Holding hands over in order and takes what waits behind it up to a limit", async () => {
  const scene = createScene();
  let taken = 0;

  while (scene.holding.hasRoom && taken < 100) scene.holding.accept(fetched(taken++, 1));
  scene.holding.accept(fetched(taken, 1));
  for (let index = 0; index < taken; index += 1) await scene.makeRoom();

  deepStrictEqual(scene.delivered, Array.from({ length: taken }, (_, index) => String(index)));
  strictEqual(taken, 4);
  strictEqual(scene.holding.position, taken);
});

Deno.test("Holding counts as uncommitted what is settled and not confirmed", () => {
  const { holding, assignment } = createScene();
  holding.accept(fetched(0, 5));

  assignment().settle("3");
  const settled = holding.uncommitted;
  assignment().settle("1");
  holding.confirm(3);

  deepStrictEqual([settled, holding.uncommitted, holding.settled], [4, 1, 4]);
});

Deno.test("Holding settles what is nobody's business once all before it is done", async () => {
  const { holding, assignment, makeRoom } = createScene();
  holding.accept(fetched(0, 1));
  await makeRoom();

  holding.accept({ partition: 0, deliveries: [], nextOffset: 3 });
  const before = holding.settled;
  assignment().settle("0");
  const behind = holding.settled;
  holding.accept({ partition: 0, deliveries: [], nextOffset: 5 });

  deepStrictEqual([before, behind, holding.settled], [0, 3, 5]);
});

Deno.test("Holding that has to go back commits the smaller offset", () => {
  const { holding } = createScene();
  holding.confirm(1000);

  holding.moveTo(7);

  deepStrictEqual([holding.position, holding.settled, holding.uncommitted > 0], [7, 7, true]);
});

Deno.test("Holding that is lost tells its receiver and takes nothing more", () => {
  const { holding, assignment, delivered } = createScene();

  holding.lose();
  holding.accept(fetched(0, 1));
  assignment().settle("0");

  strictEqual(assignment().signal.aborted, true);
  deepStrictEqual([delivered, holding.uncommitted, holding.hasRoom], [[], 0, false]);
});

Deno.test("Holding that drains asks its receiver once and hands over nothing more", async () => {
  const scene = createScene();
  scene.holding.accept(fetched(0, 1));
  scene.holding.accept(fetched(1, 1));

  await Promise.all([scene.holding.drain(), scene.holding.drain()]);
  await scene.makeRoom();

  strictEqual(scene.drains(), 1);
  deepStrictEqual(scene.delivered, ["0"]);
});

function createScene() {
  const delivered: string[] = [];
  let waiting: (() => void) | undefined;
  let given: Assignment | undefined;
  let drains = 0;
  const holding = new Holding({
    destination: "orders",
    partition: 0,
    token: 1,
    start: 0,
    receive: (assignment) => {
      given = assignment;
      return {
        deliver(batch) {
          delivered.push(...batch.map(({ offset }) => offset));
          return new Promise((resolve) => waiting = resolve);
        },
        drain() {
          drains += 1;
          return Promise.resolve();
        },
      };
    },
    onSettled() {},
    onRoom() {},
  });
  return {
    holding,
    delivered,
    assignment: () => given as Assignment,
    drains: () => drains,
    async makeRoom() {
      waiting?.();
      await Promise.resolve();
    },
  };
}

function fetched(from: number, count: number) {
  const deliveries = Array.from({ length: count }, (_, index): Delivery => ({
    key: "",
    headers: {},
    body: new Uint8Array(),
    offset: String(from + index),
    storedAt: 0,
  }));
  return { partition: 0, deliveries, nextOffset: from + count };
}
