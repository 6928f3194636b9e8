/**
 * Cases: who gets what, and from where on.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Case } from "../case.ts";
import { keyed, message, numbered, texts } from "../messages.ts";
import { Probe } from "../probe.ts";
import { aMoment } from "../until.ts";

/** Named and anonymous groups. */
export const groupCases: readonly Case[] = [
  {
    title: "a new named group starts at the earliest message",
    async run(world) {
      const destination = world.name("history");
      const group = world.group();
      await world.send(await world.produce(destination), numbered(20));
      const probe = new Probe();

      await world.consume({ destination, group, probe });
      await world.until(() => probe.distinct.length === 20, "the history arrives");

      deepStrictEqual(probe.distinct, texts(numbered(20)));
    },
  },
  {
    title: "a named group that starts at the latest gets what is sent after it was bound",
    async run(world) {
      const destination = world.name("latest");
      const producer = await world.produce(destination);
      await world.send(producer, [message("old")]);
      const probe = new Probe();

      await world.consume({
        destination,
        group: world.group(),
        startOffset: "latest",
        probe,
      });
      await world.send(producer, [message("new")]);
      await world.until(() => probe.received.length > 0, "the new message arrives");
      await aMoment();

      deepStrictEqual(probe.distinct, ["new"]);
    },
  },
  {
    title: "a group named as required finds every message, even if its first member starts latest",
    async run(world) {
      const destination = world.name("required");
      const group = world.group();
      const producer = await world.produce(destination, { requiredGroups: [group] });
      await world.send(producer, numbered(5));
      const probe = new Probe();

      await world.consume({ destination, group, startOffset: "latest", probe });

      await world.until(() => probe.distinct.length === 5, "the messages before it arrive");
    },
  },
  {
    title: "members of a group compete: each message goes to one of them",
    async run(world) {
      const destination = world.name("compete");
      const group = world.group();
      const place = { destination, group, partitionCount: 4 };
      const probes = [new Probe(), new Probe()];
      const producer = await world.produce(destination, { partitionCount: 4 });
      for (const probe of probes) {
        await world.consume({ ...place, probe, binder: await world.client() });
      }
      await world.until(
        () => probes.every((probe) => probe.owned.length === 2),
        "both members own two partitions",
        () => probes.map((probe) => probe.owned.map(({ partition }) => partition)),
      );

      const batch = keyed({ keys: 40, rounds: 5, partitionCount: 4 });
      await world.send(producer, batch);
      await world.until(
        () => probes.flatMap((probe) => probe.distinct).length >= batch.length,
        "all messages arrive",
      );
      await aMoment();

      deepStrictEqual(probes.flatMap((probe) => probe.texts).sort(), [...texts(batch)].sort());
    },
  },
  {
    title: "two groups each get every message",
    async run(world) {
      const destination = world.name("two");
      const probes = [new Probe(), new Probe()];
      for (const probe of probes) {
        await world.consume({ destination, group: world.group(), probe });
      }

      await world.send(await world.produce(destination), numbered(10));

      await world.until(
        () => probes.every((probe) => probe.distinct.length === 10),
        "both groups get all messages",
      );
    },
  },
  {
    title: "without a group every binding gets every message",
    async run(world) {
      const destination = world.name("broadcast");
      const probes = [new Probe(), new Probe(), new Probe()];
      for (const probe of probes) {
        await world.consume({
          destination,
          probe,
          partitionCount: 2,
          binder: await world.client(),
        });
      }

      const producer = await world.produce(destination, { partitionCount: 2 });
      await world.send(producer, [...numbered(5, "a", 0), ...numbered(5, "b", 1)]);

      await world.until(
        () => probes.every((probe) => probe.distinct.length === 10),
        "every binding gets all messages",
      );
    },
  },
  {
    title: "without a group a binding gets what is sent right after it was bound, nothing older",
    async run(world) {
      const destination = world.name("instant");
      const producer = await world.produce(destination);
      await world.send(producer, [message("old")]);
      const probe = new Probe();

      await world.consume({ destination, probe });
      await world.send(producer, [message("new")]);
      await world.until(() => probe.received.length > 0, "the message sent at once arrives");
      await aMoment();

      deepStrictEqual(probe.distinct, ["new"]);
    },
  },
  {
    title: "one group reads two destinations, each to its end",
    async run(world) {
      const group = world.group();
      const places = [world.name("left"), world.name("right")];
      const probes = [new Probe(), new Probe()];
      for (const [index, destination] of places.entries()) {
        const probe = probes[index] ?? new Probe();
        await world.consume({ destination, group, probe, binder: await world.client() });
      }

      for (const destination of places) {
        await world.send(await world.produce(destination), numbered(5, `${destination}/`));
      }
      await world.until(
        () => probes.every((probe) => probe.distinct.length === 5),
        "each destination's messages arrive",
      );

      for (const [index, probe] of probes.entries()) {
        strictEqual(
          probe.received.every(({ text }) => text.startsWith(places[index] ?? "?")),
          true,
        );
      }
    },
  },
];
