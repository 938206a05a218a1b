import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { httpClient } from '@cilock/http'
import { Faults, fetchDouble } from '@cilock/http/testing'
import type { Answer, Answerer, Fault } from '@cilock/http/testing'
import { serveDouble } from '@cilock/http/testing/node'

const text = 'the right answer'
const right = (): Answer => ({ status: 200, headers: [['x-kind', 'right'], ['set-cookie', 'a'], ['set-cookie', 'b']], body: new TextEncoder().encode(text) })

interface OfPath extends Fault {
  readonly path?: string
}

/** A double with faults, and how often something was written to it. */
function double(): { readonly faults: Faults<OfPath>; readonly answer: Answerer; readonly written: () => number } {
  const faults = new Faults<OfPath>(({ path }, { url }) => path === undefined || path === url.pathname)
  let written = 0
  const answer: Answerer = (asked) =>
    faults.apply(asked, () => {
      written++
      return right()
    }, right)
  return { faults, answer, written: () => written }
}

describe.each(['fetch', 'socket'])('a double behind a %s', (kind) => {
  const open = async () => {
    const made = double()
    if (kind === 'fetch') return { ...made, origin: 'http://double.localhost', fetch: fetchDouble('http://double.localhost', made.answer) }
    const server = await serveDouble(made.answer)
    onTestFinished(server.close)
    return { ...made, origin: `http://${server.host}`, fetch: globalThis.fetch }
  }
  const ask = async ({ origin, fetch }: { readonly origin: string; readonly fetch: typeof globalThis.fetch }, path = '/', timeouts = { answer: 500, idle: 200 }): Promise<string> => {
    const response = await httpClient({ fetch, timeouts, retry: { attempts: 1 } }).send({ method: 'GET', url: new URL(path, origin) })
    return `${response.status} ${new TextDecoder().decode(await response.bytes(1000))}`
  }

  it('answers, headers that come twice included', async () => {
    const it = await open()
    expect(await ask(it)).toBe(`200 ${text}`)
    expect((await it.fetch(it.origin)).headers.getSetCookie()).toEqual(['a', 'b'])
    expect((await it.fetch(it.origin, { method: 'HEAD' })).headers.get('content-length')).toBe(String(text.length))
  })

  it.each([
    ['reset', 'ERR_HTTP_NETWORK'],
    ['stall', 'ERR_HTTP_TIMEOUT'],
    ['cut-off', 'ERR_HTTP_NETWORK'],
    ['stall-body', 'ERR_HTTP_TIMEOUT'],
  ] as const)('ends by %s', async (ending, code) => {
    const it = await open()
    it.faults.add({ kind: ending })
    await expect(ask(it)).rejects.toMatchObject({ code })
    it.faults.clear()
    expect(await ask(it)).toBe(`200 ${text}`)
  })

  it('answers something else, or with other bytes', async () => {
    const it = await open()
    it.faults.add({ kind: 'answer', status: 503, body: 'later', times: 1 })
    it.faults.add({ kind: 'change', change: (body) => body.slice(0, 3), headers: { 'X-Kind': 'wrong' }, times: 1 })
    expect([await ask(it), await ask(it), await ask(it)]).toEqual(['503 later', '200 the', `200 ${text}`])
    it.faults.add({ kind: 'change', headers: { 'X-Kind': 'wrong' } })
    expect((await it.fetch(it.origin)).headers.get('x-kind')).toBe('wrong')
  })

  it('loses what was written, and only when it is due and meant', async () => {
    const it = await open()
    it.faults.add({ kind: 'lost-write', path: '/x', after: 1, times: 1 })
    const counts: number[] = []
    for (const path of ['/', '/x', '/x', '/x']) {
      expect(await ask(it, path)).toBe(`200 ${text}`)
      counts.push(it.written())
    }
    expect(counts).toEqual([1, 2, 2, 3])
  })
})

it('a double that is reached by fetch reaches nothing else', async () => {
  await expect(fetchDouble('http://double.localhost', right)('http://other.localhost/')).rejects.toThrow('fetch failed')
})

it('a double at a socket is handed a target as it was sent, and may answer a request that breaks off', async () => {
  const targets: string[] = []
  const server = await serveDouble(
    ({ target }) => {
      targets.push(target)
      return right()
    },
    { brokenOff: 'HTTP/1.1 500 Broken\r\n\r\n' },
  )
  onTestFinished(server.close)
  const say = async (request: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(server.host.split(':')[1]), '127.0.0.1', () => socket.write(request))
      socket.on('data', (part: Buffer) => {
        resolve(part.toString())
        socket.destroy()
      }).on('error', reject)
    })
  expect(await say('GET /a/../b%2fc HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('200 OK')
  expect(targets).toEqual(['/a/../b%2fc'])
  expect(await say('nonsense\r\n\r\n')).toContain('500 Broken')
})
