/**
 * One connection to one node of Redis that is opened anew when it broke.
 *
 * Reconnecting is left out of ioredis on purpose: it would send commands in flight a second time, or
 * leave their promises open for ever, and a client that is disconnected meanwhile never comes back.
 * Here a client that lost its socket is done: whatever it had in flight rejects.
 *
 * @module
 */

import { nextTick } from "node:process";
import { setImmediate } from "node:timers";
import { Redis } from "ioredis";
import { BrokerUnavailableError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { adviceOn } from "./advice.ts";
import { type RedisConfig, type RedisNode, toAddress } from "./config.ts";
import { addScripts, type ScriptCommands } from "./scripts.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** A connected client. */
export type Client = Redis & ScriptCommands;

/** How a connection behaves. */
export interface ConnectionOptions {
  readonly config: RedisConfig;
  readonly node: RedisNode;
  readonly logger: Logger;
  /** Shown in CLIENT LIST. */
  readonly name: string;
  /** A socket that owes a reply for this long is taken for dead. */
  readonly socketTimeoutMs: number;
}

const CONNECT_TIMEOUT_MS = 3000;
const KEEP_ALIVE_MS = 10_000;
const LATER = Symbol("later");
const BACK_OFF_MS = [0, 50, 100, 200, 400, 800];

/** Opens itself on demand. */
export class Connection {
  /** Host and port of `node`. */
  readonly address: string;
  readonly #options: ConnectionOptions;
  #current: Client | undefined;
  #watch: SilenceWatch | undefined;
  #opening: Client | undefined;
  #connecting: Promise<Client> | undefined;
  /** Who this is at the server: a number, and the address it comes from. */
  #identity: { readonly id: number; readonly address: string } | undefined;
  #clockOffset = 0;
  #failures = 0;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.address = toAddress(options.node);
  }

  /** Where it leads. */
  get node(): RedisNode {
    return this.#options.node;
  }

  /** The connection's number at the server, as CLIENT UNBLOCK wants it. */
  get id(): number {
    return this.#identity?.id ?? 0;
  }

  /** The server's time in ms since the epoch, or a little earlier. */
  serverNow(): number {
    return Math.floor(performance.now() + this.#clockOffset);
  }

  /** A client that is connected; rejects with `BrokerUnavailableError` when one attempt failed. */
  client(): Promise<Client> {
    if (this.#current?.status === "ready") {
      this.#watch?.expectReply();
      return Promise.resolve(this.#current);
    }
    this.#connecting ??= this.#connect().finally(() => this.#connecting = undefined);
    return this.#connecting;
  }

  /**
   * Gives up everything in flight, so that Redis carries out none of it later: unsent bytes are
   * discarded, and the server's end is killed before the next client is used.
   */
  abandon(): void {
    const client = this.#current;
    if (client === undefined) return;
    this.#current = undefined;
    client.stream.resetAndDestroy();
  }

  /** Closes for good; what is in flight rejects. */
  close(): void {
    this.#closed = true;
    end(this.#current);
    end(this.#opening);
    this.#current = undefined;
  }

  async #connect(): Promise<Client> {
    const { address } = this;
    const { logger } = this.#options;
    await delay(BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)] ?? 0);
    if (this.#closed) throw new BrokerUnavailableError("redis", { cause: "closed" });
    const client = this.#create();
    this.#watch = new SilenceWatch(client, this.#options.socketTimeoutMs);
    this.#opening = client;
    let reason: unknown;
    client.on("error", (error) => reason = bare(error));
    try {
      await client.connect();
      const [info, [seconds, micros]] = await Promise.all([client.client("INFO"), client.time()]);
      await this.#killFormer(client);
      this.#identity = toIdentity(info);
      this.#clockOffset = Number(seconds) * 1000 + Number(micros) / 1000 - performance.now();
    } catch (error) {
      end(client);
      this.#failures += 1;
      const cause = reason ?? bare(error);
      if (this.#failures === 1 && !this.#closed) {
        logger.warn("Redis was out of reach", { address, error: cause });
      }
      throw new BrokerUnavailableError("redis", { cause, state: adviceOn(cause) });
    } finally {
      this.#opening = undefined;
    }
    if (this.#closed) {
      end(client);
      throw new BrokerUnavailableError("redis", { cause: "closed" });
    }
    if (this.#failures > 0) logger.info("Redis was reached again", { address });
    this.#failures = 0;
    this.#current = client;
    return client;
  }

  #create(): Client {
    const { config, node, name } = this.#options;
    const client = new Redis({
      host: node.host,
      port: node.port,
      db: config.db,
      username: config.username,
      password: config.password,
      ...(config.tls ? { tls: {} } : {}),
      connectionName: name.replaceAll(/[^\x21-\x7e]/g, "-"),
      protocol: 2,
      lazyConnect: true,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: null,
      autoResendUnfulfilledCommands: false,
      // A demoted primary: the next client looks the address up again.
      reconnectOnError: ({ message }) => message.includes("READONLY"),
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAlive: KEEP_ALIVE_MS,
    });
    return addScripts(client);
  }

  // What the network still holds of a connection that was given up must not be carried out later.
  // The address is needed: a server that restarted gives the same numbers to others.
  async #killFormer(client: Client): Promise<void> {
    if (this.#identity === undefined) return;
    const { id, address } = this.#identity;
    // Usually it is gone already, which Redis answers with 0.
    await client.call("CLIENT", ["KILL", "ID", id, "ADDR", address]).catch(() => {});
  }
}

function toIdentity(info: unknown): { id: number; address: string } {
  const text = String(info);
  const [, id = "0"] = /\bid=(\d+)/.exec(text) ?? [];
  const [, address = ""] = /\baddr=(\S+)/.exec(text) ?? [];
  return { id: Number(id), address };
}

function end(client: Client | undefined): void {
  client?.disconnect();
  client?.stream?.destroy();
}

/** Lets all commands of this turn leave in one write, which costs more than most commands. */
export function gather({ stream }: Client): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  nextTick(() => stream.uncork());
}

/** Resolves after some time. */
export function delay(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves when the promise does, or after some time. No timer for one that does within the turn. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  const turn = new Promise((resolve) => setImmediate(resolve, LATER));
  if (await Promise.race([promise, turn]) !== LATER) return;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The error without the command that ioredis keeps in it: its arguments are the password or whole
 * messages, which nobody wants in a log.
 */
export function bare(error: unknown): unknown {
  if (error instanceof Error && "command" in error) delete error.command;
  return error;
}

/** True when trying again cannot help: the key is no stream, the user may not, or it is a cluster. */
export function isHopeless(error: unknown): boolean {
  return error instanceof Error && /^(WRONGTYPE|NOPERM|CROSSSLOT)/.test(error.message);
}
