import { meGet } from "../api/me";
import { useResource } from "../api/useResource";
import { navigate } from "./router";
import { IconButton, Menu, type MenuEntry } from "../ui";

const fetchMe = (_: null, signal: AbortSignal) => meGet({ signal });

const PAGES = [
  { href: "/accounts/password/change/", label: "Password" },
  { href: "/accounts/email/", label: "E-mail addresses" },
  { href: "/accounts/2fa/", label: "Sign-in in two steps" },
];

/** Who is signed in, what they may change about it, and the way out: pages that the server draws. */
export function AccountButton() {
  const { state } = useResource(fetchMe, null);
  const go = (href: string) => () => window.location.assign(href);
  const entries: MenuEntry[] = [
    ...(state.kind === "ready" ? [{ kind: "label" as const, id: "who", label: state.value.email }] : []),
    { id: "teams", label: "Teams", perform: () => navigate("/teams") },
    { kind: "line", id: "own" },
    ...PAGES.map(({ href, label }) => ({ id: href, label, perform: go(href) })),
    { kind: "line", id: "line" },
    { id: "out", label: "Sign out", perform: go("/accounts/logout/") },
  ];
  return (
    <Menu entries={entries} align="end">
      <IconButton icon="user" label="Account" />
    </Menu>
  );
}
