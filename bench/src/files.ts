import { material, product } from '@cilock/attestor-files'
import { hashBytes } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { createCipheriv, createHash } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cilockOverFiles, type CilockOverFiles } from './files-cilock.ts'

/** Times in milliseconds: recording files against a synchronous loop that reads and hashes them once. */
export interface FilesBench {
  readonly files: number
  readonly bytes: number
  readonly loop: number
  readonly recorded: number
  readonly ratio: number
  /** What the real `cilock` says that it took for the same, where it can be run. */
  readonly cilock?: number
}

/** A tree as the pinned inputs for benches make it, file for file, so that times can be held against those of other programs. */
interface Tree {
  readonly name: string
  readonly files: number
  readonly size: number
  readonly folders: number
  /** What material v0.3 says of it. */
  readonly root: string
}

const smallFiles: Tree = { name: 'small-4k', files: 10_000, size: 4_096, folders: 100, root: '91dee653db1803960e0d02086713d820d3bafeb697a839be048c772e705bbd5e' }
const largeFile: Tree = { name: 'big-1g', files: 1, size: 2 ** 30, folders: 1, root: 'cbed6ab24a2578f196f99c23a5549328afbac98e8a8f271dfa7e463d3a4b9554' }

/** Material and product, as before and after a command that changes nothing, over many small files. The aim is at most 2.5. */
export function benchSmallFiles(rounds = 12): Promise<FilesBench> {
  return withTree(smallFiles, async (workingDir) => {
    const rerun = async (): Promise<void> => {
      const context = contextOf(workingDir)
      const { materials = {}, predicate } = await material().attest(context)
      checkRoot(predicate, smallFiles)
      const { products = {} } = await product().attest({ ...context, materials, executeStart: new Date() })
      check(Object.keys(materials).length === smallFiles.files && Object.keys(products).length === 0, 'every file is a material and none a product')
    }
    const cilock = cilockOverFiles()
    try {
      return await measure(smallFiles, rounds, workingDir, rerun, cilock)
    } finally {
      cilock?.close()
    }
  })
}

/** One stage over one large file. The aim is at most 1.25. */
export function benchLargeFile(rounds = 3): Promise<FilesBench> {
  return withTree(largeFile, (workingDir) =>
    measure(largeFile, rounds, workingDir, async () => {
      const { predicate } = await material().attest(contextOf(workingDir))
      checkRoot(predicate, largeFile)
    }),
  )
}

/** Best of the rounds; both ways take turns, the first round only warms the cache. */
async function measure({ files, size }: Tree, rounds: number, folder: string, recorded: () => Promise<void>, other?: CilockOverFiles): Promise<FilesBench> {
  const best = { loop: Number.POSITIVE_INFINITY, recorded: Number.POSITIVE_INFINITY }
  let cilock = Number.POSITIVE_INFINITY
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now()
    check(loop(folder).length === files, 'the loop reads every file')
    const middle = performance.now()
    await recorded()
    const end = performance.now()
    if (other !== undefined) cilock = Math.min(cilock, await other.run(folder))
    if (round === 0) continue
    best.loop = Math.min(best.loop, middle - start)
    best.recorded = Math.min(best.recorded, end - middle)
  }
  return { files, bytes: files * size, ...best, ratio: best.recorded / best.loop, ...(other !== undefined && { cilock }) }
}

const buffer = Buffer.allocUnsafe(2 ** 20)

/** One walk, one SHA-256 for each file, nothing else. */
function loop(folder: string, name = '', found: (readonly [name: string, sha256: string])[] = []): readonly (readonly [name: string, sha256: string])[] {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const below = name === '' ? entry.name : `${name}/${entry.name}`
    if (entry.isDirectory()) loop(`${folder}/${entry.name}`, below, found)
    else if (entry.isFile()) found.push([below, hashFile(`${folder}/${entry.name}`)])
  }
  return found
}

function hashFile(path: string): string {
  const fd = openSync(path, 'r')
  const hash = createHash('sha256')
  for (let left = fstatSync(fd).size; left > 0; ) {
    const bytesRead = readSync(fd, buffer, 0, buffer.length, null)
    if (bytesRead === 0) break
    hash.update(bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead))
    left -= bytesRead
  }
  closeSync(fd)
  return hash.digest('hex')
}

/** Contents are a stream of AES-CTR whose key is made of the tree's name: all files differ, and nothing is sparse. */
async function withTree<T>({ name, files, size, folders }: Tree, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-files-'))
  try {
    const key = createHash('sha256').update(`bench tree ${name}`).digest().subarray(0, 16)
    const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
    const zeros = Buffer.alloc(Math.min(size, 2 ** 20))
    for (let file = 0; file < files; file++) {
      const directory = join(folder, `d${String(file % folders).padStart(4, '0')}`)
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

function checkRoot(predicate: object, { name, root }: Tree): void {
  check('merkleRoot' in predicate && predicate.merkleRoot === root, `the tree ${name} has the root that CI/lock found`)
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
