/**
 * Somebody who reads an organization again and again and remembers what was seen.
 *
 * @module
 */

import type { FoundOrganization } from "@cauce/licensing";
import { Task } from "./agenda.ts";
import type { CacheNode } from "./cache_node.ts";
import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import type { ReaderProcess } from "./reader_process.ts";
import type { Scene } from "./scene.ts";
import { LAG_MS, times } from "./times.ts";
import { nameAt, ORGANIZATION_ID } from "./truth.ts";

const caller = { correlationId: "c1", traceparent: "t1" };

/** Reads, waits, reads: one read at a time. */
export class Client extends Task {
  /** What the last read came to; undefined while one is under way. */
  found: FoundOrganization | undefined;
  readonly name: string;
  readonly #scene: Scene;
  readonly #node: CacheNode;
  readonly #process: ReaderProcess;
  readonly #onFound = (found: FoundOrganization) => this.#judge(found);
  #reads = 0;
  #isReading = false;
  #minVersion = 0;
  #beganAt = 0;
  #losses = 0;
  #floor = 0;
  #seenVersion = 0;
  #seenLosses = 0;

  constructor(name: string, parts: {
    readonly scene: Scene;
    readonly node: CacheNode;
    readonly process: ReaderProcess;
  }) {
    super();
    this.name = name;
    this.#scene = parts.scene;
    this.#node = parts.node;
    this.#process = parts.process;
  }

  begin(reads: number): void {
    this.#reads = reads;
    this.#isReading = false;
    this.#seenVersion = 0;
    this.#seenLosses = 0;
    this.found = undefined;
    if (reads > 0) this.#scene.agenda.add(this, this.#scene.gap());
  }

  /** Reads now, unless a read is under way or planned. */
  readNow(): void {
    if (this.isPlanned || this.#isReading) return;
    this.#scene.agenda.add(this, 0);
  }

  /** Nobody answers a read under way any more. */
  onProcessDied(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    if (this.#reads > 0) this.#scene.agenda.add(this, this.#scene.gap());
  }

  /** Reads once more. */
  run(): void {
    const scene = this.#scene;
    this.#reads -= 1;
    this.#beganAt = scene.agenda.now;
    this.#losses = this.#node.losses;
    this.#floor = this.#node.floor;
    this.#minVersion = 0;
    this.found = undefined;
    this.#isReading = true;
    if (!scene.isCalm && scene.choices.below(8) === 7) {
      this.#minVersion = scene.truth.version;
      scene.seen |= Seen["least version"];
    }
    this.#process.find(ORGANIZATION_ID, { caller, minVersion: this.#minVersion })
      .then(this.#onFound);
  }

  #judge(found: FoundOrganization): void {
    const scene = this.#scene;
    this.found = found;
    this.#isReading = false;
    if (scene.history !== undefined) {
      const what = "organization" in found ? `version ${found.organization.version}` : "nothing";
      scene.tell(this.name, `reads ${what}: ${found.status}, ${found.cache}`);
    }
    if (found.status === "stale") scene.seen |= Seen["stale answer"];
    if (found.status === "current" || found.status === "deleted" || found.status === "unknown") {
      this.#judgeVersion(found, versionOf(found));
    }
    if (this.#reads > 0) scene.agenda.add(this, scene.gap());
  }

  /**
   * A hit is believed for so long when it is answered; what the origin said in answer to this read, or
   * to one that it joined, was true at most so long before the read began.
   */
  #judgeAge({ cache }: FoundOrganization, version: number): void {
    const { agenda, truth, faults } = this.#scene;
    const lagMs = (faults & Fault.originTroubles) === 0 ? 0 : LAG_MS;
    const from = cache === "hit" ? agenda.now : this.#beganAt;
    const replacedAt = truth.replacedAt(version);
    if (replacedAt >= from - times.proofMs - lagMs) return;
    this.#scene.fail("I6", `version ${version} was replaced at ${replacedAt}`);
  }

  #judgeVersion(found: FoundOrganization, version: number): void {
    const scene = this.#scene;
    if (version < this.#minVersion) scene.fail("least version", `${version} was shown`);
    if ("organization" in found && found.organization.name !== nameAt(version)) {
      scene.fail("content", `version ${version} shows what belongs to another`);
    }
    if (found.status !== "deleted") this.#judgeAge(found, version);
    if (this.#losses !== this.#node.losses) return;
    if (version < this.#floor && found.cache !== "bypass") {
      scene.fail("I1", `version ${version} is shown, below the fence ${this.#floor}`);
    }
    // Without the cache nothing can be kept that a later reader must not go back behind.
    if (found.cache === "bypass") return;
    if (version < this.#seenVersion && this.#seenLosses === this.#losses) {
      scene.fail("I2", `${this.name} saw ${this.#seenVersion} before ${version}`);
    }
    this.#seenVersion = version;
    this.#seenLosses = this.#losses;
  }
}

/** What a look-up showed: 0 where there was nothing to show. */
export function versionOf(found: FoundOrganization): number {
  if ("organization" in found) return found.organization.version;
  return found.status === "deleted" ? found.version : 0;
}
