/** Ports of one broker: where clients and the other brokers reach it. */
export interface BrokerAddress {
  readonly id: number;
  /** Where it listens: `NAME://host:port`, comma-separated. */
  readonly listeners: string;
  /** Where clients are told to go. */
  readonly advertised: string;
}

/**
 * Settings of one node of a test cluster, broker and controller in one: small, quick to elect, to fail over and to
 * delete. Names as in Kafka's broker configuration.
 */
export function brokerSettings(
  address: BrokerAddress,
  controllers: readonly string[],
  interBroker: string,
): Record<string, string> {
  const brokers = controllers.length;
  const replicas = String(Math.min(3, brokers));
  const inSync = brokers >= 3 ? "2" : "1";
  return {
    "process.roles": "broker,controller",
    "node.id": String(address.id),
    "controller.quorum.voters": controllers.map((controller, index) => `${index + 1}@${controller}`).join(","),
    "controller.listener.names": "CONTROLLER",
    listeners: address.listeners,
    "advertised.listeners": address.advertised,
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT",
    "inter.broker.listener.name": interBroker,
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "2",
    "offsets.topic.replication.factor": replicas,
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": inSync,
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": replicas,
    "share.coordinator.state.topic.min.isr": inSync,
    // Groups form at once, and a test may take a session short enough to see it expire.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "500",
    // A dead broker is noticed in seconds instead of nine.
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    // Retention is looked at every second, from the start, instead of every five minutes.
    "log.initial.task.delay.ms": "500",
    "log.retention.check.interval.ms": "1000",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "num.network.threads": "2",
    "num.io.threads": "4",
  };
}
