/**
 * One schedule after the other: all actors, and what they do in each. Start reading here.
 *
 * @module
 */

import { memoryOrganizationCache } from "@cauce/licensing/cache";
import { type Task, task } from "./agenda.ts";
import { CacheCalls } from "./cache_call.ts";
import { CacheNode, type CreateCache } from "./cache_node.ts";
import { Client, versionOf } from "./client.ts";
import { Seen } from "./coverage.ts";
import { Fault } from "./faults.ts";
import { OriginCalls } from "./origin_link.ts";
import { Partition } from "./partition.ts";
import { type CreateFind, ReaderProcess } from "./reader_process.ts";
import { Relay, type RelayFlaws } from "./relay.ts";
import { type Focus, Scene } from "./scene.ts";
import { type CreateSink, type SinkFlaws, SinkProcess } from "./sink_process.ts";
import { BEGIN_MS, HEARTBEAT_MS, times } from "./times.ts";

/** What a world is built from: the production code and a lawful channel, or what a mutant puts there. */
export interface WorldParts {
  readonly createCache?: CreateCache;
  readonly createFind?: CreateFind;
  readonly createSink?: CreateSink;
  readonly relayFlaws?: RelayFlaws;
  readonly sinkFlaws?: SinkFlaws;
  /** The origin is asked at a replica, even where the cache may have lost its fences. */
  readonly asksReplica?: boolean;
  readonly focus?: Focus;
}

const CLIENTS = 3;
const MOST_WRITES = 3;
/** Of what tells less the more there is of it: a third reader's reads, heartbeats. */
const FEW = 2;
const LEAST_OPERATIONS = 12;
const MOST_TASKS = 3000;

/** Runs schedules, one at a time: set its choices, `begin`, and `step` until it returns false. */
export class World {
  readonly scene: Scene = new Scene();
  readonly #node: CacheNode;
  readonly #cacheCalls: CacheCalls;
  readonly #originCalls: OriginCalls;
  readonly #processes: readonly ReaderProcess[];
  readonly #clients: readonly Client[];
  readonly #partition: Partition;
  readonly #relay: Relay;
  readonly #sink: SinkProcess;
  readonly #writes: readonly Task[];
  readonly #beats: readonly Task[];
  readonly #lateBeat = task(() => this.#relay.beat());
  readonly #cacheLoss = task(() => this.#loseCache());
  readonly #streamLoss = task(() => this.#partition.lose(1 + this.scene.choices.below(3)));
  readonly #sinkCrash = task(() => this.#sink.crash());
  readonly #asksReplica: boolean;
  readonly #focus: Focus | undefined;
  #tasks = 0;
  #endReads = 0;

