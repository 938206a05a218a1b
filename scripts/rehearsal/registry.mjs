// A Verdaccio on loopback that has nothing but what is put there: it asks no other registry (`uplinks: {}`).
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { otherNode } from '../other-node.mjs'
import { toolFolder } from '../tool-folder.mjs'
import { CommandError } from './commands.mjs'
import { described } from './nodes.mjs'

const version = '6.10.4'

const config = `storage: ./storage
auth:
  htpasswd:
    file: ./htpasswd
    max_users: 1
uplinks: {}
packages:
  '**':
    access: $all
    publish: $authenticated
max_body_size: 100mb
web:
  enable: false
log: { type: stdout, format: pretty, level: warn }
`

/** Its address, the environment in which npm knows only it, `put` for a tarball, `stop`. */
export async function startRegistry(folder) {
  const tool = toolFolder('verdaccio', { verdaccio: version }, { overrides: { 'node-fetch': '2.7.0' } })
  const node = await described(otherNode(22))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.yaml'), config)
  const url = `http://127.0.0.1:${await freePort()}`
  const log = join(folder, 'log')
  const output = openSync(log, 'w')
  const child = spawn(node.path, [join(tool, 'node_modules/verdaccio/bin/verdaccio'), '--config', join(folder, 'config.yaml'), '--listen', url], {
    cwd: folder,
    stdio: ['ignore', output, output],
  })
  const stop = () => child.kill('SIGKILL')
  try {
    await answering(url, child)
  } catch (error) {
    stop()
    throw new CommandError(`${error.message}\n${readFileSync(log, 'utf8')}`)
  }
  const token = await firstUser(url)
  return { said: `Verdaccio ${version}, Node ${node.version}`, value: { url, token, env: npmEnvironment(folder, url, token), stop } }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answering(url, child) {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new CommandError(`Verdaccio ended with ${child.exitCode}`)
    const answer = await fetch(`${url}/-/ping`).catch(() => undefined)
    if (answer?.ok === true) return
    await sleep(200)
  }
  throw new CommandError('Verdaccio does not answer')
}

/** Whoever comes first may publish, nobody else. */
async function firstUser(url) {
  const answer = await fetch(`${url}/-/user/org.couchdb.user:rehearsal`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'rehearsal', password: crypto.randomUUID() }),
  })
  const { token } = await answer.json()
  if (typeof token !== 'string') throw new CommandError(`Verdaccio lets nobody in: ${answer.status}`)
  return token
}

/** npm with this registry and a cache of its own, whatever the machine's configuration says. */
function npmEnvironment(folder, url, token) {
  const userconfig = join(folder, 'npmrc')
  const globalconfig = join(folder, 'global-npmrc')
  writeFileSync(userconfig, `registry=${url}/\n${url.replace('http:', '')}/:_authToken=${token}\n`)
  writeFileSync(globalconfig, '')
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) && !/^(?:https?|all)_proxy$/i.test(name))
  return { ...Object.fromEntries(inherited), npm_config_userconfig: userconfig, npm_config_globalconfig: globalconfig, npm_config_cache: join(folder, 'cache'), npm_config_update_notifier: 'false' }
}
