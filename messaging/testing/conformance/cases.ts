/**
 * All conformance cases.
 *
 * @module
 */

import type { Case } from "./case.ts";
import { backPressureCases } from "./cases/back_pressure.ts";
import { crowdCases } from "./cases/crowds.ts";
import { deadLetterCases } from "./cases/dead_letters.ts";
import { deadLetterReplayCases } from "./cases/dead_letters_replay.ts";
import { deadLetterRunCases } from "./cases/dead_letters_runs.ts";
import { deliveryCases } from "./cases/delivery.ts";
import { disposalCases } from "./cases/disposal.ts";
import { epochCases } from "./cases/epochs.ts";
import { groupCases } from "./cases/groups.ts";
import { messagingCrowdCases } from "./cases/messaging_crowds.ts";
import { messagingFailureCases } from "./cases/messaging_failures.ts";
import { messagingFlowCases } from "./cases/messaging_flow.ts";
import { messagingLifeCases } from "./cases/messaging_life.ts";
import { messagingOrderCases } from "./cases/messaging_order.ts";
import { messagingReplayCases } from "./cases/messaging_replay.ts";
import { messagingStatusCases } from "./cases/messaging_status.ts";
import { messagingWatermarkCases } from "./cases/messaging_watermarks.ts";
import { partitionCases } from "./cases/partitions.ts";
import { rebalanceCases } from "./cases/rebalance.ts";
import { redeliveryCases } from "./cases/redelivery.ts";
import { seekCases } from "./cases/seek.ts";
import { seekChurnCases } from "./cases/seek_churn.ts";

/** Every promise: first those of the binder alone, then those of messaging on top of it. */
export const cases: readonly Case[] = [
  ...deliveryCases,
  ...epochCases,
  ...groupCases,
  ...redeliveryCases,
  ...rebalanceCases,
  ...partitionCases,
  ...backPressureCases,
  ...disposalCases,
  ...seekCases,
  ...seekChurnCases,
  ...crowdCases,
  ...messagingFlowCases,
  ...messagingOrderCases,
  ...messagingFailureCases,
  ...messagingLifeCases,
  ...messagingCrowdCases,
  ...messagingReplayCases,
  ...messagingStatusCases,
  ...messagingWatermarkCases,
  ...deadLetterCases,
  ...deadLetterReplayCases,
  ...deadLetterRunCases,
];
