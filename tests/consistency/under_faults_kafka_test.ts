import { staysTrueUnderFaults } from "./under_faults.ts";

Deno.test("kafka: under load and faults no read breaks an invariant, and no change is inconsistent beyond Δ", () =>
  staysTrueUnderFaults("kafka"));
