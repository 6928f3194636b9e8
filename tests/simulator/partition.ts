/**
 * The partition that an organization's changes are sent to, at its broker.
 *
 * @module
 */

import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import type { Scene } from "./scene.ts";

/** What stands on the partition. */
export type Entry =
  | { readonly kind: "event"; readonly version: number }
  /** Everything committed before its time was sent before it. */
  | { readonly kind: "heartbeat"; readonly time: number }
  /** Nothing any more: places are not given twice. */
  | { readonly kind: "lost" };

const LOST: Entry = { kind: "lost" };

/** Entries in their order. A broker that fails over may lose the last of them. */
export class Partition {
  readonly entries: Entry[] = [];
  /** Called when something was appended. */
  onAppended: () => void = () => {};
  /** Called when the last entries were lost. */
  onLost: () => void = () => {};
  readonly #scene: Scene;
  #taken = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  begin(): void {
    this.entries.length = 0;
    this.#taken = 0;
  }

  take(position: number): Entry | undefined {
    const entry = this.entries[position];
    if (entry !== undefined && position >= this.#taken) this.#taken = position + 1;
    return entry;
  }

  /** Appends an entry; an event may get before the one that was sent before it. */
  append(entry: Entry): void {
    const { entries } = this;
    const isAlone = entries.length === this.#taken || entries.at(-1)?.kind !== "event";
    if (!isAlone && entry.kind === "event" && this.#scene.happens(Fault.reorders, 2)) {
      this.#scene.seen |= Seen["reordered event"];
      entries.splice(-1, 0, entry);
    } else {
      entries.push(entry);
    }
    this.onAppended();
  }

  /** Fails over and loses up to so many of the last entries, whether somebody took them or not. */
  lose(count: number): void {
    const scene = this.#scene;
    scene.operations += 1;
    scene.seen |= Seen["lost events"];
    const from = Math.max(0, this.entries.length - count);
    this.entries.fill(LOST, from);
    if (scene.history !== undefined) {
      scene.tell("broker", `fails over and loses ${this.entries.length - from} messages`);
    }
    this.onLost();
  }
}
