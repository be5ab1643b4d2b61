// Read numbers as they are typed with wet hands: full-width digits, any comma, any space.

// The numbers in a text, and whether anything else is in it.
export function numbers(text) {
  const plain = (text ?? "").normalize("NFKC").replace(/[,;、，；/]+/g, " ").replace(/(mm|毫米|℃|°C|%)/gi, " ").replace(/[−–—]/g, "-").replace(/。/g, ".");
  const parts = plain.split(/\s+/).filter(Boolean);
  const found = parts.map(Number);
  return [found, found.some((number) => !Number.isFinite(number))];
}

// What was measured: {value: the reading or undefined} or {fault: [field, sentence]}.
export function reading(lengthsText, countText, survivalText) {
  const [lengths, badLengths] = numbers(lengthsText);
  const [count, badCount] = numbers(countText);
  const [survival, badSurvival] = numbers(survivalText);
  if (badLengths) return { fault: ["lengths", "not_numbers"] };
  if (badCount || count.length > 1) return { fault: ["sample_count", "not_a_number"] };
  if (badSurvival || survival.length > 1) return { fault: ["survival", "not_a_number"] };
  if (!lengths.length) {
    return count.length || survival.length ? { fault: ["lengths", "not_numbers"] } : {};
  }
  const lives = survival.length ? { survival: survival[0] / 100 } : {};
  if (lengths.length > 1) return { value: { lengths_mm: lengths, ...lives } };
  if (!count.length) return { fault: ["sample_count", "count_needed"] };
  return { value: { mean_shell_length_mm: lengths[0], sample_count: count[0], ...lives } };
}
