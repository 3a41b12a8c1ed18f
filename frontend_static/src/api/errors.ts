import type { JsonObject } from "../contracts/api";

/** A refused or failed call. `message` is a plain sentence that can be shown as it is. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly data: JsonObject;

  constructor(code: string, message: string, status: number, data: JsonObject = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.data = data;
  }

  /** Whether the same call may work in a moment, without anybody changing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }

  /** Messages by field name, where the server said which fields it refused. */
  get fields(): Record<string, string> {
    const raw = this.data.fields;
    if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return {};
    return Object.fromEntries(Object.entries(raw).map(([name, text]) => [name, sentence(text)]));
  }
}

function sentence(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.filter((part) => typeof part === "string").join(" ");
  return "This value was refused.";
}

const PLAIN: Record<number, string> = {
  400: "The server did not understand this request.",
  401: "You are signed out. Sign in again to go on.",
  403: "You may not do this.",
  404: "This was not found. It may have been deleted.",
  409: "Somebody changed this in the meantime.",
  413: "This is too large to send.",
  422: "Something in this was refused.",
  429: "Too many requests at once. Wait a moment and try again.",
  502: "The server is starting or restarting. Try again in a moment.",
  503: "The server is not ready. Try again in a moment.",
  504: "The server took too long to answer. Try again.",
};

/** The sentence for an answer that carries none of its own, as from a proxy. */
export function plainSentence(status: number): string {
  return PLAIN[status] ?? (status >= 500 ? "The server failed. Nothing was lost; try again." : `The server refused this (${status}).`);
}

/** Any thrown thing as an `ApiError`, so that pages show one kind of failure. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError("bug", "Something went wrong on this page. Reload it and try again.", 0, { detail: String(thrown) });
}
