// Publishes the tarballs that `scripts/pack.mjs` made and `npm run check` looked at, those the registry does not have
// yet, each after what it depends on; then tags the versions. A run that broke off can be started again.
//   node scripts/publish.mjs [--dry-run | --rehearsal]
// `--rehearsal`, for a registry that is thrown away: all the same but the provenance, which only the workflow can sign.
import { existsSync } from 'node:fs'
import { published, tarballOf } from './packages.mjs'
import { attempt, must } from './run.mjs'

const dryRun = process.argv.includes('--dry-run')
const proof = dryRun || process.argv.includes('--rehearsal') ? '--provenance=false' : '--provenance'
const missing = published().filter((each) => !existsSync(tarballOf(each)))
if (missing.length > 0) {
  console.error(`no tarball of ${missing.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(', ')}: run \`npm run check\` first`)
  process.exit(1)
}

for (const each of inOrder(published())) {
  const { name, version } = each.manifest
  if (isThere(`${name}@${version}`)) console.log(`${name} ${version} is published`)
  else must('npm', ['publish', tarballOf(each), '--access', 'public', proof, ...(dryRun ? ['--dry-run'] : [])])
}
// The action that runs this reads the tags from the output and makes a release of each.
if (!dryRun) must('changeset', ['tag'])

/** Ends on any other answer than yes or no: a registry that does not answer is no reason to publish. */
function isThere(spec) {
  const { status, stdout, stderr } = attempt('npm', ['view', spec, 'version', '--json'], { quiet: true })
  if (status === 0) return stdout.trim() !== ''
  if (/\bE404\b/.test(`${stdout}${stderr}`)) return false
  console.error(`the registry does not say whether it has ${spec}:\n${stdout}${stderr}`)
  return process.exit(1)
}

function inOrder(packages) {
  const ordered = new Set()
  const visit = (each) => {
    for (const name of Object.keys(each.manifest.dependencies ?? {})) {
      const dependency = packages.find(({ manifest }) => manifest.name === name)
      if (dependency !== undefined && !ordered.has(dependency)) visit(dependency)
    }
    ordered.add(each)
  }
  for (const each of packages) visit(each)
  return [...ordered]
}
