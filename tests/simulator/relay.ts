/**
 * A model of the outbox and its relay: what was committed is published, and heartbeats tell how far.
 *
 * @module
 */

import { Task, task } from "./agenda.ts";
import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import type { Partition } from "./partition.ts";
import { type Scene, Way } from "./scene.ts";
import { STALL_MS } from "./times.ts";

/** What a relay may do wrong. */
export interface RelayFlaws {
  /** Heartbeats carry the clock, whatever is unpublished. */
  readonly stampsTheClock?: boolean;
  /** The clock is read after the query. */
  readonly readsTheClockLate?: boolean;
  /** A row counts as published before the broker has it. */
  readonly marksBeforeSending?: boolean;
  /** Nothing is published again when the broker lost messages. */
  readonly doesNotRepublish?: boolean;
}

interface Row {
  readonly version: number;
  readonly time: number;
  isPublished: boolean;
}

/** The outbox, and the relay that publishes it when it runs as a task. */
export class Relay extends Task {
  override readonly isQuiet: boolean = true;
  readonly #scene: Scene;
  readonly #partition: Partition;
  readonly #flaws: RelayFlaws;
  readonly #rows: Row[] = [];
  /** Grows when the connection to the broker is cut: what was on its way does not arrive. */
  #connection = 0;
  #isAwake = false;

  constructor(scene: Scene, partition: Partition, flaws: RelayFlaws) {
    super();
    this.#scene = scene;
    this.#partition = partition;
    this.#flaws = flaws;
  }

  begin(): void {
    this.#rows.length = 0;
    this.#isAwake = false;
    this.#connection += 1;
  }

  /** What a transaction does beside the change itself. It began a little before it commits. */
  insert(version: number): void {
    const { agenda, choices } = this.#scene;
    this.#rows.push({ version, time: agenda.now - choices.below(4), isPublished: false });
    this.#wake();
  }

  /** Publishes what is not published. */
  run(): void {
    const scene = this.#scene;
    this.#isAwake = false;
    scene.operations += 1;
    for (const row of this.#rows) {
      if (row.isPublished) continue;
      if (this.#flaws.marksBeforeSending) {
        row.isPublished = true;
        this.#later(scene.delay(Way.toBroker), () => this.#send(row));
        continue;
      }
      this.#send(row);
      // A relay that dies here leaves the row to its successor.
      if (scene.happens(Fault.repeats, 4)) this.#wake();
      else row.isPublished = true;
    }
  }

  /** The broker failed over: what it was sent before may be gone. */
  onLost(): void {
    this.#connection += 1;
    if (this.#flaws.doesNotRepublish) return;
    for (const row of this.#rows) row.isPublished = false;
    this.#wake();
  }

  /** Sends a heartbeat: the clock, then the query, then the message, each a little later. */
  beat(): void {
    const scene = this.#scene;
    const clock = scene.agenda.now;
    const isLate = this.#flaws.readsTheClockLate ?? false;
    scene.operations += 1;
    this.#later(scene.delay(Way.toBroker), () => {
      const oldest = this.#oldestUnpublished();
      this.#later(scene.delay(Way.toBroker), () => {
        const time = Math.min(oldest, isLate ? scene.agenda.now : clock);
        if (scene.history !== undefined) scene.tell("relay", `sends a heartbeat of ${time}`);
        this.#partition.append({ kind: "heartbeat", time });
      });
    });
  }

  /** Infinity when everything is published. */
  #oldestUnpublished(): number {
    let oldest = Infinity;
    if (this.#flaws.stampsTheClock) return oldest;
    for (const row of this.#rows) if (!row.isPublished) oldest = Math.min(oldest, row.time);
    return oldest;
  }

  #send({ version }: Row): void {
    const scene = this.#scene;
    if (scene.history !== undefined) scene.tell("relay", `publishes version ${version}`);
    this.#partition.append({ kind: "event", version });
  }

  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    const isStalled = this.#scene.happens(Fault.stalls, 4);
    if (isStalled) this.#scene.seen |= Seen["stalled relay"];
    this.#scene.agenda.add(this, isStalled ? STALL_MS : this.#scene.delay(Way.toBroker));
  }

  #later(delayMs: number, run: () => void): void {
    const connection = this.#connection;
    this.#scene.agenda.add(
      task(() => {
        if (this.#connection === connection) run();
      }),
      delayMs,
    );
  }
}
