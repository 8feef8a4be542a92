/** What may happen to an enterprise on a day, besides an outbreak. Pure. */
import type { Day } from "@sanfen/model";
import { townOn, type Enterprise } from "./population.ts";
import type { Occasion } from "./rates.ts";
import { AT_SELLER } from "./rates.ts";
import { check, type CheckKind } from "./sampling.ts";
import type { Scribe } from "./scribe.ts";

export interface Happening {
  readonly enterprise: Enterprise;
  readonly on: Day;
  /** How many times its own chance the enterprise fails today: quality changes over the years. */
  readonly trend: number;
  /** Some other enterprise that makes what this one sells. */
  readonly makerOf: (product: string) => Enterprise | undefined;
  /** Codes of the catalogue. */
  readonly products: readonly string[];
}

const YEAR = 365;

/** Writes down what one occasion brings. */
export function happen(scribe: Scribe, occasion: Occasion, happening: Happening): void {
  const { random } = scribe;
  const { enterprise, on } = happening;
  const product = random.pick(enterprise.products);
  switch (occasion) {
    case "sample":
      return sample(scribe, "inspection", product, happening, 1);
    case "comparison_test":
      return sample(scribe, "comparison_test", product, happening, 1.2);
    case "label_check":
      return sample(scribe, "label_check", product, happening, 0.9);
    case "quick_test":
      return sample(scribe, "quick_test", product, happening, 0.5);
    case "complaint": {
      const severity = random.weighted([
        ["minor", 0.78],
        ["serious", 0.18],
        ["critical", 0.04],
      ] as const);
      const topic = random.pick(["quality", "service", "label"]);
      scribe.write("complaint", enterprise, on, { severity, topic }, { product, source: "sim-12315" });
      return;
    }
    case "opinion": {
      const severity = random.chance(0.8) ? "minor" : "serious";
      const reach = Math.round(2_000 * random.lognormal(1.5));
      scribe.write(
        "opinion",
        enterprise,
        on,
        { severity, topic: "quality", reach },
        { product, source: "sim-opinion" },
      );
      return;
    }
    case "traceability": {
      // A firm that fails often traces badly too.
      const level = Math.round(Math.max(0, Math.min(100, 85 - 120 * enterprise.failing + 12 * random.normal())));
      scribe.write("traceability", enterprise, on, { level });
      return;
    }
    case "certificate": {
      const scheme = random.chance(0.6) ? "quality-system" : "third-party";
      scribe.write("certificate", enterprise, on, { scheme, until: on + 3 * YEAR }, { source: "sim-certification" });
      return;
    }
    case "trace": {
      const step = random.pick(["produced", "stored", "shipped", "sold"]);
      const body = { step, batch: `B${random.int(10_000, 99_999)}`, from: null, to: null };
      scribe.write("trace", enterprise, on, body, { product, source: "sim-trace" });
      return;
    }
    case "award":
      scribe.write("award", enterprise, on, { scheme: "quality-award", level: random.pick(["city", "county"]) });
      return;
    case "risk_warning":
      scribe.write("risk_warning", enterprise, on, { scheme: "rapid-alert", level: null }, { product });
      return;
    case "recall": {
      const ordered = random.chance(0.3);
      const level = random.pick(["one", "two", "three", "three"] as const);
      scribe.write("recall", enterprise, on, { level, scope: "batch", ordered }, { product, source: "sim-recall" });
      return;
    }
    case "credit": {
      const scheme = random.chance(0.85) ? "abnormal-operation" : "serious-dishonesty";
      const until = on + (scheme === "abnormal-operation" ? random.int(60, 400) : YEAR * 2);
      scribe.write("credit", enterprise, on, { scheme, change: "listed" }, { source: "sim-credit" });
      scribe.write("credit", enterprise, until, { scheme, change: "removed" }, { source: "sim-credit" });
      return;
    }
    case "change":
      return change(scribe, happening);
    case "product_listed": {
      const body = { since: on, until: random.chance(0.5) ? on + YEAR : null };
      scribe.write("product_listed", enterprise, on, body, {
        product: random.pick(happening.products),
        source: "sim-register",
      });
      return;
    }
    case "penalty": {
      const offence = random.weighted([
        ["mislabelled", 0.5],
        ["unlicensed", 0.15],
        ["infringement", 0.2],
        ["counterfeit", 0.1],
        ["other", 0.05],
      ] as const);
      const body = { offence, penalty: "fine", amountFen: 100_000 * random.int(1, 40), publishedUntil: on + 3 * YEAR };
      scribe.write("penalty", enterprise, on, body, { product, source: "sim-enforcement" });
    }
  }
}

function sample(scribe: Scribe, kind: CheckKind, product: string, happening: Happening, factor: number): void {
  const { random } = scribe;
  const { enterprise, on, trend, makerOf } = happening;
  const role = random.pick(enterprise.roles);
  const failing = Math.min(0.95, enterprise.failing * trend * factor);
  const maker = role === "seller" && kind === "inspection" && random.chance(AT_SELLER) ? makerOf(product) : undefined;
  check(scribe, { kind, enterprise, role, product, on, failing, ...(maker && maker !== enterprise && { maker }) });
}

/** The register's other entries: mostly an address, rarely a licence that ran out and was renewed. */
function change(scribe: Scribe, { enterprise, on }: Happening): void {
  const { random } = scribe;
  const blank = { name: null, address: null, roles: [], licence: null, compulsoryCertificate: null };
  const source = "sim-register";
  const region = townOn(enterprise, on);
  if (enterprise.licensed && random.chance(0.04)) {
    scribe.write("change", enterprise, on, { ...blank, licence: "expired" }, { region, source });
    const renewedOn = on + random.int(30, 120);
    const renewed = { ...blank, licence: "valid" };
    scribe.write("change", enterprise, renewedOn, renewed, { region: townOn(enterprise, renewedOn), source });
    return;
  }
  scribe.write("change", enterprise, on, { ...blank, address: address(random.int(1, 999)) }, { region, source });
}

/** An address that is none. */
export function address(number: number): string {
  return `模拟路 ${number} 号 (simulated)`;
}
