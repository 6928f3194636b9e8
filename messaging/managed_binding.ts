/**
 * What sources and sinks have in common once they are bound.
 *
 * @module
 */

import type { Binder, StartPosition } from "./binder.ts";
import type { BindingConfig } from "./binding_config.ts";
import type { Operator } from "./dead_letters/act.ts";
import type { DeadLetterOffice } from "./dead_letters/office.ts";
import type { Logger } from "./logger.ts";
import type { Need } from "./needs.ts";
import type { BindingCommand, BindingHealth, BindingStatus, Observe } from "./observe.ts";

/** One row of `bindings()`, and what can be done to it. */
export interface ManagedBinding extends AsyncDisposable {
  readonly name: string;
  start(): void;
  control(command: BindingCommand): Promise<void>;
  /** Known at once. */
  health(): BindingHealth;
  status(): Promise<BindingStatus>;
}

/** A sink's binding: what it gave up can be seen to. */
export interface ManagedSink extends ManagedBinding {
  deadLetters(operator: Operator): DeadLetterOffice;
  /** Rejects with `BindingStateError` where it is not bound. */
  replay(from: StartPosition, signal: AbortSignal): Promise<void>;
}

/** What a binding needs of the messaging it belongs to. */
export interface BindingContext {
  readonly name: string;
  readonly config: BindingConfig;
  readonly needs: readonly Need[];
  readonly binderName: string;
  readonly binder: () => Promise<Binder>;
  readonly application: string;
  readonly logger: Logger;
  readonly observe: Observe | undefined;
  readonly refused: (error: Error) => void;
}
