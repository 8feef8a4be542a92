/** Bounds of the live stream. Times in ms. */
export interface LiveLimits {
  /** Clients of one process; the next is answered 503. */
  readonly maxClients: number;
  /** Channels one client may hold. */
  readonly maxSubscriptions: number;
  /** Largest frame taken from a client; a larger one ends the connection with 1009. */
  readonly maxFrameBytes: number;
  /** Frames a client may send at once, and each second after that. */
  readonly frameBurst: number;
  readonly framesPerSecond: number;
  /** Faulty frames after which a client is cut off. */
  readonly maxFaults: number;
  /** What may wait for a client besides what its socket holds. */
  readonly maxQueueBytes: number;
  /** What is given to a socket ahead of what the client has taken; also the size of a snapshot's pieces. */
  readonly socketBytes: number;
  readonly heartbeatMs: number;
  readonly pingMs: number;
  /** How long a client may take to answer a ping. */
  readonly pongMs: number;
  /** How often the three above are looked at. */
  readonly lookMs: number;
  /** How long a client that is cut off may take to close its side, and everyone when the process stops. */
  readonly closeMs: number;
  readonly stopMs: number;
  /** A request to upgrade on another path gets that path's answer, and its socket, which nobody looks after, this long. */
  readonly astrayMs: number;
}

export const LIVE_LIMITS: LiveLimits = {
  maxClients: 5_000,
  maxSubscriptions: 64,
  maxFrameBytes: 65_536,
  frameBurst: 128,
  framesPerSecond: 20,
  maxFaults: 10,
  maxQueueBytes: 1_048_576,
  socketBytes: 65_536,
  heartbeatMs: 10_000,
  pingMs: 25_000,
  pongMs: 8_000,
  lookMs: 1_000,
  closeMs: 3_000,
  stopMs: 1_000,
  astrayMs: 5_000,
};
