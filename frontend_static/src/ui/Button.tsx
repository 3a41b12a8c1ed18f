import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes";
import { Icon } from "./Icon";
import { Tooltip } from "./Tooltip";

export type ButtonKind = "primary" | "secondary" | "ghost" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  kind?: ButtonKind;
  small?: boolean;
  icon?: string;
  children?: ReactNode;
}

export function Button({ kind = "secondary", small = false, icon, className, children, type = "button", ...rest }: ButtonProps) {
  return (
    <button type={type} className={classes(styles.button, styles[kind], small && styles.small, className)} {...rest}>
      {icon && <Icon name={icon} size={small ? 14 : 16} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: string;
  /** Said by screen readers and shown in the tooltip. */
  label: string;
  /** Shown in the tooltip, for example `Ctrl+Z`. */
  keys?: string | undefined;
  kind?: ButtonKind;
  small?: boolean;
  side?: "top" | "bottom" | "left" | "right";
}

export function IconButton({ icon, label, keys, kind = "ghost", small = false, side = "bottom", className, type = "button", ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button type={type} aria-label={label} className={classes(styles.button, styles[kind], styles.icon, small && styles.small, className)} {...rest}>
        <Icon name={icon} size={16} />
      </button>
    </Tooltip>
  );
}
