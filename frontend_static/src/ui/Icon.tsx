import { lazy, memo, Suspense } from "react";
import { ICONS } from "./icons";

interface IconProps {
  /** A lucide name in kebab-case. */
  name: string;
  size?: number;
  className?: string | undefined;
}

// The icons that the product itself uses are in the bundle; any other lucide name loads the whole set once.
const RareIcon = lazy(() => import("./RareIcon"));

/** Decorative: the words beside it, or the label around it, say what it means. */
export const Icon = memo(function Icon({ name, size = 16, className }: IconProps) {
  const Known = ICONS[name];
  if (Known) return <Known size={size} strokeWidth={1.75} className={className} aria-hidden />;
  return (
    <Suspense fallback={<svg width={size} height={size} className={className} aria-hidden />}>
      <RareIcon name={name} size={size} className={className} />
    </Suspense>
  );
});
