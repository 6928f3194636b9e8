/**
 * Cases: nothing is lost before it is settled, and nothing settled comes again.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { message, numbered } from "../messages.ts";
import { Probe } from "../probe.ts";
import { aMoment } from "../until.ts";

/** Settling, committing, delivering again. */
export const redeliveryCases: readonly Case[] = [
  {
    title: "what was not settled comes again to the next member, from the first unsettled on",
    async run(world) {
      const destination = world.name("again");
      const group = world.group();
      await world.send(await world.produce(destination), numbered(10));
      const first = new Probe({ settles: ({ text }) => Number(text) < 4 });
      const binding = await world.consume({ destination, group, probe: first });
      await world.until(() => first.distinct.length === 10, "the first member gets all");
      await binding[Symbol.asyncDispose]();

      const second = new Probe();
      await world.consume({ destination, group, probe: second, binder: await world.client() });
      await world.until(() => second.distinct.length >= 6, "the unsettled messages come again");
      await aMoment();

      deepStrictEqual(second.distinct, ["4", "5", "6", "7", "8", "9"]);
    },
  },
  {
    title: "what was settled before the disposal does not come again",
    async run(world) {
      const destination = world.name("settled");
      const group = world.group();
      const producer = await world.produce(destination);
      await world.send(producer, numbered(10));
      const first = new Probe();
      const binding = await world.consume({ destination, group, probe: first });
      await world.until(() => first.distinct.length === 10, "the first member gets all");
      await binding[Symbol.asyncDispose]();

      const second = new Probe();
      await world.consume({ destination, group, probe: second, binder: await world.client() });
      await world.send(producer, [message("new")]);
      await world.until(() => second.received.length > 0, "the new message arrives");
      await aMoment();

      deepStrictEqual(second.texts, ["new"]);
    },
  },
  {
    title: "what is settled while a binding drains is committed",
    async run(world) {
      const destination = world.name("drain");
      const group = world.group();
      const producer = await world.produce(destination);
      await world.send(producer, numbered(3));
      const first: Probe = new Probe({
        settles: () => false,
        draining: async (assignment) => {
          await aMoment(50);
          const last = first.received.at(-1);
          if (last !== undefined) assignment.settle(last.offset);
        },
      });
      const binding = await world.consume({ destination, group, probe: first });
      await world.until(() => first.distinct.length === 3, "the first member gets all");
      await binding[Symbol.asyncDispose]();

      const second = new Probe();
      await world.consume({ destination, group, probe: second, binder: await world.client() });
      await world.send(producer, [message("new")]);
      await world.until(() => second.received.length > 0, "the new message arrives");

      deepStrictEqual(second.texts, ["new"]);
    },
  },
  {
    title: "a member that let its partition go can settle nothing on it any more",
    async run(world) {
      const destination = world.name("fenced");
      const group = world.group();
      await world.send(await world.produce(destination), numbered(5));
      const first = new Probe({ settles: () => false });
      const binding = await world.consume({ destination, group, probe: first });
      await world.until(() => first.distinct.length === 5, "the first member gets all");
      await binding[Symbol.asyncDispose]();

      const old = first.received.at(-1);
      ok(old?.assignment.signal.aborted, "the assignment's signal has aborted");
      old.assignment.settle(old.offset);
      const second = new Probe();
      await world.consume({ destination, group, probe: second, binder: await world.client() });

      await world.until(() => second.distinct.length === 5, "all messages come again");
    },
  },
  {
    title: "a message comes again after its member was killed, and the old member is told",
    needs: "crash",
    async run(world) {
      const destination = world.name("crash");
      const group = world.group();
      const victim = await world.client();
      await world.send(await world.produce(destination), numbered(5));
      const first = new Probe({ settles: () => false });
      await world.consume({ destination, group, probe: first, binder: victim });
      await world.until(() => first.distinct.length === 5, "the first member gets all");
      const second = new Probe();
      await world.consume({ destination, group, probe: second, binder: await world.client() });

      await world.crash(victim);
      await world.until(() => second.distinct.length === 5, "the other member gets all");
      await world.until(() => first.owned.length === 0, "the first member's signal aborts");

      const tokens = [first.received[0]?.token ?? 0, second.received[0]?.token ?? 0];
      ok((tokens[1] ?? 0) > (tokens[0] ?? 0), `the token grew: ${tokens}`);
    },
  },
  {
    title: "the token grows each time a partition changes hands",
    async run(world) {
      const destination = world.name("token");
      const group = world.group();
      await world.produce(destination);
      const tokens: number[] = [];

      for (let round = 0; round < 3; round += 1) {
        const probe = new Probe();
        const binder = await world.client();
        const binding = await world.consume({ destination, group, probe, binder });
        await world.until(() => probe.assignments.length > 0, "the partition is assigned");
        tokens.push(probe.assignments.at(-1)?.token ?? 0);
        await binding[Symbol.asyncDispose]();
      }

      deepStrictEqual(tokens, [...tokens].sort((left, right) => left - right));
      strictEqual(new Set(tokens).size, 3);
    },
  },
];
