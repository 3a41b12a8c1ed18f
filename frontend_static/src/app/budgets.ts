/** What happens before a budget is exceeded. */
export const ON_BUDGET = [
  { value: "ask", label: "Ask how to go on" },
  { value: "fail", label: "Fail the node" },
];

/** A positive number that somebody typed, or nothing. */
export const positive = (text: string): number | null => {
  const value = Number(text.trim());
  return text.trim() !== "" && Number.isFinite(value) && value > 0 ? value : null;
};

/** The same, without a fraction. */
export const whole = (text: string): number | null => {
  const value = positive(text);
  return value === null ? null : Math.max(1, Math.round(value));
};
