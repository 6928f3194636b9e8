import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { until } from "../support/until.ts";
import type { LicenseAnswer } from "./license_answer.ts";
import { type Inconsistency, Observer, type ObserverOptions } from "./observer.ts";

/** An observer of one instance that shows a version, and an origin that has one. */
function observing({ shows, origin, ages = [0.05] }: {
  readonly shows: Partial<LicenseAnswer> | Error;
  readonly origin?: number | undefined;
  readonly ages?: readonly number[];
}) {
  const found: Inconsistency[] = [];
  const asked = { reads: 0, origin: 0 };
  const options: ObserverOptions = {
    ages,
    instances: ["a"],
    read() {
      asked.reads += 1;
      if (shows instanceof Error) return Promise.reject(shows);
      return Promise.resolve({ status: "current", cache: "hit", version: 1, name: "n", ...shows });
    },
    findOrigin() {
      asked.origin += 1;
      return Promise.resolve(origin);
    },
    onInconsistent: (inconsistency) => void found.push(inconsistency),
  };
  return { observer: new Observer(options), found, asked };
}

const change = (version: number) => ({ organizationId: "o1", version });
const looked = (observer: Observer) => until(() => observer.open === 0, "every look");

Deno.test("Observer asks no origin while answers are as new as the change", async () => {
  const { observer, asked } = observing({ shows: { version: 2 } });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  strictEqual(asked.origin, 0);
  deepStrictEqual([...observer.counts.values()], [
    { checks: 1, inconsistent: 0, marked: 0, failed: 0 },
  ]);
});

Deno.test("Observer counts an answer that is older than the change and than the origin", async () => {
  const { observer, found } = observing({ shows: { version: 1 }, origin: 2, ages: [0.05, 0.1] });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  deepStrictEqual(found.map(({ age, shown, instance }) => [age, shown, instance]), [
    [0.05, 1, "a"],
    [0.1, 1, "a"],
  ]);
});

Deno.test("Observer counts an old answer also when the origin is down: the change was committed", async () => {
  const { observer, found } = observing({ shows: { version: 1 } });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  strictEqual(found.length, 1);
});

Deno.test("Observer does not count an old answer where the origin is no newer", async () => {
  const { observer, found } = observing({ shows: { version: 1 }, origin: 1 });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  strictEqual(found.length, 0);
});

Deno.test("Observer does not count what says itself that it may be old", async () => {
  const { observer, found } = observing({ shows: { version: 1, status: "stale" }, origin: 2 });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  strictEqual(found.length, 0);
  strictEqual(observer.counts.get(0.05)?.marked, 1);
});

Deno.test("Observer takes a deletion for newer than every version", async () => {
  const { observer, found } = observing({
    shows: { version: undefined, status: "deleted" },
    origin: 9,
  });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  strictEqual(found.length, 0);
});

Deno.test("Observer looks once for changes of one organization that are due together, and judges each", async () => {
  const { observer, found, asked } = observing({ shows: { version: 1 }, origin: 3 });
  await using _ = observer;

  for (const version of [1, 2, 3]) observer.hear(change(version));
  await looked(observer);

  strictEqual(asked.reads, 1);
  strictEqual(observer.counts.get(0.05)?.checks, 3);
  deepStrictEqual(found.map(({ missed }) => missed), [[2, 3]]);
});

Deno.test("Observer counts looks without an answer apart", async () => {
  const { observer } = observing({ shows: new Error("killed") });
  await using _ = observer;

  observer.hear(change(2));
  await looked(observer);

  deepStrictEqual(observer.counts.get(0.05), { checks: 0, inconsistent: 0, marked: 0, failed: 1 });
});
