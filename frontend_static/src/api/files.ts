import type { ImportOut } from "../contracts/api";
import { api, urlOf } from "./client";

/** Where a workflow is downloaded as a file; without an id all of one's own. */
export const exportFile = (workflowId?: string): string => urlOf(workflowId === undefined ? "/export" : `/workflows/${encodeURIComponent(workflowId)}/export`);

/** Makes the workflows of an exported file, and says what of them needs attention. */
export const importFile = (file: File) => api.post<ImportOut>("/import", new Blob([file], { type: "application/octet-stream" }));
