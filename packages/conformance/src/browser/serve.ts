import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on loopback for one page, and what the page reports. */
export interface PageServer {
  readonly url: string
  readonly report: Promise<string>
  readonly close: () => void
}

/** Serves a script with a page around it, and files by path; the page reports with `POST /report`. */
export async function servePage(script: Uint8Array, read: (path: string) => Uint8Array | string | undefined): Promise<PageServer> {
  let reported: (text: string) => void = () => undefined
  const report = new Promise<string>((resolve) => {
    reported = resolve
  })
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (request.method === 'POST' && path === '/report') {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        response.end()
        reported(Buffer.concat(parts).toString('utf8'))
      })
      return
    }
    const [type, body] = path === '/' ? ['text/html', '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>'] : path === '/page.js' ? ['text/javascript', script] : ['text/plain', read(path.slice(1))]
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
    response.end(body)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    report,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
