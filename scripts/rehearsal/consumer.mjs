// A folder with nothing in it but what npm installs there by name.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { CommandError, run } from './commands.mjs'

export function createConsumer(folder, { env }) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'consumer', private: true })}\n`)

  /** By name alone, as a README says it; what comes has to be the release. */
  async function install(names, { version }) {
    await run('npm', ['install', '--no-audit', '--no-fund', ...names], { cwd: folder, env })
    for (const name of names.filter((each) => each.startsWith('@cilock/'))) {
      const found = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
      if (found !== version) throw new CommandError(`expected ${name} ${version}, found ${found}`)
    }
    // ends with an error where something is missing or of another version than was asked
    await run('npm', ['ls', '--all'], { cwd: folder, env })
    return { said: names.length === 1 ? `${names[0]} ${version}` : `${names.length} packages` }
  }

  /** Runs a program of this folder; what it starts by the name `node` is the same Node. */
  async function node({ path, folder: bin }, args, cwd = folder) {
    return run(path, args, { cwd, env: { ...env, PATH: `${bin}${delimiter}${env.PATH}` }, seconds: 60 })
  }

  /** The command, as npm linked it: its name, its version, a key that is made and told again. */
  async function command(runtime, { version }) {
    const bin = join(folder, 'node_modules', '.bin', 'cilock')
    const said = await node(runtime, [bin, 'version'])
    if (!said.includes(version)) throw new CommandError(`expected \`cilock version\` to say ${version}, found ${said}`)
    return `${runtime.version}: ${said.trim().split('\n')[0]}`
  }

  return { folder, install, node, command }
}
