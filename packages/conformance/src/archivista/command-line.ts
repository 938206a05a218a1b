import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import type { Output } from '@cilock/cli'
import { processContext } from '@cilock/core/node'
import type { Place } from './client-case.ts'
import type { Exchange, Step } from './recording.ts'

/** Gives a recorded command line to ours, with the recorded answers where something stood in front of the server. */
export async function runCommandLine(step: Step, place: Place): Promise<{ readonly code: number; readonly stderr: string }> {
  const here = (text: string): string => text.replaceAll('/src/keys-a/', `${join(place.folder, 'keys')}/`).replaceAll(/\/src\/keys\//g, `${join(place.folder, 'keys')}/`).replaceAll('/src/', `${place.dir}/`)
  const [, command = '', ...args] = (step.argv ?? []).map(here)
  // what witness writes, witness's own policies ask for
  if (step.tool === 'witness' && command === 'run') args.unshift('--dialect', 'witness')
  let stderr = ''
  const output = (take: (text: string) => void): Output => ({ write: (chunk) => take(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)), isTTY: false })
  const oidc = Object.fromEntries(Object.entries(step.env ?? {}).filter(([name]) => name.startsWith('ACTIONS_ID_TOKEN_')))
  const code = await runCli([command, ...args], {
    ...processContext(),
    workingDir: here(step.cwd ?? '/src/shop'),
    env: { PATH: process.env['PATH'], HOME: place.dir, ...oidc },
    fetch: withProxy(step.exchanges ?? [], place),
    stdout: output(() => undefined),
    stderr: output((text) => {
      stderr += text
    }),
    signal: new AbortController().signal,
  })
  return { code, stderr }
}

/** Answers made by what stood in between are given for every request of their kind; the store gives the others. */
function withProxy(exchanges: readonly Exchange[], { archivista, body }: Place): typeof fetch {
  const made = exchanges.filter(({ response, request }) => (response?.madeByProxy === true || response?.connectionClosed === true) && !request.target.startsWith('/archivista/'))
  const isStandIn = made.some(({ response }) => response?.body?.text?.startsWith('{"data":{"dsses":{"edges":[{"node":{"gitoidSha256"') === true) && made.some(({ response }) => response?.body?.text === '{"data":{"dsses":{"edges":[]}}}')
  const rules = isStandIn ? made.filter(({ request }) => !request.target.startsWith('/query')) : made
  return async (input, init) => {
    const request = new Request(input, init)
    const kind = kindOf(new URL(request.url).pathname)
    const rule = new URL(request.url).origin === 'http://localhost:8082' ? rules.find((each) => each.request.method === request.method && kindOf(each.request.target) === kind) : undefined
    if (rule?.response === undefined) return archivista.fetch(input, init)
    if (rule.response.connectionClosed === true) throw new TypeError('fetch failed', { cause: new TypeError('other side closed') })
    const { status, headers } = rule.response
    // whose end came before its announced length
    const bytes = new Uint8Array(body(rule.response.body))
    const answer = kind === '/query' ? withPageInfo(bytes) : bytes
    const wanted = headers.filter(([name]) => !['Transfer-Encoding', ...(answer === bytes ? [] : ['Content-Length'])].includes(name))
    return new Response(answer, { status, headers: wanted.map(([name, value]): [string, string] => [name, value]) })
  }
}

function kindOf(target: string): string {
  return /^\/(?:v1\/)?(?:upload|download|query|token)/.exec(target)?.[0] ?? target
}

/** Our client asks for pages, which the recorded clients did not: an answer that is sound but for that is given it. */
function withPageInfo(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    const answer = JSON.parse(new TextDecoder().decode(bytes)) as { data?: { dsses?: { edges?: { node?: Record<string, unknown> | null }[] | null; pageInfo?: unknown } | null } | null }
    const dsses = answer.data?.dsses
    if (dsses?.edges === undefined || dsses.edges === null) return bytes
    dsses.pageInfo = { hasNextPage: false, endCursor: null }
    for (const { node } of dsses.edges) if (node !== undefined && node !== null) node['payloadType'] = 'application/vnd.in-toto+json'
    return new Uint8Array(new TextEncoder().encode(JSON.stringify(answer)))
  } catch {
    return bytes
  }
}
