/**
 * Waiting for conditions, never for time.
 *
 * @module
 */

/** How long and how often to look. */
export interface UntilOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Default 10 ms. */
  readonly everyMs?: number;
}

type Truthy<T> = Exclude<T, undefined | null | false | 0 | "">;

/**
 * Resolves with the first value of the condition that is truthy. Rejects at the deadline with what
 * was waited for and the last value or error. A condition that throws is asked again.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: string,
  { timeoutMs = 10_000, everyMs = 10 }: UntilOptions = {},
): Promise<Truthy<T>> {
  const deadline = Date.now() + timeoutMs;
  let last: { readonly value?: T; readonly cause?: unknown } = {};
  while (true) {
    try {
      const value = await condition();
      if (value) return value as Truthy<T>;
      last = { value };
    } catch (cause) {
      last = { cause };
    }
    if (Date.now() > deadline) {
      const seen = "cause" in last ? String(last.cause) : Deno.inspect(last.value);
      throw new Error(
        `Cannot see ${what} within ${timeoutMs} ms: last ${seen}`,
        last,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
