/**
 * A container whose ports are reached from this machine alone, if wanted.
 *
 * @module
 */

import { GenericContainer } from "testcontainers";

/** A `GenericContainer` that need not bind to every address. */
export class LoopbackContainer extends GenericContainer {
  /** Binds the ports that are exposed so far to 127.0.0.1. */
  bindToLoopback(): void {
    for (const bindings of Object.values(this.hostConfig.PortBindings ?? {})) {
      for (const binding of bindings as { HostIp?: string }[]) binding.HostIp = "127.0.0.1";
    }
  }
}
