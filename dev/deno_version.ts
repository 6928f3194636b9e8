/**
 * Which Deno runs this repository.
 *
 * @module
 */

const OLDEST = { major: 2, minor: 9 };

/** What to tell someone whose Deno is too old; undefined where it is not. */
export function olderThanNeeded(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
  if (isNew) return undefined;
  return `Deno ${OLDEST.major}.${OLDEST.minor} or later is needed, and this is ${version}: ` +
    "run deno upgrade, or npx -y deno@2.9.6 task dev";
}
