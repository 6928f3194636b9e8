/**
 * Folders of a test's own.
 *
 * @module
 */

/** A folder. Disposing removes it with all that is in it. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty folder whose name begins with `cauce_` and these words. */
export async function makeTempFolder(name: string): Promise<TempFolder> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: `cauce_${name}_` }));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
