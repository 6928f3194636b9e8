/**
 * A destination with the same messages on every partition, for cases that move through it.
 *
 * @module
 */

import type { ConsumerBinding } from "../../binder.ts";
import { numbered } from "./messages.ts";
import type { Probe, Received } from "./probe.ts";
import type { World } from "./world.ts";

/** How many partitions there are. */
export const PARTITIONS = 4;

/** How many messages each partition gets at once. */
export const EACH = 5;

/** Where a case plays. */
export interface Stage {
  readonly destination: string;
  readonly group: string;
  /** Puts `EACH` messages on every partition: `<prefix>0`, `<prefix>1`… */
  fill(prefix: string): Promise<void>;
}

/** Opens a destination of its own. */
export async function stage(world: World, partitionCount = PARTITIONS): Promise<Stage> {
  const destination = world.name("seek");
  const group = world.group();
  const producer = await world.produce(destination, { partitionCount });
  const fill = (prefix: string) =>
    world.send(
      producer,
      Array.from({ length: partitionCount }, (_, partition) => numbered(EACH, prefix, partition))
        .flat(),
    );
  return { destination, group, fill };
}

/** Two members of one group, each with partitions. */
export async function joinTwice(
  world: World,
  place: { destination: string; group: string; probe: Probe },
): Promise<readonly [ConsumerBinding, ConsumerBinding]> {
  const join = async () =>
    world.consume({ ...place, partitionCount: PARTITIONS, binder: await world.client() });
  const members = [await join(), await join()] as const;
  await world.until(
    () => members.every((member) => member.partitions().length === PARTITIONS / 2),
    "each member has its share",
  );
  return members;
}

/** What waits behind the committed offsets, over all partitions. */
export async function waiting(binding: ConsumerBinding): Promise<number> {
  return (await binding.lag()).reduce((sum, { messages }) => sum + messages, 0);
}

/** Waits until nothing waits. */
export async function untilCommitted(world: World, binding: ConsumerBinding): Promise<void> {
  await world.until(async () => await waiting(binding) === 0, "all is committed");
}

/** The texts of one partition. */
export function names(prefix: string): readonly string[] {
  return Array.from({ length: EACH }, (_, index) => `${prefix}${index}`);
}

/** The texts of all partitions. */
export function expected(prefix: string): readonly (readonly string[])[] {
  return Array.from({ length: PARTITIONS }, () => names(prefix));
}

/** What arrived of one filling. */
export function seen({ received }: Probe, prefix: string): readonly Received[] {
  return received.filter(({ text }) => text.startsWith(prefix));
}

/** The texts of each partition, in order of arrival. */
export function byPartition(received: readonly Received[]): readonly (readonly string[])[] {
  return Array.from(
    { length: PARTITIONS },
    (_, index) => received.filter(({ partition }) => partition === index).map(({ text }) => text),
  );
}
