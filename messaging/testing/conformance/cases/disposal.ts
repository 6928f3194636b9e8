/**
 * Cases: an end ends what it should and nothing else.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { numbered } from "../messages.ts";
import { Probe } from "../probe.ts";
import { aMoment } from "../until.ts";

/** Disposal. */
export const disposalCases: readonly Case[] = [
  {
    title: "disposing a binding twice leaves the group's other members alone",
    async run(world) {
      const destination = world.name("twice");
      const group = world.group();
      const producer = await world.produce(destination);
      const binder = await world.own();
      const first = await world.consume({ destination, group, probe: new Probe(), binder });
      await first[Symbol.asyncDispose]();
      const probe = new Probe();
      await world.consume({ destination, group, probe, binder });

      await first[Symbol.asyncDispose]();
      await world.send(producer, numbered(5));

      await world.until(() => probe.distinct.length === 5, "the other member gets the messages");
    },
  },
  {
    title: "disposing a binding waits until its receiver has drained",
    async run(world) {
      const destination = world.name("wait");
      let drained = false;
      const probe = new Probe({
        draining: async () => {
          await aMoment(100);
          drained = true;
        },
      });
      const binding = await world.consume({ destination, group: world.group(), probe });
      await world.until(() => probe.owned.length === 1, "the partition is assigned");

      await Promise.all([binding[Symbol.asyncDispose](), binding[Symbol.asyncDispose]()]);

      strictEqual(drained, true);
      strictEqual(probe.owned.length, 0);
    },
  },
  {
    title: "a disposed binding gets nothing more",
    async run(world) {
      const destination = world.name("silent");
      const producer = await world.produce(destination);
      const probe = new Probe();
      const binding = await world.consume({ destination, group: world.group(), probe });
      await world.until(() => probe.owned.length === 1, "the partition is assigned");

      await binding[Symbol.asyncDispose]();
      await world.send(producer, numbered(5));
      await aMoment(300);

      strictEqual(probe.received.length, 0);
    },
  },
  {
    title: "disposing a binder ends its bindings, and may be repeated",
    async run(world) {
      const destination = world.name("binder");
      const group = world.group();
      const producer = await world.produce(destination);
      const binder = await world.client();
      const probe = new Probe();
      const binding = await world.consume({ destination, group, probe, binder });
      await world.until(() => probe.owned.length === 1, "the partition is assigned");

      await binder[Symbol.asyncDispose]();
      await binder[Symbol.asyncDispose]();
      await binding[Symbol.asyncDispose]();
      const next = new Probe();
      await world.consume({ destination, group, probe: next, binder: await world.client() });
      await world.send(producer, numbered(5));

      await world.until(() => next.distinct.length === 5, "the next member gets the messages");
      ok(probe.received.length === 0, "the ended binding gets nothing");
    },
  },
];
