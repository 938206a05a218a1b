const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 }

/** Milliseconds of a duration as Go writes it (`720h`, `1h30m`, `-1.5s`), or undefined. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/u.exec(text)
  if (match === null) return text === '0' ? 0 : undefined
  let total = 0
  for (const [, value, unit] of (match[2] ?? '').matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gu)) {
    total += Number(value) * (units[unit ?? ''] ?? Number.NaN)
  }
  // Go counts nanoseconds in 64 bits and refuses what does not fit
  if (total > 9_223_372_036_854) return undefined
  return match[1] === '-' ? -total : total
}
