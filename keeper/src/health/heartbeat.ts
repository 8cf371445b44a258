import { type DeliveryOptions, deliver } from "./webhook.ts";

/** A dead man's switch: who hears nothing for a while raises the alarm. */
export interface HeartbeatOptions {
  readonly url: string; // secret
  readonly method: "GET" | "POST";
  readonly every: number; // {s}
  /** Whether all is well. No heartbeat is sent while it is not. */
  readonly isWell: () => Promise<boolean>;
  readonly onTrouble?: (error: unknown) => void;
  readonly delivery?: DeliveryOptions;
}

/** Sends a heartbeat now and then every few seconds, while all is well. Returns what stops it. */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const { url, method, every, isWell, onTrouble, delivery = { retries: 1, timeout: 5_000 } } = options;
  let isBeating = false;
  const beat = async () => {
    if (isBeating) return; // the last one is not over
    isBeating = true;
    try {
      if (await isWell()) await deliver({ name: "heartbeat", url, method }, null, delivery);
    } catch (error) {
      onTrouble?.(error);
    } finally {
      isBeating = false;
    }
  };
  void beat();
  const timer = setInterval(() => void beat(), every * 1000);
  timer.unref();
  return () => clearInterval(timer);
}
