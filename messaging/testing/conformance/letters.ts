/**
 * Dead letters for the cases, and offices that see to them.
 *
 * @module
 */

import type { Binder } from "../../binder.ts";
import type { Channel } from "../../channel.ts";
import type { DeadLetterOffice } from "../../dead_letters/office.ts";
import { type App, type AppOptions, type Note, noteChannel, startApp } from "./app.ts";
import type { World } from "./world.ts";

/** The group of the cases. */
export const GROUP = "readers";

/** An application that gives up what it is told to, until it is mended. */
export interface FailingApp {
  readonly app: App;
  readonly channel: Channel<Note>;
  readonly office: DeadLetterOffice;
  /** From now on every message is handled. */
  mend(): void;
  /** Ids of the events that were handled without failing, in order. */
  readonly done: string[];
}

/** Starts an application of `GROUP` that tries once and fails on every note it is not told to like. */
export function startFailing(
  world: World,
  options: Partial<AppOptions> & { likes?: (note: Note) => boolean } = {},
): FailingApp {
  const { channel = noteChannel(world), likes = () => false, ...rest } = options;
  const done: string[] = [];
  let mended = false;
  const app = startApp(world, {
    channel,
    group: GROUP,
    ...rest,
    sink: { CONSUMER_MAX_ATTEMPTS: "1", ...rest.sink },
    handle: ({ message }) => {
      if (!mended && !likes(message.payload)) throw new Error(`Cannot digest ${message.key}`);
      done.push(message.id);
    },
  });
  return { app, channel, office: officeOf(world, channel), mend: () => mended = true, done };
}

/** An office for `GROUP`, as another process would open it. */
export function officeOf(
  world: World,
  channel: Channel<Note>,
  options: { binder?: Binder; by?: string; claimMs?: number } = {},
): DeadLetterOffice {
  const { binder, by = "conformance", claimMs } = options;
  return world.createOffice({
    binder: () => binder === undefined ? world.own() : Promise.resolve(binder),
    destination: channel.name,
    group: GROUP,
    operator: { by, correlationId: "c-1" },
    channel: channel as Channel<unknown>,
    ...(claimMs !== undefined && { claimMs }),
  });
}

/** Sends notes whose event ids are `e-0`, `e-1`… and waits until the application gave all of them up. */
export async function giveUp(
  world: World,
  { app, channel }: FailingApp,
  notes: readonly Note[],
): Promise<void> {
  const given = () => app.events.filter(({ kind }) => kind === "dead-lettered").length;
  const before = given();
  await app.messaging.source(channel).sendBatch(
    notes.map((payload, index) => ({ payload, id: `e-${index}` })),
  );
  await world.until(() => given() - before >= notes.length, "all are dead-lettered");
}
