import type { RoleName } from "../contracts/api";

const ORDER: readonly RoleName[] = ["viewer", "runner", "editor", "admin", "owner"];

/** What each role is for, in the order in which each may do all that those before it may. */
export const ROLES: readonly { value: RoleName; label: string; help: string }[] = [
  { value: "viewer", label: "Viewer", help: "Sees workflows and what ran of them, and searches knowledge." },
  { value: "runner", label: "Runner", help: "Starts and stops runs, and answers what they ask." },
  { value: "editor", label: "Editor", help: "Changes and publishes workflows, fills knowledge, uses the team’s credentials." },
  { value: "admin", label: "Admin", help: "Shares, moves and deletes, sets budgets and credentials, takes people in." },
  { value: "owner", label: "Owner", help: "Makes others owners, and deletes the team." },
];

/** Whether a role is enough where another is asked for. */
export const mayAs = (role: RoleName, needed: RoleName): boolean => ORDER.indexOf(role) >= ORDER.indexOf(needed);

export const roleLabel = (role: RoleName): string => ROLES.find(({ value }) => value === role)?.label ?? role;
