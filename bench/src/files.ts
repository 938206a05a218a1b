import { material, product } from '@cilock/attestor-files'
import { hashBytes } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { createCipheriv, createHash } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Times in milliseconds: recording files against a synchronous loop that reads and hashes them once. */
export interface FilesBench {
  readonly files: number
  readonly bytes: number
  readonly loop: number
  readonly recorded: number
  readonly ratio: number
}

/** Material and product, as before and after a command that changes nothing, over many small files. The aim is at most 2.5. */
export function benchSmallFiles(files = 10_000, size = 4_096, rounds = 12): Promise<FilesBench> {
  return withTree({ files, size }, async (workingDir) => {
    const rerun = async (): Promise<void> => {
      const context = contextOf(workingDir)
      const { materials = {} } = await material().attest(context)
      const { products = {} } = await product().attest({ ...context, materials, executeStart: new Date() })
      check(Object.keys(materials).length === files && Object.keys(products).length === 0, 'every file is a material and none a product')
    }
    return measure({ files, bytes: files * size }, rounds, workingDir, rerun)
  })
}

/** One stage over one large file. The aim is at most 1.25. */
export function benchLargeFile(size: number = 2 ** 30, rounds = 3): Promise<FilesBench> {
  return withTree({ files: 1, size }, (workingDir) =>
    measure({ files: 1, bytes: size }, rounds, workingDir, async () => {
      const { materials = {} } = await material().attest(contextOf(workingDir))
      check(Object.keys(materials).length === 1, 'the file is a material')
    }),
  )
}

/** Best of the rounds; both ways take turns, the first round only warms the cache. */
async function measure(tree: { readonly files: number; readonly bytes: number }, rounds: number, folder: string, recorded: () => Promise<void>): Promise<FilesBench> {
  const best = { loop: Number.POSITIVE_INFINITY, recorded: Number.POSITIVE_INFINITY }
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now()
    check(loop(folder).size === tree.files, 'the loop reads every file')
    const middle = performance.now()
    await recorded()
    const end = performance.now()
    if (round === 0) continue
    best.loop = Math.min(best.loop, middle - start)
    best.recorded = Math.min(best.recorded, end - middle)
  }
  return { ...tree, ...best, ratio: best.recorded / best.loop }
}

const buffer = Buffer.allocUnsafe(2 ** 20)

/** One walk, one SHA-256 for each file, nothing else. */
function loop(folder: string, found: Map<string, string> = new Map()): ReadonlyMap<string, string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) loop(path, found)
    else if (entry.isFile()) found.set(path, hashFile(path))
  }
  return found
}

function hashFile(path: string): string {
  const fd = openSync(path, 'r')
  const hash = createHash('sha256')
  for (let left = fstatSync(fd).size; left > 0; ) {
    const bytesRead = readSync(fd, buffer, 0, buffer.length, null)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    left -= bytesRead
  }
  closeSync(fd)
  return hash.digest('hex')
}

/** Files with different contents in a hundred folders, or in one for each file where there are fewer. */
async function withTree<T>({ files, size }: { readonly files: number; readonly size: number }, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-files-'))
  try {
    const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))
    const zeros = Buffer.alloc(Math.min(size, 2 ** 20))
    for (let file = 0; file < files; file++) {
      const directory = join(folder, `d${String(file % 100).padStart(4, '0')}`)
      mkdirSync(directory, { recursive: true })
      const fd = openSync(join(directory, `f${String(file).padStart(6, '0')}.bin`), 'w')
      for (let left = size; left > 0; left -= zeros.length) writeSync(fd, stream.update(zeros.subarray(0, left)))
      closeSync(fd)
    }
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function contextOf(workingDir: string): AttestContext {
  return {
    step: 'bench',
    workingDir,
    env: {},
    signal: new AbortController().signal,
    materials: {},
    products: {},
    clock: () => new Date(),
    host: { os: 'linux', name: '', user: '' },
    fetch: globalThis.fetch,
    completed: [],
    hashes: ['sha256'],
    hash: (data) => (data instanceof Uint8Array ? Promise.resolve(hashBytes(data, ['sha256'])) : Promise.reject(new TypeError('no streams are hashed here'))),
  }
}

function check(isTrue: boolean, what: string): void {
  if (!isTrue) throw new TypeError(`bench: expected that ${what}`)
}
