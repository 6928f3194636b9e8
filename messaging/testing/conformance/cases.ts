/**
 * All conformance cases.
 *
 * @module
 */

import type { Case } from "./case.ts";
import { backPressureCases } from "./cases/back_pressure.ts";
import { deliveryCases } from "./cases/delivery.ts";
import { disposalCases } from "./cases/disposal.ts";
import { groupCases } from "./cases/groups.ts";
import { partitionCases } from "./cases/partitions.ts";
import { rebalanceCases } from "./cases/rebalance.ts";
import { redeliveryCases } from "./cases/redelivery.ts";

/** Every promise a binder makes, by theme. */
export const cases: readonly Case[] = [
  ...deliveryCases,
  ...groupCases,
  ...redeliveryCases,
  ...rebalanceCases,
  ...partitionCases,
  ...backPressureCases,
  ...disposalCases,
];
