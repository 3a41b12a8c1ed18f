/** The product's mark: three nodes, one path taken. */
export function Mark({ size = 24, className }: { size?: number; className?: string | undefined }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" className={className} aria-hidden>
      <rect width="24" height="24" rx="6" fill="var(--accent-fill)" />
      <path d="M7 12h3c3 0 2-4.5 5-4.5h1.5" stroke="#fff" strokeWidth="1.75" fill="none" strokeLinecap="round" />
      <path d="M10 12c3 0 2 4.5 5 4.5h1.5" stroke="#fff" strokeOpacity="0.5" strokeWidth="1.75" fill="none" strokeLinecap="round" />
      <circle cx="6.75" cy="12" r="2.25" fill="#fff" />
      <circle cx="17.25" cy="7.5" r="2.25" fill="#fff" />
      <circle cx="17.25" cy="16.5" r="2.25" fill="#fff" fillOpacity="0.6" />
    </svg>
  );
}