  constructor(parts: WorldParts = {}) {
    const { scene } = this;
    this.#focus = parts.focus;
    this.#asksReplica = parts.asksReplica ?? false;
    const { createCache = (now) => memoryOrganizationCache({ maxEntries: 10, now }) } = parts;
    const node = new CacheNode(scene, createCache);
    const cacheCalls = new CacheCalls(scene, node);
    const originCalls = new OriginCalls(scene);
    this.#node = node;
    this.#cacheCalls = cacheCalls;
    this.#originCalls = originCalls;
    this.#processes = ["licensing-1", "licensing-2"].map((name) =>
      new ReaderProcess(scene, { name, cacheCalls, originCalls, ...parts })
    );
    this.#clients = Array.from({ length: CLIENTS }, (_, index) => {
      const process = this.#processes[index & 1] as ReaderProcess;
      return new Client(`client-${index + 1}`, { scene, node, process });
    });
    this.#processes.forEach((process, at) => {
      const own = this.#clients.filter((_, index) => (index & 1) === at);
      process.onDied = () => own.forEach((client) => client.onProcessDied());
    });
    const partition = new Partition(scene);
    const flaws = parts.sinkFlaws ?? {};
    this.#partition = partition;
    this.#relay = new Relay(scene, partition, parts.relayFlaws ?? {});
    this.#sink = new SinkProcess(scene, { node, partition, cacheCalls, flaws, ...parts });
    partition.onAppended = () => this.#sink.wake();
    partition.onLost = () => this.#relay.onLost();
    this.#sink.onCutOff = (forMs) => this.#planLateBeat(forMs);
    // Who reads while the sink catches up sees old and new at once.
    this.#sink.onReconnected = () => this.#clients[scene.choices.below(CLIENTS)]?.readNow();
    this.#writes = many(MOST_WRITES, () => this.#write({ isDeletion: false }))
      .with(-1, task(() => this.#write({ isDeletion: true })));
    this.#beats = many(FEW, () => this.#beat());
    node.onWatermark = () => {
      for (const process of this.#processes) if (scene.choices.below(4) === 3) process.planLook();
    };
  }

  /** Begins another schedule, with choices that are set already. */
  begin(): void {
    const { scene } = this;
    const { choices, agenda, truth } = scene;
    scene.begin(BEGIN_MS, this.#focus);
    truth.begin(choices.below(3) === 2 ? 0 : 1);
    this.#tasks = 0;
    this.#endReads = 0;
    this.#node.begin();
    this.#cacheCalls.begin();
    this.#originCalls.begin({ mayLag: this.#mayLag(scene.faults) });
    for (const process of this.#processes) process.begin();
    this.#partition.begin();
    this.#relay.begin();
    this.#sink.begin();

    const [first, second, third] = this.#clients;
    first?.begin(choices.below(3));
    second?.begin(choices.below(3));
    third?.begin(this.#few());
    this.#plan(this.#writes, choices.below(MOST_WRITES + 1), () => scene.gap());
    this.#plan(this.#beats, this.#few(), () => HEARTBEAT_MS * (1 + choices.below(4)));
    if (scene.happens(Fault.cacheLosses, 2)) agenda.add(this.#cacheLoss, scene.gap() + scene.gap());
    if (scene.happens(Fault.streamLosses, 2)) agenda.add(this.#streamLoss, scene.gap());
    if (scene.happens(Fault.repeats, 4)) agenda.add(this.#sinkCrash, scene.gap());
    if (scene.happens(Fault.readerCrashes, 2)) {
      agenda.add(this.#processes[choices.below(2)] as Task, scene.gap());
    }
  }

  /** Goes on until something must be waited for. False when the schedule is over. */
  step(): boolean {
    const { scene } = this;
    for (;;) {
      if (scene.violation !== undefined) return false;
      const next = scene.agenda.take();
      if (next === undefined) return this.#end();
      if (++this.#tasks > MOST_TASKS) scene.fail("end", "the schedule does not end");
      next.run();
      if (!next.isQuiet) return true;
    }
  }

  /** Nothing more is going to go wrong: now a read must hit what the origin has. */
  #end(): boolean {
    const { scene } = this;
    if (this.#endReads === 0) {
      scene.isCalm = true;
      // Whoever died with a lease has lost it by now.
      scene.agenda.now += times.leaseMs;
      scene.tell("", "from here on nothing goes wrong");
    } else if (this.#endReads >= 2) {
      const { found } = this.#clients[(this.#endReads + 1) & 1] as Client;
      const isHit = found?.cache === "hit" || found?.cache === "revalidated";
      if (found === undefined || !isHit || versionOf(found) !== scene.truth.version) {
        scene.fail("I3", `the origin has version ${scene.truth.version}, the cache does not`);
      }
      if (scene.violation !== undefined || scene.operations >= LEAST_OPERATIONS) return false;
    }
    scene.agenda.add(this.#clients[this.#endReads & 1] as Client, 0);
    this.#endReads += 1;
    return true;
  }

  /**
   * A replica may lag where the cache keeps its fences. Both faults at once are the known residue:
   * a few schedules show how often it does harm, and count for nothing else.
   */
  #mayLag(faults: number): boolean {
    if ((faults & Fault.cacheLosses) === 0 || this.#asksReplica) return true;
    const { scene } = this;
    scene.isResidue = scene.happens(Fault.originTroubles, 16);
    return scene.isResidue;
  }

  /** Three times in four none: most schedules are to be short. */
  #few(): number {
    return Math.max(0, this.scene.choices.below(4 * FEW) - 3 * FEW + 1);
  }

  /** One after the other. */
  #plan(tasks: readonly Task[], count: number, gap: () => number): void {
    let at = 0;
    for (let index = 0; index < count; index++) {
      at += gap();
      this.scene.agenda.add(tasks[index] as Task, at);
    }
  }

  /** The relay goes on meanwhile: a heartbeat is there when the sink comes back. */
  #planLateBeat(cutOffMs: number): void {
    if (!this.#lateBeat.isPlanned) {
      this.scene.agenda.add(this.#lateBeat, cutOffMs - this.scene.choices.below(HEARTBEAT_MS));
    }
  }

  #beat(): void {
    const { agenda, choices } = this.scene;
    this.#relay.beat();
    if (choices.below(4) === 3) this.#sink.hearOther(agenda.now);
  }

  #write({ isDeletion }: { readonly isDeletion: boolean }): void {
    const { scene } = this;
    const { truth } = scene;
    if (isDeletion && truth.version === 0) return;
    scene.operations += 1;
    const version = truth.commit(scene.agenda.now, { isDeletion });
    if (isDeletion) scene.seen |= Seen.deletion;
    if (scene.history !== undefined) {
      scene.tell("organization", `commits version ${version}${isDeletion ? ", deleted" : ""}`);
    }
    this.#relay.insert(version);
  }

  #loseCache(): void {
    const { scene } = this;
    const isFailover = scene.choices.below(2) === 1;
    scene.operations += 1;
    scene.seen |= isFailover ? Seen["epoch change"] : Seen.FLUSHALL;
    this.#node.lose();
    if (scene.history !== undefined) {
      scene.tell("cache", isFailover ? "fails over: another epoch" : "FLUSHALL");
    }
  }
}

function many(count: number, run: (index: number) => void): Task[] {
  return Array.from({ length: count }, (_, index) => task(() => run(index)));
}
