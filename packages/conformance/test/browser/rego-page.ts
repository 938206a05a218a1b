import { casesIn } from '../../src/rego/cases.ts'

/** What the page says when it is done. */
export interface PageReport {
  readonly agent: string
  readonly cases: number
  /** Id and detail of each case that failed. */
  readonly failed: readonly (readonly [id: string, detail: string])[]
  /** What stopped the page, if something did. */
  readonly error?: string
}

async function text(path: string): Promise<string> {
  const response = await fetch(`/${path.split('/').map(encodeURIComponent).join('/')}`)
  if (!response.ok) throw new TypeError(`${path}: ${response.status}`)
  return response.text()
}

/** Runs every case of every file that the server lists. */
async function run(): Promise<PageReport> {
  const { files, inputs } = JSON.parse(await text('list.json')) as { readonly files: readonly string[]; readonly inputs: readonly string[] }
  const read = new Map(await Promise.all(inputs.map(async (path) => [path.slice(path.indexOf('inputs/')), await text(path)] as const)))
  const failed: (readonly [string, string])[] = []
  let cases = 0
  for (const file of files) {
    for (const { id, problem } of casesIn(file, await text(file), (name) => read.get(name) ?? '')) {
      cases += 1
      let detail: string | undefined
      try {
        detail = problem()
      } catch (error) {
        detail = `crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
      }
      if (detail !== undefined) failed.push([id, detail])
    }
  }
  return { agent: navigator.userAgent, cases, failed }
}

const report = await run().catch((error: unknown): PageReport => ({ agent: navigator.userAgent, cases: 0, failed: [], error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
