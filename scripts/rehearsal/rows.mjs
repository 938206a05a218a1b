// What the rehearsal prints: a line for each thing tried, what it was tried with, and how long it took.
const rows = []

/** Runs one; `run` gives the version or number that it was about, or throws with the reason. */
export async function row(name, run) {
  const began = Date.now()
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  try {
    const result = await run()
    const { said = result, value } = typeof result === 'object' ? result : {}
    console.log(`ok   ${name} ${said} (${seconds()})`)
    rows.push({ ok: true })
    return { ok: true, value }
  } catch (error) {
    console.log(`RED  ${name} (${seconds()})\n${error instanceof Error ? error.message : String(error)}`.trimEnd().replaceAll('\n', '\n     '))
    rows.push({ ok: false })
    return { ok: false }
  }
}

/** One without which the rest makes no sense. Gives what `run` gives as `value`. */
export async function must(name, run) {
  const { ok, value } = await row(name, run)
  if (!ok) tally()
  return value
}

/** Ends the process. */
export function tally() {
  const red = rows.filter(({ ok }) => !ok).length
  console.log(`rehearsal: ${rows.length - red} ok, ${red} red`)
  process.exit(red === 0 ? 0 : 1)
}
