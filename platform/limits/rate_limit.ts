/**
 * How much each tenant may ask: a port, and the bucket that every adapter of it keeps.
 *
 * @module
 */

/** How fast a bucket fills, and how much it holds. */
export interface BucketSize {
  readonly perSecond: number;
  readonly capacity: number;
}

/** What came of asking for one request. */
export interface Allowance {
  readonly isAllowed: boolean;
  /** How many more may follow at once. */
  readonly remaining: number;
  /** Until the bucket is full again. */
  readonly fullInMs: number;
  /** Until another request may follow; 0 where one may now. */
  readonly retryInMs: number;
}

/** Counts requests by key. */
export interface RateLimit extends AsyncDisposable {
  /** What each key has. */
  readonly size: BucketSize;
  /** Takes one request out of the key's bucket. Never rejects: nobody is kept out by an outage. */
  take(key: string): Promise<Allowance>;
}

/** What is left in a bucket, and since when. */
export interface Bucket {
  readonly left: number;
  readonly at: number;
}

/** A bucket holds what comes in so many seconds. */
const BURST_SECONDS = 2;

/** The bucket of a rate: it allows for bursts of two seconds' worth. */
export function bucketOf(perSecond: number): BucketSize {
  return { perSecond, capacity: BURST_SECONDS * perSecond };
}

/** Takes one request out, if it is there. An absent bucket is full. */
export function takeFrom(
  bucket: Bucket | undefined,
  { size: { perSecond, capacity }, now }: { readonly size: BucketSize; readonly now: number },
): { readonly bucket: Bucket; readonly allowance: Allowance } {
  const { left, at } = bucket ?? { left: capacity, at: now };
  const filled = Math.min(capacity, left + Math.max(0, now - at) * perSecond / 1000);
  const isAllowed = filled >= 1;
  const rest = isAllowed ? filled - 1 : filled;
  const msFor = (requests: number) => Math.max(0, Math.ceil(requests * 1000 / perSecond));
  return {
    bucket: { left: rest, at: now },
    allowance: {
      isAllowed,
      remaining: Math.floor(rest),
      fullInMs: msFor(capacity - rest),
      retryInMs: msFor(1 - rest),
    },
  };
}
