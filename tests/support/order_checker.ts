/**
 * What "at least once, in order by key" means for what a group saw of what was sent.
 *
 * The messages of a key are numbered in the order in which they were sent, and each is sent only
 * after the one before was acknowledged, as often as that takes. What handlers were given, over all
 * members and in the order in which they began, keeps the promise when, for every key,
 *
 * - each delivery is of a message that was sent;
 * - every message that was acknowledged was delivered;
 * - a step forward passes over nothing that was acknowledged, so that first deliveries ascend, and
 *   after a step back delivery goes on from there and leaves nothing out;
 * - a step back, or on the spot, leads to what was delivered before: it is a repeat.
 *
 * @module
 */

/** One message of a key. */
export interface Numbered {
  readonly key: string;
  /** From 1 on, for each key. */
  readonly sequence: number;
}

/** What happened. */
export interface History {
  /** Every message that a sender tried to send. */
  readonly sent: readonly Numbered[];
  /** Those whose `send` resolved. */
  readonly acknowledged: readonly Numbered[];
  /** What handlers were given, in the order in which they began. */
  readonly delivered: readonly Numbered[];
}

/** How a history was judged. */
export interface Verdict {
  /** What breaks the promise, for a person; empty when it was kept. */
  readonly problems: readonly string[];
  /** Deliveries of what had been delivered before. */
  readonly repeats: number;
}

/** Judges a history. */
export function checkOrder({ sent, acknowledged, delivered }: History): Verdict {
  const sentByKey = byKey(sent);
  const acknowledgedByKey = byKey(acknowledged);
  const deliveredByKey = byKey(delivered);
  const problems: string[] = [];
  let repeats = 0;
  for (const key of new Set([...sentByKey.keys(), ...deliveredByKey.keys()])) {
    const verdict = checkKey({
      sent: new Set(sentByKey.get(key)),
      acknowledged: new Set(acknowledgedByKey.get(key)),
      delivered: deliveredByKey.get(key) ?? [],
    });
    problems.push(...verdict.problems.map((problem) => `"${key}": ${problem}`));
    repeats += verdict.repeats;
  }
  return { problems, repeats };
}

interface KeyHistory {
  readonly sent: ReadonlySet<number>;
  readonly acknowledged: ReadonlySet<number>;
  readonly delivered: readonly number[];
}

function checkKey({ sent, acknowledged, delivered }: KeyHistory): Verdict {
  const problems: string[] = [];
  const seen = new Set<number>();
  let repeats = 0;
  let previous = 0;
  for (const sequence of delivered) {
    if (!sent.has(sequence)) problems.push(`${sequence} was never sent`);
    if (seen.has(sequence)) repeats += 1;
    else if (sequence < previous) problems.push(`${sequence} came only after ${previous}`);
    for (let between = previous + 1; between < sequence; between += 1) {
      if (acknowledged.has(between)) {
        problems.push(`from ${previous} to ${sequence} passes over ${between}`);
      }
    }
    seen.add(sequence);
    previous = sequence;
  }
  for (const sequence of acknowledged) {
    if (!seen.has(sequence)) problems.push(`${sequence} was acknowledged and is lost`);
  }
  return { problems, repeats };
}

function byKey(messages: readonly Numbered[]): Map<string, number[]> {
  const keys = new Map<string, number[]>();
  for (const { key, sequence } of messages) {
    const known = keys.get(key);
    if (known === undefined) keys.set(key, [sequence]);
    else known.push(sequence);
  }
  return keys;
}
