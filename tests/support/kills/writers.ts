/**
 * Writers of organizations over HTTP: each creates one, changes it many times, deletes it, and goes on
 * with the next, while the services it writes to are killed.
 *
 * @module
 */

import { organizationNamed } from "../main_job.ts";
import { type Answer, request } from "../http.ts";
import type { Journal, WrittenOrganization } from "./journal.ts";

/** Writers at work. */
export interface Writers {
  /** Resolves when nothing more is asked; what was begun is asked for until it is answered. */
  stop(): Promise<void>;
  /** Asks for nothing more, and leaves what was begun. */
  abandon(): void;
}

/** How they write. */
export interface WritersOptions {
  /** Base addresses of instances; any of them may be gone. */
  readonly urls: readonly string[];
  readonly journal: Journal;
  readonly count: number;
  /** Between two writes of one writer. */
  readonly paceMs: number;
}

const CHANGES_OF_ONE = 25;
const AGAIN_AFTER_MS = 20;
const TIMEOUT_MS = 15_000;
/** The database is busy or away. It may have committed. */
const UNAVAILABLE = 503;

/** Starts them. */
export function startWriters({ urls, journal, count, paceMs }: WritersOptions): Writers {
  let isStopped = false;
  let isAbandoned = false;
  let turn = 0;
  let names = 0;

  /** The next instance answers, or nobody knows what became of it. */
  async function ask(method: string, path: string, body?: unknown, key?: string) {
    if (isAbandoned) throw new Error("Cannot write: the writers were abandoned");
    const url = urls[turn++ % urls.length];
    const answer = await request(method, `${url}/v1/organization${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
      timeoutMs: TIMEOUT_MS,
    }).catch(() => undefined);
    if (answer !== undefined && answer.status !== UNAVAILABLE) return answer;
    journal.lost();
    return undefined;
  }

  function expect(answer: Answer | undefined, statuses: readonly number[]): void {
    if (answer === undefined || statuses.includes(answer.status)) return;
    journal.unexpected.push(`${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** The same key until it is answered, as a careful client does. */
  async function create(): Promise<WrittenOrganization> {
    const name = `created ${++names}`;
    const key = crypto.randomUUID();
    while (true) {
      const answer = await ask("POST", "", organizationNamed(name), key);
      if (answer?.status === 201) return journal.created(answer.body.organizationId, name);
      expect(answer, [409]);
      await pause(AGAIN_AFTER_MS);
    }
  }

  async function change(organization: WrittenOrganization): Promise<void> {
    const name = `changed ${++names}`;
    const path = `/${organization.organizationId}`;
    const answer = await ask("PUT", path, organizationNamed(name));
    const version = answer?.status === 200 ? answer.body.version : undefined;
    expect(answer, [200]);
    journal.changed(organization, { name, version });
    await pause(answer === undefined ? AGAIN_AFTER_MS : paceMs);
  }

  async function remove(organization: WrittenOrganization): Promise<void> {
    while (true) {
      const answer = await ask("DELETE", `/${organization.organizationId}`);
      // 404: an earlier try had deleted it.
      if (answer?.status === 204 || answer?.status === 404) return journal.deleted(organization);
      expect(answer, []);
      await pause(AGAIN_AFTER_MS);
    }
  }

  async function write(): Promise<void> {
    while (!isStopped) {
      const organization = await create();
      for (let changes = 0; changes < CHANGES_OF_ONE && !isStopped; changes += 1) {
        await change(organization);
      }
      if (!isStopped) await remove(organization);
    }
  }

  const writing = Promise.all(Array.from({ length: count }, write));
  writing.catch(() => {/* `stop` tells */});
  return {
    async stop() {
      isStopped = true;
      await writing;
    },
    abandon() {
      isAbandoned = true;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
