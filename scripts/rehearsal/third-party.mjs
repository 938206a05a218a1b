// The libraries that the published packages bring along, packed again from what is installed here and put into the
// registry: an install from there then gets what the tests ran with, and nothing from elsewhere.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CommandError, run } from './commands.mjs'

export async function thirdParty({ folder }, registry, destination) {
  const found = new Map()
  for (const name of readdirSync(join(folder, 'packages'))) {
    const home = join(folder, 'packages', name)
    const manifest = existsSync(join(home, 'package.json')) ? read(home) : { private: true }
    if (manifest.private !== true) collect(manifest, join(home, 'node_modules'), found)
  }
  // what a TypeScript program in Node installs besides
  collect({ dependencies: { '@types/node': '*' } }, join(folder, 'node_modules'), found)
  mkdirSync(destination, { recursive: true })
  const left = [...found]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await put(registry, next[1], await pack(next[0], destination))
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return { said: `${found.size}, as they are installed` }
}

/** What is installed is the published package unpacked; whole, so that no rule about files is applied a second time. */
async function pack(home, destination) {
  const staging = mkdtempSync(join(destination, 'package-'))
  cpSync(home, join(staging, 'package'), { recursive: true, dereference: true, filter: (file) => file !== join(home, 'node_modules') })
  await run('tar', ['-czf', 'package.tgz', 'package'], { cwd: staging })
  return readFileSync(join(staging, 'package.tgz'))
}

function collect(manifest, modules, found) {
  const optional = { ...manifest.optionalDependencies }
  for (const [name, meta] of Object.entries(manifest.peerDependenciesMeta ?? {})) if (meta.optional === true) optional[name] = '*'
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...optional })) {
    const link = join(modules, name)
    if (!existsSync(link)) {
      if (name in optional) continue
      throw new CommandError(`${name}, which ${manifest.name} needs, is not installed`)
    }
    const home = realpathSync(link)
    const own = read(home)
    if (own.name.startsWith('@cilock/') || found.has(home)) continue
    found.set(home, own)
    // what it needs itself is installed beside it
    collect(own, name.startsWith('@') ? dirname(dirname(home)) : dirname(home), found)
  }
}

async function put({ url, token }, manifest, tarball) {
  const { name, version } = manifest
  const file = `${name}-${version}.tgz`
  const digest = (algorithm, encoding) => createHash(algorithm).update(tarball).digest(encoding)
  const dist = { integrity: `sha512-${digest('sha512', 'base64')}`, shasum: digest('sha1', 'hex'), tarball: `${url}/${name}/-/${file}` }
  const answer = await fetch(`${url}/${name.replace('/', '%2f')}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      _id: name,
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
      _attachments: { [file]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length } },
    }),
  })
  if (!answer.ok) throw new CommandError(`the registry does not take ${name} ${version}: ${answer.status} ${await answer.text()}`)
}

function read(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
