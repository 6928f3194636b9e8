/**
 * A deliberately broken binder or layer: the conformance suite must reject it.
 *
 * @module
 */

import type { Binder } from "@cauce/messaging/binder";
import type { Messaging, MessagingOptions } from "@cauce/messaging";
import type { DeadLetterOffice, DeadLetterOfficeOptions } from "@cauce/messaging/dead-letters";

/** One way to break a promise. */
export interface Mutant {
  /** What it does wrong. */
  readonly title: string;
  /** Breaks a binder. */
  readonly binder?: (binder: Binder) => Binder;
  /** Breaks what applications are built with. */
  readonly messaging?: (options: MessagingOptions) => Messaging;
  /** Breaks what sees to dead letters. */
  readonly office?: (options: DeadLetterOfficeOptions) => DeadLetterOffice;
}
