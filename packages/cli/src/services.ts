/** The six services, in the order in which they start. */
import { alertPublisher } from "@sanfen/alert-publisher";
import { gateway } from "@sanfen/gateway";
import { ingest } from "@sanfen/ingest";
import { regionAggregator } from "@sanfen/region-aggregator";
import { scorer } from "@sanfen/scorer";
import type { Service } from "@sanfen/service";
import { taskDispatcher } from "@sanfen/task-dispatcher";

export const SERVICES: readonly Service[] = [ingest, scorer, regionAggregator, taskDispatcher, alertPublisher, gateway];
