/**
 * Cases: dead letters are listed, shown, edited and discarded.
 *
 * @module
 */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { payloadOf } from "../../../dead_letters/letter.ts";
import { noteChannel } from "../app.ts";
import type { Case } from "../case.ts";
import { giveUp, officeOf, startFailing } from "../letters.ts";
import { aMoment } from "../until.ts";

const three = [{ id: "a", n: 0 }, { id: "b", n: 1 }, { id: "a", n: 2 }];

/** What can be seen and done without sending anything again. */
export const deadLetterCases: readonly Case[] = [
  {
    title: "dead letters are listed oldest first, with reason, attempts, place and payload",
    async run(world) {
      const failing = startFailing(world, { channel: noteChannel(world, 1) });
      await giveUp(world, failing, three);

      const { items, next } = await failing.office.list();

      strictEqual(next, undefined);
      deepStrictEqual(
        items.map((one) => payloadOf(one)).toSorted((left, right) => numberOf(left, right)),
        three,
      );
      for (const { key, reason, attempts, original, headers, state, edited } of items) {
        strictEqual(reason, `Error: Cannot digest ${key}`);
        deepStrictEqual([attempts, state, edited], [1, "waiting", false]);
        deepStrictEqual([original.destination, original.partition], [failing.channel.name, 0]);
        deepStrictEqual([headers["ce_type"], headers["x-reason"]], ["note.written", undefined]);
      }
    },
  },
  {
    title: "dead letters are found by reason, key and time, and come in pages",
    async run(world) {
      const failing = startFailing(world);
      const { office } = failing;
      await giveUp(world, failing, three);
      const all = (await office.list()).items.map(({ id }) => id);

      const first = await office.list({ limit: 2 });
      const second = await office.list({ limit: 2, cursor: first.next });

      deepStrictEqual([...first.items, ...second.items].map(({ id }) => id), all);
      strictEqual(second.next, undefined);
      strictEqual((await office.list({ key: "a" })).items.length, 2);
      strictEqual((await office.list({ reason: "DIGEST B" })).items.length, 1);
      strictEqual((await office.list({ since: Date.now() + 60_000 })).items.length, 0);
      deepStrictEqual((await office.summarize()).map(({ reason, count }) => [reason, count]), [
        ["Error: Cannot digest a", 2],
        ["Error: Cannot digest b", 1],
      ]);
      await rejects(office.list({ cursor: "never" }), { name: "RangeError" });
    },
  },
  {
    title: "without dead letters the list is empty, and there is nothing to show or replay",
    async run(world) {
      const office = officeOf(world, noteChannel(world));

      deepStrictEqual(await office.list(), { items: [], next: undefined });
      strictEqual(await office.show("0"), undefined);
      strictEqual((await office.replay()).matched, 0);
    },
  },
  {
    title: "a dead letter can be read, and an edit keeps what came",
    async run(world) {
      const failing = startFailing(world);
      const { office } = failing;
      await giveUp(world, failing, [{ id: "a", n: 0 }]);
      const id = (await office.list()).items[0]?.id ?? "";

      const edited = await office.edit(id, { id: "a", n: 7 });
      const shown = await office.show(id);

      deepStrictEqual([payloadOf(edited), edited.edited], [{ id: "a", n: 7 }, true]);
      deepStrictEqual(shown && payloadOf(shown.letter), { id: "a", n: 7 });
      deepStrictEqual(shown && payloadOf(shown.original), { id: "a", n: 0 });
      const [act] = shown?.acts ?? [];
      deepStrictEqual([act?.kind, act?.by, act?.correlationId], ["edited", "conformance", "c-1"]);
      ok(act !== undefined && Math.abs(Date.now() - act.at) < 60_000);
    },
  },
  {
    title: "an edit that the group could not read, or that changes the key, is refused",
    async run(world) {
      const failing = startFailing(world);
      const { office } = failing;
      await giveUp(world, failing, [{ id: "a", n: 0 }]);
      const id = (await office.list()).items[0]?.id ?? "";

      await rejects(office.edit(id, { id: "a" }), { name: "InvalidMessageError" });
      await rejects(office.edit(id, { id: "b", n: 0 }), { name: "InvalidMessageError" });
      await rejects(office.edit(`${id}9`, { id: "a", n: 0 }), { name: "RangeError" });

      deepStrictEqual((await office.show(id))?.acts, []);
    },
  },
  {
    title: "a discarded dead letter leaves the list, stays readable, and the act says who did it",
    async run(world) {
      const failing = startFailing(world);
      const { office } = failing;
      await giveUp(world, failing, three);
      const id = (await office.list({ key: "b" })).items[0]?.id ?? "";

      const result = await office.discard({ filter: { key: "b" } });

      deepStrictEqual(result, { dryRun: false, matched: 1, discarded: 1, skipped: 0 });
      strictEqual((await office.list()).items.length, 2);
      const shown = await office.show(id);
      strictEqual(shown?.letter.state, "discarded");
      deepStrictEqual(shown.acts.map(({ kind, by }) => [kind, by]), [["discarded", "conformance"]]);
      failing.mend();
      strictEqual((await office.replay()).replayed, 2);
      await rejects(office.edit(id, { id: "b", n: 9 }), { name: "DeadLetterStateError" });
    },
  },
  {
    title: "a dry run says what it would do and changes nothing",
    async run(world) {
      const failing = startFailing(world);
      const { office, app } = failing;
      await giveUp(world, failing, three);
      failing.mend();
      const before = app.handled.length;

      const replay = await office.replay({ dryRun: true, filter: { key: "a" } });
      const discard = await office.discard({ dryRun: true });
      await aMoment();

      deepStrictEqual(replay, { dryRun: true, matched: 2, replayed: 0, skipped: 0 });
      deepStrictEqual(discard, { dryRun: true, matched: 3, discarded: 0, skipped: 0 });
      strictEqual(app.handled.length, before);
      const { items } = await office.list();
      deepStrictEqual(items.map(({ state }) => state), ["waiting", "waiting", "waiting"]);
      for (const { id } of items) deepStrictEqual((await office.show(id))?.acts, []);
    },
  },
];

function numberOf(left: unknown, right: unknown): number {
  return (left as { n: number }).n - (right as { n: number }).n;
}
