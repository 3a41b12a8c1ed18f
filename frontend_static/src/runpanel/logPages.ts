import type { LogLineOut, LogPageOut } from "../contracts/api";

export const PAGE = 200;
/** So many pages stay in memory, whatever the log's length: those that were looked at last. */
export const KEPT = 25;

export type FetchLines = (offset: number, signal: AbortSignal) => Promise<LogPageOut>;

/** The lines of a log by place. Of millions, only some pages are here; what is looked at is asked for, and follows the log's growth. */
export class LogPages {
  /** How many lines there are; null until the server has said so. */
  total: number | null = null;
  error: unknown = null;
  private readonly pages = new Map<number, readonly LogLineOut[]>();
  private readonly asked = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private version = 0;

  constructor(private readonly fetchLines: FetchLines) {}

  getVersion = (): number => this.version;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  line(index: number): LogLineOut | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  get pagesKept(): number {
    return this.pages.size;
  }

  /** Have the lines of a range at hand; pages that are not looked at any more are not waited for. */
  want(from: number, to: number): void {
    const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
    for (const [page, controller] of this.asked) {
      if (page < first - 1 || page > last + 1) controller.abort();
    }
    for (let page = first; page <= last; page += 1) {
      if (!this.isWhole(page)) void this.load(page);
      else this.touch(page);
    }
  }

  /** Ask how long the log is by now, with its last page. */
  refresh(): void {
    void this.load(this.total === null || this.total === 0 ? 0 : Math.floor((this.total - 1) / PAGE));
  }

  stop(): void {
    for (const controller of this.asked.values()) controller.abort();
  }

  private isWhole(page: number): boolean {
    const lines = this.pages.get(page);
    if (lines === undefined) return false;
    return lines.length === PAGE || page * PAGE + lines.length >= (this.total ?? 0);
  }

  private async load(page: number): Promise<void> {
    if (this.asked.has(page)) return;
    const controller = new AbortController();
    this.asked.set(page, controller);
    try {
      const { lines, total } = await this.fetchLines(page * PAGE, controller.signal);
      this.total = Math.max(this.total ?? 0, total);
      this.error = null;
      this.pages.set(page, lines);
      this.touch(page);
    } catch (thrown) {
      if (!controller.signal.aborted) this.error = thrown;
    } finally {
      this.asked.delete(page);
    }
    if (!controller.signal.aborted) this.tell();
  }

  private touch(page: number): void {
    const lines = this.pages.get(page);
    if (lines === undefined) return;
    this.pages.delete(page);
    this.pages.set(page, lines);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= KEPT) break;
      this.pages.delete(oldest);
    }
  }

  private tell(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}
