import type { NotificationList } from "../contracts/api";
import { api, type CallOptions } from "./client";

/** What the reader was told of, the newest first; `before` continues a list. */
export const notificationList = (options?: CallOptions & { before?: string }) => api.get<NotificationList>("/notifications", { ...options, query: { before: options?.before } });

/** Mark some as read, or all; gives how many are left. */
export const notificationRead = (ids: number[] | null) => api.post<{ unread: number }>("/notifications/read", { ids });
