import { icons, type LucideIcon } from "lucide-react";

const pascal = (name: string): string => name.replace(/(^|-)([a-z0-9])/g, (_all, _dash, letter: string) => letter.toUpperCase());

export default function RareIcon({ name, size, className }: { name: string; size: number; className?: string | undefined }) {
  const Found: LucideIcon = (icons as Record<string, LucideIcon>)[pascal(name)] ?? icons.Box;
  return <Found size={size} strokeWidth={1.75} className={className} aria-hidden />;
}
