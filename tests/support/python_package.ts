/**
 * Test tools that PyPI has.
 *
 * @module
 */

import { exists, filledFolder } from "../../dev/services/cache_folder.ts";
import { pipInstall } from "../../dev/services/pip.ts";
import { say } from "./say.ts";

/** What to install. */
export interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** A file or folder of it that must be there then. */
  readonly has: string;
  /** More requirements, of what its own leave out. */
  readonly beside?: readonly string[];
}

/** Installs it with all it needs into the cache folder, once; returns the folder, for `PYTHONPATH`. */
export function installPythonPackage(
  { name, version, has, beside = [] }: PythonPackage,
): Promise<string> {
  return filledFolder(`${name}_${version}`, {
    say,
    async fill(folder) {
      say(`installs ${name} into the cache folder`);
      await pipInstall(folder, [`${name}==${version}`, ...beside]);
      if (!await exists(`${folder}/${has}`)) throw new Error(`Cannot find ${name}: pip lost it`);
    },
  });
}
