/**
 * Ends a socket that owes a reply and has been silent for too long, as a half-open one is for ever.
 *
 * ioredis' `socketTimeout` does that with a timer for each command. At a steady trickle of messages
 * those cost more time than encoding, and dead timers fill the young generation.
 *
 * @module
 */

import type { Redis } from "ioredis";

/** How often a silent socket is looked at before it is ended. */
const LOOKS = 12;

/** Watches the socket of one client; looks at nothing while no reply is owed. */
export class SilenceWatch {
  readonly #client: Redis;
  readonly #patienceMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heard = false;
  #silentLooks = 0;

  /** The socket ends after `patienceMs` of silence, or up to a twelfth later. */
  constructor(client: Redis, patienceMs: number) {
    this.#client = client;
    this.#patienceMs = patienceMs;
    client.once("connect", () => {
      client.stream.on("data", () => this.#heard = true);
      client.stream.once("close", () => clearTimeout(this.#timer));
      // A server may fall silent while it is greeted.
      this.expectReply();
    });
  }

  /** A command is about to be sent. */
  expectReply(): void {
    if (this.#timer !== undefined) return;
    this.#heard = false;
    this.#silentLooks = 0;
    this.#lookLater();
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => this.#look(), this.#patienceMs / LOOKS);
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#client.commandQueue.length === 0) return;
    this.#silentLooks = this.#heard ? 0 : this.#silentLooks + 1;
    this.#heard = false;
    if (this.#silentLooks < LOOKS) this.#lookLater();
    else this.#client.stream.destroy(new Error(`No answer within ${this.#patienceMs} ms`));
  }
}
