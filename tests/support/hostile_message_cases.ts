/**
 * A sink under thousands of hostile messages: it lives, nothing sound is lost, all else is let lie.
 *
 * @module
 */

import type { BinderName, Env } from "@cauce/messaging";
import fc from "fast-check";
import { hostileMessage } from "./hostile_messages.ts";
import { openHostileScene } from "./hostile_scene.ts";
import type { Stranger } from "./hostile_strangers.ts";

const BATCH = 100;

/** What a binder brings. */
export interface HostileCases {
  readonly env: () => Promise<Env>;
  /** The longest body that its broker stores. */
  readonly largest: number;
  /** Messages of a usual run. */
  readonly messages: number;
  /** Who writes past the binder, where that can be done. */
  readonly stranger?: (env: Env) => Promise<Stranger>;
}

/** Registers the cases; `TEST_LONG` sends 100,000. */
export function testHostileMessages(binder: BinderName, cases: HostileCases): void {
  const { env, largest } = cases;
  const messages = Deno.env.has("TEST_LONG") ? 100_000 : cases.messages;

  Deno.test(`${binder}: of ${messages} hostile messages each sound one is handled, each other a dead letter, once`, async () => {
    await using scene = await openHostileScene(binder, await env());
    const batches = fc.array(hostileMessage({ largest }), {
      minLength: BATCH,
      maxLength: BATCH,
      size: "max",
    });

    await fc.assert(
      fc.asyncProperty(batches, (batch) => scene.meet(batch)),
      // A shrunk batch would meet what the one that failed has left.
      { numRuns: messages / BATCH, endOnFailure: true },
    );
    await scene.settle();
  });

  if (cases.stranger !== undefined) testStranger(binder, { env, stranger: cases.stranger });

  Deno.test(`${binder}: a body of ${largest} bytes is a dead letter, and the next message is handled`, async () => {
    await using scene = await openHostileScene(binder, await env());
    const padded = (fate: "handled" | "dead letter", size: number) => ({
      what: `${size} bytes`,
      fate,
      key: "k",
      headers: {},
      body: new TextEncoder().encode(
        '{"organizationId":"a","action":"CREATED","version":1,"correlationId":"c"}'.padEnd(size),
      ),
    });

    await scene.meet([padded("dead letter", largest)]);
    await scene.meet([padded("handled", 1_000_000)]);
    await scene.settle();
  });
}

/** `TEST_LONG` writes 20,000. */
function testStranger(
  binder: BinderName,
  { env, stranger }: Required<Pick<HostileCases, "env" | "stranger">>,
): void {
  const messages = Deno.env.has("TEST_LONG") ? 20_000 : 500;

  Deno.test(`${binder}: of ${messages} hostile messages that no producer of ours writes each sound one is handled, each other a dead letter`, async () => {
    const given = await env();
    await using scene = await openHostileScene(binder, given);
    await using other = await stranger(given);
    const batches = fc.array(other.message, { minLength: BATCH, maxLength: BATCH, size: "max" });

    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        await scene.meetWritten(await other.write(scene.destination, batch));
      }),
      { numRuns: messages / BATCH, endOnFailure: true },
    );
    await scene.settle();
  });
}
