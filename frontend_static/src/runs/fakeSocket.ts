/** A WebSocket for tests: the test plays the server. */
export class FakeSocket {
  static all: FakeSocket[] = [];

  readyState = 0;
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (socket === undefined) throw new Error("no socket was made");
    return socket;
  }

  static make = (url: string): WebSocket => new FakeSocket(url) as unknown as WebSocket;

  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }
}

/** The parts of `window` that the socket needs, for tests outside a browser. */
export function fakeWindow(): EventTarget & { location: { protocol: string; host: string } } {
  return Object.assign(new EventTarget(), { location: { protocol: "http:", host: "app.test" } });
}
