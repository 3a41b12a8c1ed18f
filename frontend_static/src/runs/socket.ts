import { backoffMillis } from "./backoff";
import { FrameError, parseFrame, type Frame } from "./frames";

export type Link =
  | { kind: "closed" }
  | { kind: "connecting"; tries: number }
  | { kind: "open" }
  | { kind: "retrying"; tries: number; at: number }
  | { kind: "refused"; code: number };

export interface SocketHandlers {
  onFrame: (frame: Frame) => void;
  onLink: (link: Link) => void;
  /** A frame that could not be read: what is shown may have missed something. */
  onBadFrame: () => void;
  /** The last number that was applied, where the next connection goes on. */
  lastSeq: () => number;
}

export interface SocketOptions {
  url: (after: number) => string;
  create?: (url: string) => WebSocket;
  random?: () => number;
}

const OPEN = 1;
export const WATCH_MS = 25_000;
export const ACK_EVERY = 100;
export const ACK_AFTER_MS = 1_000;
const REFUSED: ReadonlySet<number> = new Set([4401, 4403, 4404]);

/** One run's connection: it comes back by itself from wherever the page got to, until it is closed or refused. */
export class RunSocket {
  private socket: WebSocket | null = null;
  private link: Link = { kind: "closed" };
  private tries = 0;
  private acked = 0;
  private seen = 0;
  private behind = 0;
  private watch: ReturnType<typeof setTimeout> | null = null;
  private ackTimer: ReturnType<typeof setTimeout> | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly handlers: SocketHandlers,
    private readonly options: SocketOptions,
  ) {}

  open(): void {
    if (this.link.kind !== "closed") return;
    window.addEventListener("online", this.onOnline);
    this.connect();
  }

  close(): void {
    window.removeEventListener("online", this.onOnline);
    this.dropSocket(1000);
    this.clearRetry();
    this.tries = 0;
    if (this.link.kind !== "closed") this.setLink({ kind: "closed" });
  }

  /** Tell the server how far the page has come; it sends no more than 500 events beyond that. */
  processed(seq: number): void {
    this.seen = Math.max(this.seen, seq);
    if (this.seen - this.acked >= ACK_EVERY) this.sendAck();
    else if (this.seen > this.acked) this.ackTimer ??= setTimeout(this.sendAck, ACK_AFTER_MS);
  }

  private connect(): void {
    this.clearRetry();
    this.dropSocket(1000);
    const after = this.handlers.lastSeq();
    this.acked = this.seen = after;
    this.behind = 0;
    this.setLink({ kind: "connecting", tries: this.tries });
    const create = this.options.create ?? ((url: string) => new WebSocket(url));
    const socket = create(this.options.url(after));
    this.socket = socket;
    socket.onopen = () => this.isCurrent(socket) && this.setLink({ kind: "open" });
    socket.onmessage = (message: MessageEvent) => this.isCurrent(socket) && this.onMessage(message.data);
    socket.onclose = (event: CloseEvent) => this.isCurrent(socket) && this.onClose(event.code);
    this.armWatch();
  }

  private isCurrent(socket: WebSocket): boolean {
    return this.socket === socket;
  }

  private onMessage(data: unknown): void {
    this.armWatch();
    const frame = this.read(data);
    if (frame === null) return;
    this.tries = 0;
    if (frame.kind === "heartbeat") this.checkHeartbeat(frame.lastSeq);
    else this.behind = 0;
    this.handlers.onFrame(frame);
  }

  private read(data: unknown): Frame | null {
    try {
      return parseFrame(typeof data === "string" ? data : "");
    } catch (thrown) {
      if (!(thrown instanceof FrameError)) throw thrown;
      this.handlers.onBadFrame();
      return null;
    }
  }

  /** Two heartbeats in a row that know of more than was received: this connection lost something. */
  private checkHeartbeat(lastSeq: number): void {
    this.behind = lastSeq > this.handlers.lastSeq() ? this.behind + 1 : 0;
    if (this.behind >= 2) this.connect();
  }

  private onClose(code: number): void {
    this.dropSocket(null);
    if (REFUSED.has(code)) {
      window.removeEventListener("online", this.onOnline);
      return this.setLink({ kind: "refused", code });
    }
    const wait = backoffMillis(this.tries, this.options.random);
    this.tries += 1;
    this.retry = setTimeout(() => this.connect(), wait);
    this.setLink({ kind: "retrying", tries: this.tries, at: Date.now() + wait });
  }

  private readonly onOnline = (): void => {
    if (this.link.kind === "retrying") this.connect();
  };

  private readonly sendAck = (): void => {
    if (this.ackTimer !== null) clearTimeout(this.ackTimer);
    this.ackTimer = null;
    if (this.link.kind !== "open" || this.seen <= this.acked) return;
    this.acked = this.seen;
    this.socket?.send(JSON.stringify({ kind: "ack", seq: this.seen }));
  };

  private armWatch(): void {
    if (this.watch !== null) clearTimeout(this.watch);
    this.watch = setTimeout(() => this.onClose(1006), WATCH_MS);
  }

  private clearRetry(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
  }

  private dropSocket(code: number | null): void {
    for (const timer of [this.watch, this.ackTimer]) if (timer !== null) clearTimeout(timer);
    this.watch = this.ackTimer = null;
    const socket = this.socket;
    this.socket = null;
    if (socket !== null && socket.readyState <= OPEN) socket.close(code ?? 1000);
  }

  private setLink(link: Link): void {
    this.link = link;
    this.handlers.onLink(link);
  }
}

/** The socket address of a run on this page's own host. */
export function runSocketUrl(runId: string, after: number): string {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${window.location.host}/ws/runs/${encodeURIComponent(runId)}/?after=${after}`;
}
