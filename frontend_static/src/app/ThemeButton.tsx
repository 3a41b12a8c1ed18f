import { IconButton, Menu } from "../ui";
import { setTheme, useTheme, type Theme } from "./theme";

const CHOICES: { theme: Theme; label: string; icon: string }[] = [
  { theme: "system", label: "As the system", icon: "monitor" },
  { theme: "light", label: "Light", icon: "sun" },
  { theme: "dark", label: "Dark", icon: "moon" },
];

export function ThemeButton() {
  const theme = useTheme();
  const icon = CHOICES.find((choice) => choice.theme === theme)?.icon ?? "monitor";
  const entries = CHOICES.map((choice) => ({
    id: choice.theme,
    label: choice.label,
    icon: choice.icon,
    keys: choice.theme === theme ? "✓" : undefined,
    perform: () => setTheme(choice.theme),
  }));
  return (
    <Menu entries={entries} align="end">
      <IconButton icon={icon} label="Theme" />
    </Menu>
  );
}
