import { deepStrictEqual } from "node:assert/strict";
import { createRetryBudget } from "./retry_budget.ts";

Deno.test("createRetryBudget() grants its reserve, then one retry in so many requests", () => {
  const budget = createRetryBudget({ ratio: 0.5, reserve: 2 });

  const granted = [budget.spend(), budget.spend(), budget.spend()];
  budget.earn();
  granted.push(budget.spend());
  budget.earn();
  granted.push(budget.spend());

  deepStrictEqual(granted, [true, true, false, false, true]);
});
