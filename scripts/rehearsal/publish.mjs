// Runs the release workflow's own publish command against the registry on this machine, twice: the second time there has
// to be nothing left to do, as after a release that broke off. Then looks at what the registry has.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError, run } from './commands.mjs'

/** The names and the one version that were published. */
export async function publishRelease({ folder, publish: [command, ...args] }, registry) {
  const again = () => run(command, [...args, '--rehearsal'], { cwd: folder, env: registry.env })
  const said = await again()
  const manifests = published(folder)
  const [version, ...others] = new Set(manifests.map((manifest) => manifest.version))
  expect(others.length === 0, `one version for all, found ${[version, ...others].join(', ')}`)
  for (const { name } of manifests) expect(said.includes(`New tag: ${name}@${version}`) || said.includes(`New tag:  ${name}@${version}`), `a tag of ${name} for the release, found\n${said}`)
  const second = await again()
  for (const { name } of manifests) expect(second.includes(`${name} ${version} is published`), `nothing left to publish of ${name}, found\n${second}`)

  for (const manifest of manifests) look(manifest, await (await fetch(`${registry.url}/${manifest.name.replace('/', '%2f')}`)).json(), folder)
  return { said: `${manifests.length} packages ${version}`, value: { version, names: manifests.map(({ name }) => name), manifests } }
}

function published(folder) {
  return readdirSync(join(folder, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => JSON.parse(readFileSync(join(folder, 'packages', name, 'package.json'), 'utf8')))
    .filter((manifest) => manifest.private !== true)
}

/** What a user is told and given: the bytes that were packed, dependencies that exist, a README. */
function look({ name, version, description }, document, folder) {
  const there = document.versions?.[version]
  expect(there !== undefined && document['dist-tags']?.latest === version, `${name} ${version} as the latest, found ${JSON.stringify(document['dist-tags'])}`)
  const tarball = readFileSync(join(folder, '.tmp', 'packed', `${name.replace('@', '').replace('/', '-')}-${version}.tgz`))
  expect(there.dist.integrity === `sha512-${createHash('sha512').update(tarball).digest('base64')}`, `the bytes of ${name} that were packed`)
  for (const [dependency, range] of Object.entries({ ...there.dependencies, ...there.peerDependencies, ...there.optionalDependencies })) {
    const wanted = dependency.startsWith('@cilock/') ? version : /^\d+\.\d+\.\d+/
    expect(typeof wanted === 'string' ? range === wanted : wanted.test(range), `${name} to want ${dependency} ${wanted}, found ${range}`)
  }
  expect(there.description === description && there.license === 'Apache-2.0', `the description and license of ${name}`)
}

function expect(holds, what) {
  if (!holds) throw new CommandError(`expected ${what}`)
}
