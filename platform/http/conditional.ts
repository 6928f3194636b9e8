/**
 * Strong entity tags and the conditions requests put on them (RFC 9110, 13.1).
 *
 * @module
 */

import { HttpError } from "./problem.ts";

/** The tag of a version: `"3"`, or `"2.5"` for a resource made of two. */
export function formatETag(...versions: readonly (string | number)[]): string {
  return `"${versions.join(".")}"`;
}

/** One tag of a condition. */
export interface EntityTag {
  /** What stands between the quotes. */
  readonly value: string;
  /** Whether it began with `W/`. */
  readonly weak: boolean;
}

/** The tags of `If-Match` or `If-None-Match`; `"*"` for any. Undefined when the header is not well-formed. */
export function parseETags(header: string): readonly EntityTag[] | "*" | undefined {
  const text = header.trim();
  if (text === "*") return "*";
  const tags: EntityTag[] = [];
  const tag = /\s*(W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"\s*(,|$)/y;
  while (tag.lastIndex < text.length) {
    const match = tag.exec(text);
    if (!match) return undefined;
    tags.push({ value: match[2] ?? "", weak: match[1] !== undefined });
  }
  return tags.length > 0 ? tags : undefined;
}

/**
 * True when the write may go on: there is no `If-Match`, or one of its tags is, strongly, one of
 * the current ones. A header that is not well-formed matches nothing.
 */
export function matchesIfMatch(
  header: string | undefined,
  ...current: readonly string[]
): boolean {
  if (header === undefined) return true;
  const tags = parseETags(header);
  if (tags === "*") return current.length > 0;
  return tags?.some(({ value, weak }) => !weak && current.includes(`"${value}"`)) ?? false;
}

/** Throws 412 unless `If-Match` allows a write over one of the current tags. */
export function assertIfMatch(header: string | undefined, ...current: readonly string[]): void {
  if (matchesIfMatch(header, ...current)) return;
  throw new HttpError(412, {
    detail: "The resource has another version than If-Match asks for",
    ...(current[0] !== undefined && { headers: { etag: current[0] } }),
  });
}

/** True when the caller has the current representation already: answer 304. Compares weakly, as RFC 9110 asks. */
export function matchesIfNoneMatch(header: string | undefined, current: string): boolean {
  if (header === undefined) return false;
  const tags = parseETags(header);
  if (tags === "*") return true;
  return tags?.some(({ value }) => `"${value}"` === current) ?? false;
}

const VERSION = /^(\d{1,15})$/;
/** Each number of versions is a statement of its own for the database. */
const MAX_VERSIONS = 100;

/**
 * The versions a write may go over, for a store that compares them in its statement. Undefined
 * without `If-Match` or with `*`; none where no tag can be a version, so that the write is refused
 * 412, or 404 where there is nothing. `pattern` finds the version in a tag.
 */
export function expectedVersions(
  header: string | undefined,
  pattern: RegExp = VERSION,
): readonly number[] | undefined {
  if (header === undefined) return undefined;
  const tags = parseETags(header);
  if (tags === "*") return undefined;
  const versions = new Set<number>();
  for (const { value, weak } of tags ?? []) {
    const match = weak ? null : pattern.exec(value);
    if (match) versions.add(Number(match[1]));
  }
  if (versions.size <= MAX_VERSIONS) return [...versions];
  throw new HttpError(400, { detail: `If-Match names more than ${MAX_VERSIONS} versions` });
}
