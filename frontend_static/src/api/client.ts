import type { JsonObject } from "../contracts/api";
import { reportReached } from "./connectivity";
import { ApiError, plainSentence } from "./errors";

export { ApiError, asApiError } from "./errors";

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  signal?: AbortSignal;
  /** Lets the request outlive the page, for a last save. */
  keepalive?: boolean;
}

const BASE = "/api/v1";
const CSRF_COOKIE = "csrftoken";
const CSRF_HEADER = "X-CSRFToken";

export const api = {
  get: <Out>(path: string, options?: CallOptions) => call<Out>("GET", path, undefined, options),
  post: <Out>(path: string, body?: unknown, options?: CallOptions) => call<Out>("POST", path, body ?? {}, options),
  put: <Out>(path: string, body: unknown, options?: CallOptions) => call<Out>("PUT", path, body, options),
  patch: <Out>(path: string, body: unknown, options?: CallOptions) => call<Out>("PATCH", path, body, options),
  delete: <Out = void>(path: string, options?: CallOptions) => call<Out>("DELETE", path, undefined, options),
};

/** The path of a call: `null` and empty query values are left out. */
export function urlOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const tail = search.toString();
  return `${BASE}${path}${tail ? `?${tail}` : ""}`;
}

/** The CSRF token: from the cookie, or from the shell page where the cookie is kept from scripts. */
export function csrfToken(): string {
  for (const part of document.cookie.split("; ")) {
    if (part.startsWith(`${CSRF_COOKIE}=`)) return decodeURIComponent(part.slice(CSRF_COOKIE.length + 1));
  }
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

async function call<Out>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<Out> {
  const response = await send(urlOf(path, options.query), requestInit(method, body, options));
  if (response.status === 204) return undefined as Out;
  const answer = await readJson(response);
  if (!response.ok) throw refusal(response.status, answer);
  if (answer === undefined) throw new ApiError("bad_answer", "The server answered in a form this page does not know. Reload the page.", response.status);
  return answer as Out;
}

function requestInit(method: string, body: unknown, options: CallOptions): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers[CSRF_HEADER] = csrfToken();
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body instanceof Blob) {
    headers["Content-Type"] = "application/octet-stream";
    init.body = body;
  } else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  return init;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    reportReached(true);
    return response;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    reportReached(false);
    if (navigator.onLine === false) throw new ApiError("offline", "You are offline. Try again when the connection is back.", 0);
    throw new ApiError("unreachable", "The server does not answer. Check that it is running, then try again.", 0);
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(status: number, answer: unknown): ApiError {
  const error = isRecord(answer) && isRecord(answer.error) ? answer.error : {};
  const code = typeof error.code === "string" ? error.code : `http_${status}`;
  const message = typeof error.message === "string" && error.message ? error.message : plainSentence(status);
  return new ApiError(code, message, status, isRecord(error.data) ? (error.data as JsonObject) : {});
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a thrown thing only says that the caller itself gave up. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}
