/** Shortcuts as text, such as `Mod+Shift+z`: matching events, and showing them to people. */

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** `Mod` is Command on a Mac and Control elsewhere. A sign such as `?` or `+` is matched as typed, whatever Shift it took. */
export function matches(shortcut: string, press: KeyPress, mac: boolean = isMac): boolean {
  const { key, mods } = parse(shortcut);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (mod !== mods.has("Mod") || other || press.altKey !== mods.has("Alt")) return false;
  if (!isSign && press.shiftKey !== mods.has("Shift")) return false;
  return sameKey(key, press);
}

// Layouts whose letters are not Latin still have the physical key.
function sameKey(key: string, press: KeyPress): boolean {
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  if (/^[0-9]$/.test(key)) return press.code === `Digit${key}` || press.code === `Numpad${key}`;
  return /^[a-z]$/i.test(key) && press.key.length === 1 && press.key.charCodeAt(0) > 127 && press.code === `Key${key.toUpperCase()}`;
}

function parse(shortcut: string): { key: string; mods: Set<string> } {
  const parts = shortcut === "+" ? ["+"] : shortcut.endsWith("++") ? [...shortcut.slice(0, -2).split("+"), "+"] : shortcut.split("+");
  return { key: parts.at(-1) ?? "", mods: new Set(parts.slice(0, -1)) };
}

const SHOWN: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };

export function showKeys(shortcut: string, mac: boolean = isMac): string {
  const { key, mods } = parse(shortcut);
  const names = [...mods].map((name) => (name === "Mod" ? (mac ? "⌘" : "Ctrl") : mac && name === "Shift" ? "⇧" : mac && name === "Alt" ? "⌥" : name));
  const last = SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [...names, last].join(mac ? "" : "+");
}

const LONE = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"]);
/** Browsers keep these for themselves, or people would be lost without them. */
const KEPT = new Set(["Mod+w", "Mod+t", "Mod+n", "Mod+q", "Mod+l", "Mod+r", "Mod+Shift+w", "Mod+Shift+t", "Mod+Shift+n", "Mod+Tab", "F5", "F11", "F12", "Tab", "Shift+Tab", "Escape"]);

/** What somebody pressed, as a shortcut; nothing while only Shift and the like are down. */
export function shortcutOf(press: KeyPress, mac: boolean = isMac): string | undefined {
  if (LONE.has(press.key)) return undefined;
  const isLetter = /^[a-z]$/i.test(press.key);
  const isSign = press.key.length === 1 && !/[a-z0-9]/i.test(press.key);
  const key = press.key === " " ? "Space" : isLetter ? press.key.toLowerCase() : press.key;
  const mods = [(mac ? press.metaKey : press.ctrlKey) && "Mod", press.altKey && "Alt", press.shiftKey && !isSign && "Shift"].filter(Boolean);
  return [...mods, key].join("+");
}

/** Why a shortcut cannot be used, as a sentence, or nothing. */
export function shortcutProblem(shortcut: string): string | undefined {
  if (KEPT.has(shortcut)) return `${showKeys(shortcut)} is the browser's own.`;
  return shortcut.endsWith("Space") ? "Space is for moving the view." : undefined;
}
