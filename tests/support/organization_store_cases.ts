/**
 * What every organization store promises.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import {
  event,
  insert,
  organization,
  recorded,
  rename,
  type StoreCase,
} from "./organization_store_world.ts";

const reading: readonly StoreCase[] = [
  {
    title: "an organization is found as it was inserted",
    async run(world) {
      await insert(world, "a");

      const found = await world.store.find("a");

      deepStrictEqual(found, { state: "live", organization: organization("a") });
    },
  },
  {
    title: "an id that was never used is unknown",
    async run({ store }) {
      const found = await store.find("never");

      deepStrictEqual(found, { state: "unknown" });
    },
  },
  {
    title: "pages follow each other by id, without what is deleted",
    async run(world) {
      const { store } = world;
      await insert(world, "a", "b", "c", "d");
      await store.write((writes) => writes.remove("b", { at: 1 }));

      const first = await store.list({ limit: 2, after: undefined });
      const second = await store.list({ limit: 2, after: first.at(-1)?.organizationId });

      deepStrictEqual(first.map((one) => one.organizationId), ["a", "c"]);
      deepStrictEqual(second.map((one) => one.organizationId), ["d"]);
    },
  },
  {
    title: "text comes back as it was stored, whatever it holds",
    async run(world) {
      const name = `'; DROP TABLE organization; -- $1 ? \\ " 𝌆 é`;
      await world.store.write((writes) => writes.insert(organization("a", name)));

      const found = await world.store.find("a");

      ok(found.state === "live");
      strictEqual(found.organization.name, name);
    },
  },
];

const writing: readonly StoreCase[] = [
  {
    title: "an id that was used is not inserted again, deleted or not",
    async run(world) {
      const { store } = world;
      await insert(world, "a", "b");
      await store.write((writes) => writes.remove("b", { at: 1 }));

      const again = await store.write(async (writes) => [
        await writes.insert(organization("a", "other")),
        await writes.insert(organization("b", "other")),
      ]);

      deepStrictEqual(again, [false, false]);
      deepStrictEqual(await store.find("a"), { state: "live", organization: organization("a") });
    },
  },
  {
    title: "an update changes what is given and raises the version, the same content included",
    async run(world) {
      const { store } = world;
      await insert(world, "a");

      await store.write((writes) => writes.update("a", { contactPhone: "+1 555 0100" }));
      const again = await store.write((writes) => writes.update("a", { name: "Ostock" }));

      deepStrictEqual(again, { ...organization("a"), contactPhone: "+1 555 0100", version: 3 });
    },
  },
  {
    title: "a write over another version than expected changes nothing",
    async run(world) {
      const { store } = world;
      await insert(world, "a");

      const updated = await store.write((writes) =>
        writes.update("a", { name: "x" }, { expected: [2, 7] })
      );
      const removed = await store.write((writes) => writes.remove("a", { at: 1, expected: [] }));

      deepStrictEqual([updated, removed], [undefined, undefined]);
      deepStrictEqual(await store.find("a"), { state: "live", organization: organization("a") });
    },
  },
  {
    title: "a write over one of the expected versions goes through",
    async run(world) {
      await insert(world, "a");

      const updated = await world.store.write((writes) =>
        writes.update("a", { name: "x" }, { expected: [7, 1] })
      );

      strictEqual(updated?.version, 2);
    },
  },
  {
    title: "a deletion leaves the next version, and nothing can be done to the organization again",
    async run(world) {
      const { store } = world;
      await insert(world, "a");

      const version = await store.write((writes) => writes.remove("a", { at: 1 }));
      const after = await store.write(async (writes) => [
        await writes.update("a", { name: "x" }),
        await writes.remove("a", { at: 2 }),
      ]);

      strictEqual(version, 2);
      deepStrictEqual(after, [undefined, undefined]);
      deepStrictEqual(await store.find("a"), { state: "deleted", version: 2 });
    },
  },
];

const together: readonly StoreCase[] = [
  {
    title: "a change and its event are stored together or not at all",
    async run(world) {
      const { store } = world;
      await insert(world, "a");
      await rename(world, "a", "first");

      const failing = store.write(async (writes) => {
        await writes.update("a", { name: "second" });
        await writes.record(event("a", 3));
        throw new Error("changed my mind");
      });

      await rejects(failing, /changed my mind/);
      const found = await store.find("a");
      ok(found.state === "live");
      strictEqual(found.organization.name, "first");
      deepStrictEqual(await recorded(world, "a"), [2]);
    },
  },
  {
    title: "parallel updates of one organization get versions of their own, in the outbox's order",
    async run(world) {
      await insert(world, "a", "b");
      const updates = Array.from({ length: 40 }, (_, index) => index);

      const versions = await Promise.all(
        updates.flatMap((index) => [
          rename(world, "a", `a${index}`),
          rename(world, "b", `b${index}`),
        ]),
      );

      const expected = updates.map((index) => index + 2);
      const ofA = versions.filter((_, index) => index % 2 === 0);
      deepStrictEqual(ofA.sort((one, other) => one - other), expected);
      deepStrictEqual(await recorded(world, "a"), expected);
      deepStrictEqual(await recorded(world, "b"), expected);
    },
  },
  {
    title: "of parallel writes over the same version exactly one goes through",
    async run(world) {
      const { store } = world;
      await insert(world, "a");

      const results = await Promise.all(
        Array.from(
          { length: 10 },
          () => store.write((writes) => writes.update("a", { name: "x" }, { expected: [1] })),
        ),
      );

      strictEqual(results.filter((one) => one !== undefined).length, 1);
    },
  },
];

/** All cases, by theme. */
export const organizationStoreCases: readonly StoreCase[] = [...reading, ...writing, ...together];
