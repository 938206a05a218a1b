// A copy of this repository as it stands when the release workflow publishes: the pending changesets are used up, what is
// installed matches the lockfile, the packages are packed. In a copy, since all of that changes files.
import { cpSync, mkdirSync, readFileSync, readdirSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../packages.mjs'
import { CommandError, run } from './commands.mjs'

/** As the workflow's action sets one up; nothing of the machine's own. */
const identity = { 'user.name': 'rehearsal', 'user.email': 'rehearsal@example.test', 'commit.gpgsign': 'false', 'tag.gpgsign': 'false', 'core.hooksPath': '/dev/null' }

export async function releaseTree(folder) {
  for (const file of await files()) copy(file, folder)
  const within = { cwd: folder }
  await run('git', ['init', '--quiet'], within)
  for (const [key, value] of Object.entries(identity)) await run('git', ['config', key, value], within)
  await commit(within)
  await run('node', ['scripts/setup.mjs', '--quiet'], within)
  const { version: raise, publish } = commands(folder)
  const pending = readdirSync(join(folder, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md')
  if (pending.length > 0) {
    await run(raise[0], raise.slice(1), within)
    await commit(within)
    // the lockfile has to agree with the raised manifests as it is: nothing renews it on the way to npm
    await run('node', ['scripts/setup.mjs', '--quiet'], within)
  }
  await run('node', ['scripts/pack.mjs', '--only-pack'], within)
  return { said: `with ${pending.length} changesets`, value: { folder, publish } }
}

/** Every file that is or may become part of a commit. */
async function files() {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
}

function copy(file, folder) {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true })
}

/** Changelogs name commits, and tags need one. */
async function commit(within) {
  await run('git', ['add', '--all'], within)
  await run('git', ['commit', '--quiet', '--message', 'Rehearse a release'], within)
}

/** The two commands of the workflow itself, so that what is rehearsed is what runs there. */
function commands(folder) {
  const workflow = readFileSync(join(folder, '.github', 'workflows', 'release.yml'), 'utf8')
  const command = (key) => {
    const found = new RegExp(`^ +${key}: (.+)$`, 'm').exec(workflow)
    if (found === null) throw new CommandError(`release.yml has no \`${key}: …\` any more: this rehearsal runs what stands there`)
    return found[1].trim().split(/\s+/)
  }
  return { version: command('version'), publish: command('publish') }
}
